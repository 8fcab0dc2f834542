"""How many hours are free on each of the coming seven days of a viewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from flashmeet.core.intervals import Interval
from flashmeet.core.zones import day_span, local_date
from flashmeet.people.queries import blocked_with
from flashmeet.schedule.queries.openings import ALL_THEMES
from flashmeet.schedule.queries.slots import WEEK_DAYS, count_by_day
from flashmeet.schedule.rules.dayparts import DayPart
from flashmeet.schedule.service.slots import WAKING, SlotQuery


@dataclass(frozen=True, slots=True)
class Week:
    """The days with their counts, and how many mentors give these hours."""

    days: Sequence[tuple[date, int]]
    mentors: int

    @property
    def hours(self) -> int:
        return sum(count for _, count in self.days)


def week_of(db: Session, query: SlotQuery, *, now: datetime) -> Week:
    """Counts the hours of the query's theme that its viewer may see, within its part of the day."""
    hidden = {*blocked_with(db, query.viewer_id), query.viewer_id} if query.viewer_id is not None else set()
    today = local_date(now, query.tzid)
    days = [today + timedelta(days=number) for number in range(WEEK_DAYS)]
    spans = [_span(day, query, now) for day in days]
    counts, mentors = count_by_day(db, query.theme_id or ALL_THEMES, spans, hidden, now=now)
    return Week(list(zip(days, counts, strict=True)), mentors)


def _span(day: date, query: SlotQuery, now: datetime) -> Interval:
    """Returns the part of the day that is asked for; empty where it is over."""
    part = DayPart(query.tzid, *WAKING) if query.waking and query.day_part.whole else query.day_part
    begin, end = day_span(day, query.tzid)
    whole = Interval(begin, end)
    found = next((each for each in part.bounds(whole) if each.start < each.end), Interval(end, end))
    return Interval(min(max(found.start, now), found.end), found.end)
