"""Makes texts safe as spreadsheet cells: none becomes a formula, and phone numbers are kept."""

from __future__ import annotations

import re
from collections.abc import Iterable

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_NEXT_CELL = re.compile(r"(?!^)([;\t]\s*)(?=[=+\-@|%])")
"""Where French spreadsheets, which split cells at semicolons, would begin another cell."""
_PHONE = re.compile(r"\+\d{6,15}")


def inert(text: str) -> str:
    """Escapes a text that a spreadsheet would read as a formula, in this cell or in one split from it.

    An E.164 number is harmless and kept.
    """
    if _PHONE.fullmatch(text):
        return text
    quiet = _NEXT_CELL.sub(r"\1'", text)
    begins = (quiet, quiet.lstrip(" \u00a0"))
    return f"'{quiet}" if any(each.startswith(_STARTS_A_FORMULA) for each in begins) else quiet


def inert_row(texts: Iterable[object]) -> list[str]:
    return [inert("" if each is None else str(each)) for each in texts]
