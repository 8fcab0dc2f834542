"""How many hours are free in the coming seven days of a viewer, by day, part of day and what mentors are.

What is counted is what the search shows: the same filters, the same days, the same nights left out. The hours of a
theme, unless they are few, are read once a minute at most; what a viewer is shown of them is worked out from that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import chain

from sqlalchemy.orm import Session

from flashmeet.core.database.kept import kept_a_while
from flashmeet.core.intervals import TICK, Interval
from flashmeet.core.zones import DAY_MINUTES, day_span, instant, local_date, zone
from flashmeet.people.queries import blocked_with
from flashmeet.schedule.models import Opening
from flashmeet.schedule.queries.openings import ALL_THEMES
from flashmeet.schedule.queries.samples import Among, Sample, has_more_than, sample_of
from flashmeet.schedule.rules.dayparts import DayPart, minute_of, waking
from flashmeet.schedule.service.own_calendars import BusyTimes
from flashmeet.schedule.service.own_time import own_time
from flashmeet.schedule.service.slots import SlotQuery
from flashmeet.schedule.service.week_kinds import CompanyHours, kinds_of

WEEK_DAYS = 7
LONGEST_WEEK = timedelta(days=WEEK_DAYS, hours=3)
"""Seven days of any zone, in a week in which clocks go back, too."""
MANY, SOME = 2_000, 100
"""Hours of a week up to which all are counted; where there are more, so many by day and by night are looked at."""
EPOCH = datetime.fromtimestamp(0, UTC)
KEPT, FEW, MOST_KEPT = timedelta(minutes=1), 200, 24
"""So long a process goes by the hours that it found, unless they are so few that they are soon read again; and so many
looks it keeps, each of up to a megabyte."""


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
    """Counts the hours that the query finds within the coming seven days, by what was read of them within the last
    minute, and by what the viewer has themselves (`own_time`)."""
    days = days_of(query.tzid, now)
    end, lasts = day_span(days[-1], query.tzid)[1], timedelta(minutes=query.minutes)
    own = own_time(db, query.viewer_id, now=now)
    asked, look = _among(db, query, days, own, now=now), _Look(db, hidden_from(db, query.viewer_id), now)
    every = look.at(replace(asked, language="", way="", graduated=None, company=""))
    ours = _suiting(query, asked, every, look)
    hours = {at: len(ids) for at, ids in ours.by_start.items() if at < end}
    counted = query.avoids.free_among(list(hours), lasts)
    free = own.free_among(counted, lasts)
    by_day, by_minute, chosen = _on_the_clock(query, {at: hours[at] for at in free})
    if asked.narrowed:  # what there is of others is told, too, and they may have hours at any time
        others = own.free_among(query.avoids.free_among(list(every.by_start), lasts), lasts)
        chosen = [at for at in others if at < end and query.begins(at)]
    kinds = kinds_of(query, Counter(chain.from_iterable(every.by_start[at] for at in chosen)), every.cards)
    return Week(
        days=[(day, by_day[day]) for day in days],
        hours=_within(by_minute, query.begins_at),
        mentors=kinds.mentors,
        night=by_minute.total() - _within(by_minute, waking(query.tzid).has),
        own=sum(hours[at] for at in set(counted).difference(free) if query.begins(at)),
        parts={part: _within(by_minute, DayPart(query.tzid, *part).has) for part in parts if not ours.more},
        languages=kinds.languages,
        ways=kinds.ways,
        years=kinds.years,
        companies=kinds.companies,
        more=ours.more,
        sampled=every.more,
    )


@dataclass(frozen=True, slots=True)
class _Look:
    """Finds hours as somebody does from whom these mentors are `hidden`. All others share what was read."""

    db: Session
    hidden: frozenset[int]
    now: datetime

    def at(self, asked: Among) -> Sample:
        found = self._read(asked)
        if self.hidden.isdisjoint(found.cards):
            return found
        if found.more:
            return self._read(replace(asked, hidden=self.hidden))
        return found.of(found.cards.keys() - self.hidden)

    def _read(self, asked: Among) -> Sample:
        def look(db: Session, now: datetime) -> Sample:
            return sample_of(db, asked, now=now)

        return kept_a_while(
            self.db, look, of=Opening, key=asked, now=self.now, lasts=KEPT, worth=_are_many, most=MOST_KEPT
        )


def _are_many(found: Sample) -> bool:
    """Among few, one that has come or gone since would be missed."""
    return sum(map(len, found.by_start.values())) > FEW


def _suiting(query: SlotQuery, asked: Among, every: Sample, look: _Look) -> Sample:
    """Returns the hours of those who are what is asked of mentors; where only some hours of all were looked at, others
    are."""
    if not asked.narrowed:
        return every
    if every.more:
        return look.at(asked)
    return every.of({mentor_id for mentor_id, card in every.cards.items() if query.suits(card)})


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


def _among(db: Session, query: SlotQuery, days: Sequence[date], own: BusyTimes, *, now: datetime) -> Among:
    theme_id, first = query.theme_id or ALL_THEMES, _next_quarter(now)
    week = Interval(first, day_span(days[-1], query.tzid)[1])

    def look(db: Session, now: datetime) -> bool:
        return has_more_than(db, MANY, theme_id=theme_id, span=week)

    many = kept_a_while(db, look, of=Opening, key=("many hours", theme_id), now=now, lasts=KEPT)
    return Among(
        theme_id=theme_id,
        spans=tuple(_parts_of(query, week, days, own)) if many else (Interval(first, first + LONGEST_WEEK),),
        most=SOME if many else 2 * MANY,
        minutes=query.minutes,
        language=query.language,
        way=query.way,
        graduated=query.graduated,
        company=query.company,
        relation=query.relation,
        year=query.viewer_year if query.relation else None,
    )


def _next_quarter(now: datetime) -> datetime:
    """Returns the first instant from `now` on at which hours may begin."""
    return EPOCH - (EPOCH - now) // TICK * TICK


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


def hidden_from(db: Session, viewer_id: int | None) -> frozenset[int]:
    """Returns the mentors whose hours the viewer does not find: who is kept apart from them, and they themselves."""
    return frozenset((*blocked_with(db, viewer_id), viewer_id)) if viewer_id is not None else frozenset()


def _quarters(query: SlotQuery, span: Interval, own: BusyTimes) -> list[datetime]:
    """Returns the quarters of an hour at which the viewer is free."""
    quarters = [span.start + number * TICK for number in range(-((span.start - span.end) // TICK))]
    lasts = timedelta(minutes=query.minutes)
    return own.free_among(query.avoids.free_among(quarters, lasts), lasts)


def days_of(tzid: str, now: datetime) -> list[date]:
    """Returns the coming seven days in that zone, today first."""
    today = local_date(now, tzid)
    return [today + timedelta(days=number) for number in range(WEEK_DAYS)]
