"""Texts as cells of a spreadsheet: none of them becomes a formula, and phone numbers stay phone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_PHONE = re.compile(r"\+\d{6,15}")


def inert(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would compute; an E.164 number computes nothing."""
    if _PHONE.fullmatch(text):
        return text
    return (
        f"'{text}"
        if text.lstrip(" \u00a0").startswith(_STARTS_A_FORMULA) or text.startswith(_STARTS_A_FORMULA)
        else text
    )


def inert_row(texts: Iterable[object]) -> list[str]:
    return [inert("" if each is None else str(each)) for each in texts]
