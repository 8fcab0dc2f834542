"""Texts as cells of a spreadsheet: none of them becomes a formula, and phone numbers stay phone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_NEXT_CELL = re.compile(r"(?!^)([;\t]\s*)(?=[=+\-@|%])")
"""Where French spreadsheets, which part cells at semicolons, would begin another one."""
_PHONE = re.compile(r"\+\d{6,15}")


def inert(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would compute, in this cell or in one that it would make
    of a part of it; an E.164 number computes nothing."""
    if _PHONE.fullmatch(text):
        return text
    quiet = _NEXT_CELL.sub(r"\1'", text)
    begins = (quiet, quiet.lstrip(" \u00a0"))
    return f"'{quiet}" if any(each.startswith(_STARTS_A_FORMULA) for each in begins) else quiet


def inert_row(texts: Iterable[object]) -> list[str]:
    return [inert("" if each is None else str(each)) for each in texts]
