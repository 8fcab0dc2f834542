"""No page and no template types an address of ours by hand: `url_for` writes them, below whatever path we run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from flashmeet.core.files import folder

BLOCK = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
ATTRIBUTE = re.compile(r'\s(?:href|src|action|formaction|poster|cite|data-[a-z-]+)="\s*(/[^"]*)"')
ADDRESS = re.compile(r"/([a-z][a-z0-9/_.?=&#-]*)?")
TYPED = re.compile(r"""["'](/(?:[a-z][^"']*)?)["']""")


def typed_in_template(text: str) -> list[str]:
    """Addresses that begin in the markup, and those that are strings of an expression."""
    text = COMMENT.sub("", text)
    markup = BLOCK.sub(lambda found: "X" if found[0].startswith("{{") else "", text)
    return ATTRIBUTE.findall(markup) + [each for block in BLOCK.findall(text) for each in TYPED.findall(block)]


def typed_in_module(text: str) -> list[str]:
    """Strings that begin with `/`, save where a blueprint declares its own."""
    tree = ast.parse(text)
    others = {id(each) for call in declarations(tree) for each in ast.walk(call)} | set(later_parts(tree))
    return [said for each in ast.walk(tree) if id(each) not in others for said in addresses(each)]


def declarations(tree: ast.Module) -> Iterator[ast.AST]:
    for each in ast.walk(tree):
        if isinstance(each, ast.FunctionDef):
            yield from each.decorator_list
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id == "Blueprint":
            yield each


def later_parts(tree: ast.Module) -> Iterator[int]:
    """What follows the beginning of an f-string begins no address."""
    for each in ast.walk(tree):
        if isinstance(each, ast.JoinedStr):
            yield from map(id, each.values[1:])


def addresses(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and ADDRESS.fullmatch(node.value):
        yield node.value


def test_no_template_types_an_address_of_ours() -> None:
    pages = sorted(folder("templates").rglob("*.html"))
    found = {str(page): typed for page in pages if (typed := typed_in_template(page.read_text(encoding="utf-8")))}
    assert (found, len(pages) > 100) == ({}, True)


def test_no_page_types_an_address_of_ours() -> None:
    modules = sorted(folder("templates").parent.glob("flashmeet/*/pages/**/*.py"))
    modules.append(folder("templates").parent / "flashmeet/http/admission/access.py")
    found = {str(each): typed for each in modules if (typed := typed_in_module(each.read_text(encoding="utf-8")))}
    assert (found, len(modules) > 50) == ({}, True)


def test_what_is_typed_by_hand_is_seen() -> None:
    assert typed_in_template('<a href="/me">') == ["/me"]
    assert typed_in_template('<a href="{% if mine %}/me{% else %}/{% endif %}">') == ["/me/"]
    assert typed_in_template('<form action="/members/{{ you.id }}/block">') == ["/members/X/block"]
    assert typed_in_template('{{ chip("/book/%d"|format(1)) }}') == ["/book/%d"]
    assert typed_in_template("<a href=\"{{ url_for('me.show') }}\">") == []
    assert typed_in_module('redirect("/me", 303)') == ["/me"]
    assert typed_in_module('redirect(f"/bookings/{number}", 303)') == ["/bookings/"]
    assert typed_in_module('@bp.get("/me")\ndef show(): ...') == []
