"""How many hours are free in the coming seven days of a viewer, by day, part of day and what mentors are.

What is counted is what the search shows: the same filters, the same days, the same nights left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from flashmeet.core.intervals import Interval
from flashmeet.core.zones import day_span, local_date
from flashmeet.people.queries import blocked_with
from flashmeet.schedule.queries.counts import (
    WEEK_DAYS,
    Among,
    CompanyHours,
    Facet,
    count_by_kind,
    count_by_start,
)
from flashmeet.schedule.queries.openings import ALL_THEMES
from flashmeet.schedule.rules.dayparts import waking
from flashmeet.schedule.service.own_calendars import BusyTimes
from flashmeet.schedule.service.own_time import own_time
from flashmeet.schedule.service.slots import SlotQuery


@dataclass(frozen=True, slots=True)
class Week:
    """The coming seven days of a viewer.

    `days` have their hours, whichever days are asked for; `hours`, `mentors`, `languages`, `ways`, `years` (of
    graduation) and `companies` (those with the most hours) are of the days asked for. `parts` are the hours of each
    part of the day (minutes from and to), `night` those that are folded away, `own` those left out since the viewer has
    another hour then.
    """

    days: Sequence[tuple[date, int]]
    hours: int
    mentors: int
    night: int
    own: int
    parts: Mapping[tuple[int, int], int]
    languages: Sequence[tuple[str, int]]
    ways: Mapping[str, int]
    years: Mapping[int, int]
    companies: Sequence[CompanyHours]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.days)


def week_of(db: Session, query: SlotQuery, *, now: datetime, parts: Sequence[tuple[int, int]] = ()) -> Week:
    """Counts the hours that the query finds within the coming seven days, by two statements, and what the viewer has
    themselves (`own_time`)."""
    days = days_of(query.tzid, now)
    span = Interval(now, day_span(days[-1], query.tzid)[1])
    asked, own, lasts = (
        _among(db, query, span),
        own_time(db, query.viewer_id, now=now),
        timedelta(minutes=query.minutes),
    )
    counted = [
        (at, count)
        for at, count in count_by_start(db, asked, now=now)
        if not query.avoids.clash(Interval(at, at + lasts))
    ]
    free = [(at, count) for at, count in counted if not own.clash(Interval(at, at + lasts))]
    shown = Counter[date]()
    for at, count in free:
        if query.begins(at):
            shown[local_date(at, query.tzid)] += count
    chosen = [(at, count) for at, count in free if query.is_on_days(at)]
    found = sum(count for at, count in chosen if query.begins(at))
    facets, companies = count_by_kind(db, asked, list(_starts(query, span, own)), now=now)
    language, way, year = query.language, query.way, query.graduated
    ours = [each for each in facets if _suits(each, language=language, way=way, year=year)]
    return Week(
        days=[(day, shown[day]) for day in days],
        hours=found,
        mentors=sum(each.mentors for each in ours),
        night=sum(count for at, count in chosen if not waking(query.tzid).holds(at)),
        own=sum(count for at, count in counted if query.is_on_days(at) and query.begins(at)) - found,
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
        hidden=hidden_from(db, query.viewer_id),
        language=query.language,
        way=query.way,
        graduated=query.graduated,
        company=query.company,
        relation=query.relation,
        year=query.viewer_year,
    )


def hidden_from(db: Session, viewer_id: int | None) -> set[int]:
    """Returns the mentors whose hours the viewer does not find: who is kept apart from them, and they themselves."""
    return {*blocked_with(db, viewer_id), viewer_id} if viewer_id is not None else set()


def _starts(query: SlotQuery, span: Interval, own: BusyTimes) -> Iterator[int]:
    """Yields the quarters of an hour of the days asked for at which the query may show an hour."""
    quarter, lasts = timedelta(minutes=15), timedelta(minutes=query.minutes)
    at = datetime.fromtimestamp(-(-int(span.start.timestamp()) // 900) * 900, tz=span.start.tzinfo)
    while at < span.end:
        hour = Interval(at, at + lasts)
        if query.is_on_days(at) and query.begins(at) and not query.avoids.clash(hour) and not own.clash(hour):
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


def days_of(tzid: str, now: datetime) -> list[date]:
    """Returns the coming seven days in that zone, today first."""
    today = local_date(now, tzid)
    return [today + timedelta(days=number) for number in range(WEEK_DAYS)]
