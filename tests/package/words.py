"""What is wrong with the words of code and templates, as far as a program can tell."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from jinja2 import Environment, nodes

SAYS = ("_", "gettext", "ngettext", "pgettext", "lazy_gettext", "mark")
TWO_MEANINGS = {
    *("about", "book", "by", "call", "close", "for", "free", "from", "leave", "left", "may", "on", "open", "order"),
    *("past", "present", "read", "record", "report", "second", "state", "to"),
}
"""English words that are several words elsewhere: alone, each says which one it is (`pgettext`)."""
_ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
_ENDS = re.compile(r"[.!?:…”]$")
_GOES_ON = re.compile(r" (?:$|<(?:a|time|strong|em)\b)")
_QUOTE = re.compile(r'="|"')
_BARE_CALLS = ("len", "sum", "round", "int", "float", "str", "count")
_BARE = ("length", "count", "sum", "round", "int", "float", "string")
MACHINE_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}|\bUTC\b")


def glued_in_code(source: str) -> list[int]:
    """The lines on which a sentence is joined to another text, or said inside an f-string."""
    found = []
    for part in ast.walk(ast.parse(source)):
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add):
            found += [side.lineno for side in (part.left, part.right) if _says(side) and not _whole(side)]
        elif isinstance(part, ast.JoinedStr):
            calls = (each for each in ast.walk(part) if isinstance(each, ast.Call) and _says(each))
            found += [call.lineno for call in calls if any(map(_is_text, call.args))]
    return found


def glued_in_template(source: str) -> list[str]:
    """Sentences without an end that go on in another output, in a link or in a second sentence."""
    found = []
    template = _ENVIRONMENT.parse(source)
    for output in template.find_all(nodes.Output):
        following = [*output.nodes[1:], None]
        for at, (node, after) in enumerate(zip(output.nodes, following, strict=True)):
            words = _words(node)
            if not words or _ENDS.search(words) or not isinstance(after, nodes.TemplateData):
                continue
            goes_on = _GOES_ON.match(after.data)
            if goes_on and (after.data != " " or at + 2 < len(output.nodes)):
                found.append(words)
    for joined in template.find_all(nodes.Concat):
        found += [words for node in joined.nodes if (words := _words(node)) and not _ENDS.search(words)]
    return found


def bare_figures(source: str) -> list[int]:
    """The lines on which a figure is shown, or given to a sentence, without the reader's digits and separators."""
    template = _ENVIRONMENT.parse(source)
    found = [node.lineno for node in _shown(template) if _is_bare(node)]
    for call in template.find_all(nodes.Call):
        if _words(call):
            found += [call.lineno for each in call.kwargs if _is_bare(each.value)]
    return found


def bare_values(source: str) -> list[int]:
    """The lines of code on which a sentence is given a figure or a date as a machine writes it."""
    return sorted({value.lineno for value in _given(ast.parse(source)) if _is_machines(value)})


def _given(code: ast.AST) -> Iterator[ast.expr]:
    """What sentences are filled with: `gettext("…", name=value)` and `said % {"name": value}`, which code uses for
    sentences alone."""
    for part in ast.walk(code):
        if isinstance(part, ast.Call) and _says(part):
            yield from (each.value for each in part.keywords if each.arg not in ("num", "n"))
        elif isinstance(part, ast.BinOp) and isinstance(part.op, ast.Mod) and isinstance(part.right, ast.Dict):
            yield from part.right.values


def _is_machines(value: ast.expr) -> bool:
    if isinstance(value, ast.JoinedStr):
        return any(isinstance(each, ast.FormattedValue) and each.format_spec for each in value.values)
    function = getattr(value, "func", None)
    name = getattr(function, "id", "") or getattr(function, "attr", "")
    return isinstance(value, ast.Call) and name in (*_BARE_CALLS, "isoformat", "strftime")


def machine_dates(source: str) -> list[int]:
    """The lines on which a date is shown as a machine writes it."""
    found = []
    for node in _shown(_ENVIRONMENT.parse(source)):
        filtered = isinstance(node, nodes.Filter) and node.name == "machine"
        called = isinstance(node, nodes.Call) and getattr(node.node, "attr", "") in ("isoformat", "strftime")
        if filtered or called:
            found.append(node.lineno)
    return found


def _shown(template: nodes.Template) -> Iterator[nodes.Node]:
    """What is put into the text, and not into an attribute."""
    for output in template.find_all(nodes.Output):
        within = False
        for node in output.nodes:
            if isinstance(node, nodes.TemplateData):
                quotes = _QUOTE.findall(node.data)
                within = quotes[-1] == '="' if quotes else within
            elif not within:
                yield node


def _is_bare(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Filter) and node.name in _BARE


def _says(node: ast.AST) -> bool:
    function = getattr(node, "func", None)
    return isinstance(node, ast.Call) and (getattr(function, "id", "") or getattr(function, "attr", "")) in SAYS


def _whole(call: ast.AST) -> bool:
    """Whether its sentence has an end."""
    first = call.args[0] if isinstance(call, ast.Call) and call.args else None
    return isinstance(first, ast.Constant) and bool(_ENDS.search(str(first.value)))


def _is_text(argument: ast.AST) -> bool:
    return isinstance(argument, ast.JoinedStr | ast.Constant)


def _words(node: nodes.Node | None) -> str:
    """The sentence of `_("…")` and its like."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in SAYS and node.args:
        texts = [each.value for each in node.args if isinstance(each, nodes.Const)]
        return str(texts[-1 if node.node.name == "pgettext" else 0]) if texts else ""
    return ""
