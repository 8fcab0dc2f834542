"""The part of Bootstrap's style sheet that pages use, cut from the copy inside Bootstrap-Flask.

Bootstrap styles 2,000 classes, our pages a handful (`CLASSES`): a rule stays when it needs no other class, and a
variable when something that stays reads it. `tests/http/test_bootstrap_sheet.py` compares `CLASSES` with the templates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

CLASSES = frozenset(
    {"btn", "btn-primary", "form-check-input", "form-control", "form-select", "small", "visually-hidden"}
)
_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
_NEGATED = re.compile(r":not\([^()]*\)")
_READ = re.compile(r"var\((--[\w-]+)")
_ANIMATED = re.compile(r"animation(?:-name)?:[^;}]*")
_ROOT = re.compile(r"(?:^|,):root")
_STRINGS = re.compile(r'"[^"]*"')


def packaged_sheet() -> str:
    """Returns Bootstrap's minified sheet. Raises FileNotFoundError."""
    found = find_spec("flask_bootstrap")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("Bootstrap-Flask is not installed")
    root = Path(found.submodule_search_locations[0])
    return (root / "static" / "bootstrap5" / "css" / "bootstrap.min.css").read_text(encoding="utf-8")


def used_part(sheet: str, *, beside: str = "", classes: frozenset[str] = CLASSES) -> str:
    """Returns the rules of a minified sheet that apply to `classes`, headed by its licence.

    `beside` is the CSS that is sent together with it: variables that it reads stay too.
    """
    notice = re.search(r"/\*!.*?\*/", sheet, re.S)
    rules = re.sub(r"/\*.*?\*/|@charset[^;]*;", "", sheet, flags=re.S)
    kept = _of_animations(_of_variables(_of_classes(rules, classes), beside))
    return (notice[0] + "\n" if notice else "") + kept


def _of_classes(rules: str, classes: frozenset[str]) -> str:
    kept = []
    for head, body in _blocks(rules):
        if head.startswith("@keyframes"):
            kept.append(f"{head}{{{body}}}")
        elif head.startswith("@"):
            inner = _of_classes(body, classes)
            if inner:
                kept.append(f"{head}{{{inner}}}")
        else:
            selectors = [each for each in _split(head, ",") if _applies(each, classes)]
            if selectors and body:
                kept.append(f"{','.join(selectors)}{{{body}}}")
    return "".join(kept)


def _applies(selector: str, classes: frozenset[str]) -> bool:
    """Whether a page may hold such an element: no other class, and no theme switched by Bootstrap's attribute."""
    needed = _NEGATED.sub("", selector)
    return "[data-bs-" not in needed and set(_CLASS.findall(_STRINGS.sub("", needed))) <= classes


def _of_variables(rules: str, beside: str) -> str:
    """Drops variables of `:root` that nothing reads, nor another variable that is read."""
    roots = [body for head, body in _blocks(rules) if _ROOT.search(head)]
    declared = dict(pair for body in roots for pair in _variables(body))
    others = "".join(body for head, body in _blocks(rules) if not _ROOT.search(head))
    wanted, waiting = set[str](), set(_READ.findall(others + beside))
    while waiting:
        name = waiting.pop()
        wanted.add(name)
        waiting |= set(_READ.findall(declared.get(name, ""))) - wanted
    bodies = ((head, _only(body, wanted) if _ROOT.search(head) else body) for head, body in _blocks(rules))
    return "".join(f"{head}{{{body}}}" for head, body in bodies if body)


def _only(body: str, wanted: set[str]) -> str:
    return ";".join(each for each in _split(body, ";") if not each.startswith("--") or each.partition(":")[0] in wanted)


def _variables(body: str) -> Iterator[tuple[str, str]]:
    for each in _split(body, ";"):
        name, _, value = each.partition(":")
        if name.startswith("--"):
            yield name, value


def _of_animations(rules: str) -> str:
    played = " ".join(_ANIMATED.findall(rules))
    return "".join(
        f"{head}{{{body}}}"
        for head, body in _blocks(rules)
        if not head.startswith("@keyframes") or head.split()[-1] in played
    )


def _blocks(rules: str) -> Iterator[tuple[str, str]]:
    """Yields what stands before each outer pair of braces, and within it."""
    depth, start, opened = 0, 0, 0
    for found in re.finditer(r'"[^"]*"|[{}]', rules):
        if found[0] == "{":
            opened = found.start() if depth == 0 else opened
            depth += 1
        elif found[0] == "}":
            depth -= 1
            if depth == 0:
                yield rules[start:opened], rules[opened + 1 : found.start()]
                start = found.end()


def _split(text: str, mark: str) -> list[str]:
    """Splits at `mark`, but not within brackets or strings."""
    parts, depth, start = [], 0, 0
    for found in re.finditer(rf'"[^"]*"|[()\[\]]|{re.escape(mark)}', text):
        if found[0] in "([":
            depth += 1
        elif found[0] in ")]":
            depth -= 1
        elif found[0] == mark and depth == 0:
            parts.append(text[start : found.start()])
            start = found.end()
    return [each for each in (*parts, text[start:]) if each]
