"""Figures of a period beside the same days a year before: hours served, by every facet of a booking, and answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from flashmeet.core.intervals import Interval
from flashmeet.core.numbers import number_or_none
from flashmeet.core.zones import day_span
from flashmeet.requests.rules.responses import Responses


class ReportFacet(StrEnum):
    """Facets by which hours are split."""

    THEME = "theme"
    FORMAT = "format"
    RELATION = "relation"
    MODE = "mode"
    MONTH = "month"


FACETS = tuple(ReportFacet)
ENOUGH = 5
"""Below this many answers no clarity is shown, because one person's answer could be inferred."""
FIRST_YEAR, LONGEST = 2000, timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class Period:
    """Dates in one zone, both included."""

    first: date
    last: date

    def span(self, tzid: str) -> Interval:
        return Interval(day_span(self.first, tzid)[0], day_span(self.last, tzid)[1])

    @property
    def year_before(self) -> Period:
        return Period(_a_year_before(self.first), _a_year_before(self.last))

    @classmethod
    def of_year(cls, year: int, *, today: date) -> Period:
        """Returns the whole year, or as much of it as has passed."""
        return cls(date(year, 1, 1), min(date(year, 12, 31), max(today, date(year, 1, 1))))

    @classmethod
    def parse(cls, fields: Mapping[str, str], *, today: date) -> Period:
        """Reads `from` and `to`, else `year`, else this year; unreadable values are ignored, and no day lies ahead."""
        first, last = _day(fields.get("from", "")), _day(fields.get("to", ""))
        if first is not None and first <= (last or today) and first <= today:
            last = min(last or today, today)
            return cls(max(first, last - LONGEST), last)
        return cls.of_year(asked_year(fields.get("year", ""), today=today), today=today)


def asked_year(text: str, *, today: date) -> int:
    """Reads a year such as `2026`; this year where none, or one that cannot be reported, is asked for."""
    year = number_or_none(text) or today.year
    return year if FIRST_YEAR <= year <= today.year else today.year


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year >= FIRST_YEAR else None


def _a_year_before(day: date) -> date:
    """Returns the same day a year before; a 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A booking that is over: `minutes` that count (0 if it did not take place), `clearer` where the mentee gave it."""

    theme: str
    format: str
    relation: str
    mode: str
    month: str
    mentor_id: int
    mentee_id: int
    minutes: int
    clearer: int | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """Minutes served, and the number of bookings."""

    minutes: int = 0
    bookings: int = 0

    def plus(self, minutes: int) -> Tally:
        return Tally(self.minutes + minutes, self.bookings + 1)

    @property
    def hours(self) -> float:
        return self.minutes / 60


@dataclass(frozen=True, slots=True)
class Clarity:
    """How clear things are to mentees afterwards, out of five; `mean` is None below five answers."""

    points: int = 0
    n: int = 0

    @property
    def mean(self) -> float | None:
        return self.points / self.n if self.n >= ENOUGH else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of one period. `by` splits hours by each facet's values; only people with a served hour count."""

    served: Tally = field(default_factory=Tally)
    by: Mapping[ReportFacet, Mapping[str, Tally]] = field(default_factory=dict)
    not_served: int = 0
    mentors: int = 0
    mentees: int = 0
    clarity: Clarity = field(default_factory=Clarity)
    clarity_by_theme: Mapping[str, Clarity] = field(default_factory=dict)
    responses: Responses = field(default_factory=Responses)


_VALUE: dict[ReportFacet, Callable[[Held], str]] = {
    ReportFacet.THEME: lambda held: held.theme,
    ReportFacet.FORMAT: lambda held: held.format,
    ReportFacet.RELATION: lambda held: held.relation,
    ReportFacet.MODE: lambda held: held.mode,
    ReportFacet.MONTH: lambda held: held.month,
}


def figures(bookings: Iterable[Held], answers: Responses) -> Figures:
    """Computes the figures; each served hour counts once in every facet."""
    held = list(bookings)
    served = [each for each in held if each.minutes]
    return Figures(
        served=Tally(sum(each.minutes for each in served), len(served)),
        by={facet: _tallied(served, _VALUE[facet]) for facet in FACETS},
        not_served=len(held) - len(served),
        mentors=len({each.mentor_id for each in served}),
        mentees=len({each.mentee_id for each in served}),
        clarity=_clarity(held),
        clarity_by_theme=_clarity_by_theme(held),
        responses=answers,
    )


def _tallied(served: Iterable[Held], value: Callable[[Held], str]) -> dict[str, Tally]:
    found: defaultdict[str, Tally] = defaultdict(Tally)
    for each in served:
        found[value(each)] = found[value(each)].plus(each.minutes)
    return dict(found)


def _clarity(held: Iterable[Held]) -> Clarity:
    points = [each.clearer for each in held if each.clearer is not None]
    return Clarity(sum(points), len(points))


def _clarity_by_theme(held: Sequence[Held]) -> dict[str, Clarity]:
    themes = {each.theme for each in held if each.clearer is not None}
    return {theme: _clarity(each for each in held if each.theme == theme) for theme in themes}
