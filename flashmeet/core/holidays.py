"""Public holidays: days on which nobody is expected to answer."""

from __future__ import annotations

from datetime import date, timedelta

_FRANCE = frozenset({(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)})
_AFTER_EASTER = (1, 39, 50)
"""Easter Monday, Ascension Day, Whit Monday."""


def is_holiday(day: date, country: str) -> bool:
    """Whether the day is a public holiday in France (Code du travail, L3133-1); other countries have none here."""
    if country != "FR":
        return False
    return (day.month, day.day) in _FRANCE or (day - easter(day.year)).days in _AFTER_EASTER


def easter(year: int) -> date:
    """Returns Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876)."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    day = moon + week - 7 * late
    return date(year, 3, 22) + timedelta(days=day)
