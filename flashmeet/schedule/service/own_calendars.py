"""What a member's own calendars say of the hours that they could take themselves: it hides and warns, never refuses."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select
from sqlalchemy.orm import Session

from flashmeet.core.database.prepared import Values
from flashmeet.core.intervals import Interval
from flashmeet.core.settings.policies import MAX_HORIZON_DAYS
from flashmeet.schedule.queries.calendars import busy, busy_rows, checked_calendars
from flashmeet.schedule.rules.calendars import Freshness
from flashmeet.schedule.service.calendar_freshness import freshness_of

FAR = timedelta(days=MAX_HORIZON_DAYS + 2)


@dataclass(frozen=True, slots=True)
class BusyTimes:
    """Time at which a member has something else; spans in order, none touching the next."""

    spans: Sequence[Interval] = ()

    def __bool__(self) -> bool:
        return bool(self.spans)

    def clash(self, hour: Interval) -> bool:
        at = bisect_right(self.spans, hour.start, key=lambda each: each.start)
        return any(hour.overlaps(each) for each in self.spans[max(0, at - 1) : at + 1])


NOTHING = BusyTimes()


def own_busy_times(db: Session, member_id: int, *, now: datetime) -> BusyTimes:
    """Returns what the calendars block that the member has checked for conflicts, in one statement."""
    return BusyTimes(busy(db, member_id, Interval(now, now + FAR)))


def busy_ahead(member_id: int, *, now: datetime) -> tuple[Select[datetime, datetime], Values]:
    """What `own_busy_times` reads, for a page that asks for several kinds at once (`any_rows`)."""
    return busy_rows(member_id, now, now + FAR)


@dataclass(frozen=True, slots=True)
class OwnHour:
    """Whether the member has something else at an hour, and since when a calendar of theirs could not be read."""

    clashes: bool = False
    unread_since: datetime | None = None


def own_hour(db: Session, member_id: int, hour: Interval, *, now: datetime) -> OwnHour:
    calendars = checked_calendars(db, member_id)
    if not calendars:
        return OwnHour()
    lost = [each for each in calendars if freshness_of(each, now=now) == Freshness.UNKNOWN]
    since = min((each.failing_since or each.account.created_at for each in lost), default=None)
    return OwnHour(bool(busy(db, member_id, hour)), since)


def last_read(db: Session, member_id: int) -> datetime | None:
    """Returns when the calendar that was read longest ago was read; None where one never was, or there is none."""
    read = [each.read_at for each in checked_calendars(db, member_id)]
    return None if None in read else min((at for at in read if at is not None), default=None)
