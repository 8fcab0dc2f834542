"""How many hours are free in the coming seven days of a viewer, by day, part of day and what mentors are.

What is counted is what the search shows: the same filters, the same days, the same nights left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from flashmeet.core.database.kept import kept_a_while
from flashmeet.core.intervals import Interval
from flashmeet.core.zones import day_span, local_date
from flashmeet.people.queries import blocked_with
from flashmeet.schedule.models import Opening
from flashmeet.schedule.queries.counts import (
    WEEK_DAYS,
    Among,
    CompanyHours,
    Facet,
    count_by_kind,
    count_by_start,
    count_by_theme,
)
from flashmeet.schedule.queries.openings import ALL_THEMES
from flashmeet.schedule.rules.dayparts import waking
from flashmeet.schedule.service.slots import SlotQuery

MINUTES = 60


@dataclass(frozen=True, slots=True)
class Week:
    """The coming seven days of a viewer.

    `days` have their hours, whichever days are asked for; `hours`, `mentors`, `languages`, `ways`, `years` (of
    graduation) and `companies` (those with the most hours) are of the days asked for. `parts` are the hours of each
    part of the day (minutes from and to), `night` those that are folded away.
    """

    days: Sequence[tuple[date, int]]
    hours: int
    mentors: int
    night: int
    parts: Mapping[tuple[int, int], int]
    languages: Sequence[tuple[str, int]]
    ways: Mapping[str, int]
    years: Mapping[int, int]
    companies: Sequence[CompanyHours]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.days)


def week_of(db: Session, query: SlotQuery, *, now: datetime, parts: Sequence[tuple[int, int]] = ()) -> Week:
    """Counts the hours that the query finds within the coming seven days, by two statements."""
    days = _days(query.tzid, now)
    span = Interval(now, day_span(days[-1], query.tzid)[1])
    asked = _among(db, query, span)
    free = [
        (at, count)
        for at, count in count_by_start(db, asked, now=now)
        if not query.avoids.clash(Interval(at, at + timedelta(minutes=query.minutes)))
    ]
    shown = Counter[date]()
    for at, count in free:
        if query.begins(at):
            shown[local_date(at, query.tzid)] += count
    chosen = [(at, count) for at, count in free if query.is_on_days(at)]
    facets, companies = count_by_kind(db, asked, list(_starts(query, span)), now=now)
    language, way, year = query.language, query.way, query.graduated
    ours = [each for each in facets if _suits(each, language=language, way=way, year=year)]
    return Week(
        days=[(day, shown[day]) for day in days],
        hours=sum(count for at, count in chosen if query.begins(at)),
        mentors=sum(each.mentors for each in ours),
        night=sum(count for at, count in chosen if not waking(query.tzid).holds(at)),
        parts={part: _within(chosen, query.of_part(*part)) for part in parts},
        languages=_by_language([each for each in facets if _suits(each, way=way, year=year)]),
        ways=_by_way([each for each in facets if _suits(each, language=language, year=year)]),
        years=_by_year([each for each in facets if _suits(each, language=language, way=way)]),
        companies=companies,
    )


def _within(free: Sequence[tuple[datetime, int]], query: SlotQuery) -> int:
    return sum(count for at, count in free if query.begins(at))


def _among(db: Session, query: SlotQuery, span: Interval) -> Among:
    return Among(
        theme_id=query.theme_id or ALL_THEMES,
        span=span,
        minutes=query.minutes,
        hidden=_hidden(db, query.viewer_id),
        language=query.language,
        way=query.way,
        graduated=query.graduated,
        company=query.company,
        relation=query.relation,
        year=query.viewer_year,
    )


def _hidden(db: Session, viewer_id: int | None) -> set[int]:
    return {*blocked_with(db, viewer_id), viewer_id} if viewer_id is not None else set()


def _starts(query: SlotQuery, span: Interval) -> Iterator[int]:
    """Yields the quarters of an hour of the days asked for at which the query may show an hour."""
    quarter, lasts = timedelta(minutes=15), timedelta(minutes=query.minutes)
    at = datetime.fromtimestamp(-(-int(span.start.timestamp()) // 900) * 900, tz=span.start.tzinfo)
    while at < span.end:
        if query.is_on_days(at) and query.begins(at) and not query.avoids.clash(Interval(at, at + lasts)):
            yield int(at.timestamp())
        at += quarter


def _suits(facet: Facet, *, language: str = "", way: str = "", year: int | None = None) -> bool:
    return (
        (not language or language in facet.languages)
        and (not way or way in facet.ways)
        and year in (None, facet.graduated)
    )


def _by_language(facets: Sequence[Facet]) -> list[tuple[str, int]]:
    """Most hours first."""
    hours = Counter[str]()
    for each in facets:
        hours.update(dict.fromkeys(each.languages, each.hours))
    return sorted(hours.items(), key=lambda each: (-each[1], each[0]))


def _by_way(facets: Sequence[Facet]) -> Mapping[str, int]:
    hours = Counter[str]()
    for each in facets:
        hours.update(dict.fromkeys(each.ways, each.hours))
    return hours


def _by_year(facets: Sequence[Facet]) -> Mapping[int, int]:
    hours = Counter[int]()
    for each in facets:
        if each.graduated is not None:
            hours[each.graduated] += each.hours
    return hours


def _days(tzid: str, now: datetime) -> list[date]:
    today = local_date(now, tzid)
    return [today + timedelta(days=number) for number in range(WEEK_DAYS)]


@dataclass(frozen=True, slots=True)
class OpenHours:
    """Bookable hours in the coming seven days, nights left out, in total and per theme id."""

    total: int
    by_theme: dict[int, int]


COUNT_LASTS = timedelta(minutes=1)
"""So old a count may be where another process wrote openings since; a page is no slower for a larger network."""


def open_hours(db: Session, *, tzid: str, viewer_id: int | None = None, now: datetime) -> OpenHours:
    """Counts what a search without filters finds in that zone; hidden mentors' and the viewer's own are left out, so
    that counts reveal no more than lists."""

    def count(db: Session, now: datetime, mentor_ids: set[int] | None = None) -> dict[int, int]:
        return count_by_theme(db, _waking_spans(tzid, now), minutes=MINUTES, now=now, mentor_ids=mentor_ids)

    counts = dict(kept_a_while(db, count, of=Opening, key=("open hours", tzid), now=now, lasts=COUNT_LASTS))
    hidden = _hidden(db, viewer_id)
    if hidden:
        theirs = count(db, now, hidden)
        for theme_id, hours in theirs.items():
            counts[theme_id] = counts.get(theme_id, 0) - hours
    return OpenHours(
        max(0, counts.pop(ALL_THEMES, 0)), {theme_id: each for theme_id, each in counts.items() if each > 0}
    )


def _waking_spans(tzid: str, now: datetime) -> list[Interval]:
    """Returns what is left of each day's waking hours."""
    spans = []
    for day in _days(tzid, now):
        whole = Interval(*day_span(day, tzid))
        found = next((each for each in waking(tzid).bounds(whole) if each.start < each.end), whole)
        spans.append(Interval(min(max(found.start, now), found.end), found.end))
    return spans
