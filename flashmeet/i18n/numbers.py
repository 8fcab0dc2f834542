"""Writes counts: `1,234` in English, `1 234` in French."""

from __future__ import annotations

from babel.numbers import format_decimal


def grouped(count: int, locale: str) -> str:
    """Returns the count with its thousands apart, as that language writes them. Years and versions are no counts."""
    return str(count) if -1000 < count < 1000 else str(format_decimal(count, locale=locale))
