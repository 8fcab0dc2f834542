"""Public holidays: days on which nobody is expected to answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flashmeet.core.numbers import read_number

Day = tuple[int, int]
"""Month and day."""


@dataclass(frozen=True, slots=True)
class _Holidays:
    """The same days of each year, and days counted from Easter Sunday: -2 is Good Friday, 1 Easter Monday, 39
    Ascension, 50 Whit Monday, 60 Corpus Christi."""

    dates: frozenset[Day]
    from_easter: frozenset[int]


def _each_year(dates: str, *from_easter: int) -> _Holidays:
    """Reads dates such as `1/5`, day before month."""
    read = ([read_number(part, most=31) for part in each.split("/")] for each in dates.split())
    return _Holidays(frozenset((month, day) for day, month in read), frozenset(from_easter))


_FRANCE = _each_year("1/1 1/5 8/5 14/7 15/8 1/11 11/11 25/12", 1, 39, 50)
"""Source: Code du travail, L3133-1."""
_KNOWN: Mapping[str, _Holidays] = {
    **dict.fromkeys(("FR", "BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "WF", "YT"), _FRANCE),
    "AT": _each_year("1/1 6/1 1/5 15/8 26/10 1/11 8/12 25/12 26/12", 1, 39, 50, 60),
    "BE": _each_year("1/1 1/5 21/7 15/8 1/11 11/11 25/12", 1, 39, 50),
    "CA": _each_year("1/1 1/7 25/12", -2),
    "CH": _each_year("1/1 1/8 25/12", 39),
    "DE": _each_year("1/1 1/5 3/10 25/12 26/12", -2, 1, 39, 50),
    "ES": _each_year("1/1 6/1 1/5 15/8 12/10 1/11 6/12 8/12 25/12", -2),
    "GB": _each_year("1/1 25/12 26/12", -2),
    "IE": _each_year("1/1 17/3 25/12 26/12", 1),
    "IT": _each_year("1/1 6/1 25/4 1/5 2/6 15/8 1/11 8/12 25/12 26/12", 1),
    "LU": _each_year("1/1 1/5 9/5 23/6 15/8 1/11 25/12 26/12", 1, 39, 50),
    "MC": _each_year("1/1 27/1 1/5 15/8 1/11 19/11 8/12 25/12", 1, 39, 50, 60),
    "NL": _each_year("1/1 27/4 25/12 26/12", 1, 39, 50),
    "PT": _each_year("1/1 25/4 1/5 10/6 15/8 5/10 1/11 1/12 8/12 25/12", -2, 60),
    "US": _each_year("1/1 19/6 4/7 11/11 25/12"),
}
"""Days on which all of a country rests, by its ISO 3166 code; those of a region, of the moon, of a weekday of the month
and those given in place of a weekend are not known here."""


def is_holiday(day: date, country: str) -> bool:
    """Whether the day is known as a public holiday of the country; False for every day of other countries."""
    known = _KNOWN.get(country)
    if known is None:
        return False
    return (day.month, day.day) in known.dates or (day - easter(day.year)).days in known.from_easter


def easter(year: int) -> date:
    """Returns Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876)."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    day = moon + week - 7 * late
    return date(year, 3, 22) + timedelta(days=day)
