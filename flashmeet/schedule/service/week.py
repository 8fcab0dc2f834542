"""How many hours are free in the coming seven days of a viewer, by day, part of day and what mentors are.

What is counted is what the search shows: the same filters, the same days, the same nights left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

from sqlalchemy.orm import Session

from flashmeet.core.database.kept import kept_a_while
from flashmeet.core.intervals import TICK, TICK_SECONDS, Interval
from flashmeet.core.zones import DAY_MINUTES, day_span, instant, local_date, zone
from flashmeet.people.queries import blocked_with
from flashmeet.schedule.models import Opening
from flashmeet.schedule.queries.counts import (
    Among,
    CompanyHours,
    Facet,
    count_by_kind,
    count_by_start,
    has_more_than,
)
from flashmeet.schedule.queries.openings import ALL_THEMES
from flashmeet.schedule.rules.dayparts import DayPart, minute_of, waking
from flashmeet.schedule.service.own_calendars import BusyTimes
from flashmeet.schedule.service.own_time import own_time
from flashmeet.schedule.service.slots import SlotQuery

WEEK_DAYS = 7
MANY, SOME = 2_000, 100
"""Hours of a week up to which all are counted; where there are more, so many by day and by night are looked at."""
KEPT = timedelta(minutes=1)
"""So long a process goes by what it found to be many."""


@dataclass(frozen=True, slots=True)
class Week:
    """The coming seven days of a viewer.

    `days` have their hours, whichever days are asked for; `hours`, `mentors`, `languages`, `ways`, `years` (of
    graduation) and `companies` (those with the most hours) are of the days asked for. `parts` are the hours of each
    part of the day (minutes from and to), `night` those that are folded away, `own` those left out since the viewer has
    another hour then, as far as all are counted.

    `more`: there are too many hours to count. `SOME` of each day and of each night were looked at then, and a count of
    so many or more means at least so many; parts of the day are not counted. `sampled`: what is told of mentors is of
    some of the hours only.
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
    more: bool
    sampled: bool

    @property
    def total(self) -> int:
        return sum(count for _, count in self.days)

    def at_least(self, count: int) -> bool:
        """Whether there may be more than were counted."""
        return self.more and count >= SOME


def week_of(db: Session, query: SlotQuery, *, now: datetime, parts: Sequence[tuple[int, int]] = ()) -> Week:
    """Counts the hours that the query finds within the coming seven days, by two statements, and what the viewer has
    themselves (`own_time`)."""
    days = days_of(query.tzid, now)
    span = Interval(now, day_span(days[-1], query.tzid)[1])
    own = own_time(db, query.viewer_id, now=now)
    asked = _among(db, query, span, days, own, now=now)
    starts = count_by_start(db, asked, now=now)
    hours = starts.hours
    lasts = timedelta(minutes=query.minutes)
    counted = query.avoids.free_among(list(hours), lasts)
    free = own.free_among(counted, lasts)
    by_day, by_minute, chosen = _on_the_clock(query, {at: hours[at] for at in free})
    if asked.narrowed:
        chosen = [at for at in _quarters(query, span, own) if query.begins(at)]
    kinds = count_by_kind(db, asked, [int(at.timestamp()) for at in chosen], now=now)
    facets, language, way, year = kinds.facets, query.language, query.way, query.graduated
    ours = [each for each in facets if _suits(each, language=language, way=way, year=year)]
    return Week(
        days=[(day, by_day[day]) for day in days],
        hours=_within(by_minute, query.begins_at),
        mentors=sum(each.mentors for each in ours),
        night=by_minute.total() - _within(by_minute, waking(query.tzid).has),
        own=sum(hours[at] for at in set(counted).difference(free) if query.begins(at)),
        parts={part: _within(by_minute, DayPart(query.tzid, *part).has) for part in parts if not starts.more},
        languages=_by_language([each for each in facets if _suits(each, way=way, year=year)]),
        ways=_by_way([each for each in facets if _suits(each, language=language, year=year)]),
        years=_by_year([each for each in facets if _suits(each, language=language, way=way)]),
        companies=kinds.companies,
        more=starts.more,
        sampled=kinds.more,
    )


def _on_the_clock(
    query: SlotQuery, hours: Mapping[datetime, int]
) -> tuple[Counter[date], Counter[int], list[datetime]]:
    """Returns how many hours there are on each day at the time of day that is asked for, and at each minute of the day
    on the days that are, and the starts for which both hold; of a thousand starts, few differ in their minute."""
    here, by_day, by_minute, chosen = zone(query.tzid), Counter[date](), Counter[int](), list[datetime]()
    begins = cache(query.begins_at)
    for at, count in hours.items():
        wall = at.astimezone(here)
        day, minute = wall.date(), minute_of(wall)
        if begins(minute):
            by_day[day] += count
        if query.days and day not in query.days:
            continue
        by_minute[minute] += count
        if begins(minute):
            chosen.append(at)
    return by_day, by_minute, chosen


def _within(by_minute: Mapping[int, int], part: Callable[[int], bool]) -> int:
    return sum(count for minute, count in by_minute.items() if part(minute))


def _among(
    db: Session, query: SlotQuery, span: Interval, days: Sequence[date], own: BusyTimes, *, now: datetime
) -> Among:
    theme_id = query.theme_id or ALL_THEMES

    def look(db: Session, now: datetime) -> bool:
        return has_more_than(db, MANY, theme_id=theme_id, span=span)

    many = kept_a_while(db, look, of=Opening, key=("many hours", theme_id), now=now, lasts=KEPT)
    return Among(
        theme_id=theme_id,
        spans=_parts_of(query, span, days, own) if many else [span],
        most=SOME if many else 2 * MANY,
        minutes=query.minutes,
        hidden=hidden_from(db, query.viewer_id),
        language=query.language,
        way=query.way,
        graduated=query.graduated,
        company=query.company,
        relation=query.relation,
        year=query.viewer_year,
    )


def _parts_of(query: SlotQuery, span: Interval, days: Sequence[date], own: BusyTimes) -> list[Interval]:
    """Returns nights, days and what is asked of each apart, so that many hours in one leave none of another out, and
    without what the viewer could not take."""
    cuts = {0, *(minute % DAY_MINUTES for part in (query.day_part, waking(query.tzid)) for minute in part.minutes)}
    begins = {instant(day, minute, query.tzid) for day in days for minute in cuts}
    found = list[Interval]()
    for at in _quarters(query, span, own):
        if found and found[-1].end == at and at not in begins:
            found[-1] = Interval(found[-1].start, at + TICK)
        else:
            found.append(Interval(at, at + TICK))
    return found


def hidden_from(db: Session, viewer_id: int | None) -> set[int]:
    """Returns the mentors whose hours the viewer does not find: who is kept apart from them, and they themselves."""
    return {*blocked_with(db, viewer_id), viewer_id} if viewer_id is not None else set()


def _quarters(query: SlotQuery, span: Interval, own: BusyTimes) -> list[datetime]:
    """Returns the quarters of an hour at which the viewer is free: where only some mentors are counted, what there is
    of others is told, too, and they may have hours at any of them."""
    first = datetime.fromtimestamp(-(-int(span.start.timestamp()) // TICK_SECONDS) * TICK_SECONDS, UTC)
    quarters = [first + number * TICK for number in range(-((first - span.end) // TICK))]
    lasts = timedelta(minutes=query.minutes)
    return own.free_among(query.avoids.free_among(quarters, lasts), lasts)


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
        for language in each.languages:
            hours[language] += each.hours
    return sorted(hours.items(), key=lambda each: (-each[1], each[0]))


def _by_way(facets: Sequence[Facet]) -> Mapping[str, int]:
    hours = Counter[str]()
    for each in facets:
        for way in each.ways:
            hours[way] += each.hours
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
