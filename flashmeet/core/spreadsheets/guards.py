"""No cell becomes a formula, whatever separator and quotes the reading program takes.

Wherever some program may see a cell begin (at the start, after a separator, a quote or a line break), a letter or a
digit has to follow; before anything else stands an apostrophe. `plain` takes exactly these apostrophes away again.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable

GUARD = "\u2019"
"""The curly apostrophe: the straight one would vanish in a program that takes it for a quote."""

_EDGES = frozenset(",;\t|\"'`\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
"""Separators, quotes and line breaks; their full-width forms count too."""
_PHONE = re.compile(r"\+[0-9]{6,15}")
_BEGINS = "0-9A-Za-zÀ-ÖØ-öø-ÿ"
_HARMLESS = re.compile(rf"[{_BEGINS}][{_BEGINS} .@:/+=_()-]*")
"""Most cells: they begin with a letter and hold no edge."""
_END = "\udfff"
"""Half of a character: no text that can be stored holds it."""
_HARMLESS_ROW = re.compile(rf"(?:{_HARMLESS.pattern})?(?:{_END}(?:{_HARMLESS.pattern}|{_PHONE.pattern})?)*")
"""Most rows, looked at in one step: a list has hundreds of thousands."""


def inert_row(cells: Iterable[object]) -> list[str]:
    """Returns a row's texts as they are written; None is an empty cell.

    An E.164 number stays as it is behind a comma, where it is a cell of its own or no cell's beginning.
    """
    texts = ["" if each is None else str(each) for each in cells]
    if _HARMLESS_ROW.fullmatch(_END.join(texts)):
        return texts
    return [text if at and _PHONE.fullmatch(text) else inert(text) for at, text in enumerate(texts)]


def inert(text: str) -> str:
    """Returns the text with a guard wherever a cell may begin with anything but a letter or a digit."""
    if _HARMLESS.fullmatch(text):
        return text
    made, may_begin = list[str](), True
    for char in text:
        if may_begin and _needs_guard(char):
            made.append(GUARD)
        made.append(char)
        may_begin = _is_edge(char) or (may_begin and _is_trimmed(char))
    return "".join(made)


def plain(text: str) -> str:
    """Returns the text of which `inert` made this; an apostrophe before a letter or a digit is no guard."""
    if GUARD not in text:
        return text
    made, may_begin, guarded = list[str](), True, False
    for char, follows in zip(text, f"{text[1:]} ", strict=True):
        guarded = not guarded and may_begin and char == GUARD and _needs_guard(follows)
        if not guarded:
            made.append(char)
            may_begin = _is_edge(char) or (may_begin and _is_trimmed(char))
    return "".join(made)


@functools.lru_cache(4_096)
def _is_edge(char: str) -> bool:
    return char in _EDGES or unicodedata.normalize("NFKC", char) in _EDGES


@functools.lru_cache(4_096)
def _is_trimmed(char: str) -> bool:
    """Says whether a program may pass over the character: a blank, a control or an invisible one."""
    return unicodedata.category(char)[0] in "ZC"


@functools.lru_cache(4_096)
def _needs_guard(char: str) -> bool:
    """Says whether a cell must not begin with it: all but letters and digits, in their compatibility form too (`⑴` is
    read as `(1)`), and what is passed over. A pipe is an edge that some programs read as a command."""
    read = unicodedata.normalize("NFKC", char)
    return read == "|" or not (_is_edge(char) or _is_trimmed(char) or read[0].isalnum())
