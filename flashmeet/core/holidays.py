"""Public holidays: days on which nobody is expected to answer."""

from __future__ import annotations

from datetime import date
from functools import cache

from holidays import country_holidays


def is_holiday(day: date, country: str) -> bool:
    """Whether the whole country (ISO 3166) rests that day; False in one whose holidays are not known."""
    return day in _of(country, day.year)


@cache
def _of(country: str, year: int) -> frozenset[date]:
    try:
        return frozenset(country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()
