"""Every sentence has its French, with the same placeholders."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from jinja2 import Environment, nodes

from tests.package import french
from tests.package.sentences import KEYWORDS, ROOT, catalogue, with_context

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def texts(message: str | Sequence[str] | None) -> list[str]:
    return [message] if isinstance(message, str) else list(message or [""])


def test_every_sentence_has_its_french() -> None:
    known = catalogue("fr")
    missing = [
        texts(message)[0]
        for message, context in with_context()
        if (entry := known.get(texts(message)[0], context)) is None or not all(texts(entry.string)) or entry.fuzzy
    ]
    assert sorted(missing) == []


def test_french_is_typeset_as_french() -> None:
    """Narrow no-break spaces, curly apostrophes; GSM-7 where it is said by SMS."""
    by_sms = french.sms_sentences(ROOT / "templates")
    wrong = {
        text: found
        for message in catalogue("fr")
        if message.id
        for text in french.texts(message.string)
        if (found := french.faults(text, sms=french.texts(message.id)[0] in by_sms))
    }
    assert wrong == {}
    assert french.faults("Vraiment ?") and not french.faults("Vraiment\u202f?")
    assert french.faults("C’est fait", sms=True) and not french.faults("C'est fait", sms=True)


def test_no_sentence_stands_inside_an_f_string() -> None:
    """The collector does not look there, so nobody would translate it."""
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "flashmeet").rglob("*.py"))
        for text in ast.walk(ast.parse(path.read_text()))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and name_of(call.func) in KEYWORDS and any(map(is_text, call.args))
    ]
    assert hidden == []


def test_templates_look_up_whole_sentences() -> None:
    """What is put together before it is looked up is in no catalogue."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "templates").rglob("*.*"))
        for call in environment.parse(path.read_text()).find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in KEYWORDS
        if call.args and isinstance(call.args[0], nodes.Concat | nodes.Add | nodes.Mod)
    ]
    assert hidden == []


def name_of(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def is_text(argument: ast.expr) -> bool:
    return isinstance(argument, ast.JoinedStr) or (
        isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    )


def test_the_catalogue_holds_no_sentence_that_nobody_says() -> None:
    said = {(texts(message)[0], context) for message, context in with_context()}
    kept = [(texts(entry.id)[0], entry.context) for entry in catalogue("fr") if entry.id]
    assert [each for each in kept if each not in said] == []


def test_a_translation_keeps_the_placeholders() -> None:
    for entry in catalogue("fr"):
        if not entry.id:
            continue
        for translated in texts(entry.string):
            allowed = {frozenset(PLACEHOLDER.findall(source)) for source in texts(entry.id)}
            assert not translated or frozenset(PLACEHOLDER.findall(translated)) in allowed, entry.id
