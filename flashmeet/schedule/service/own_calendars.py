"""What a member's own calendars say of the hours that they could take themselves: it hides and warns, never refuses."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Select
from sqlalchemy.orm import Session

from flashmeet.core.database.prepared import Values
from flashmeet.core.intervals import Interval
from flashmeet.core.zones import local_date
from flashmeet.schedule.models import MemberCalendar
from flashmeet.schedule.queries.calendars import busy_for_oneself, checked_calendars, trusted_busy_rows
from flashmeet.schedule.queries.slots import FARTHEST
from flashmeet.schedule.rules.calendars import Freshness
from flashmeet.schedule.rules.timetables import KEPT_FOR, counts_until, timetable_in
from flashmeet.schedule.service.calendar_freshness import freshness_of


@dataclass(frozen=True, slots=True)
class BusyTimes:
    """Time at which a member has something else; spans in order, none touching the next."""

    spans: Sequence[Interval] = ()

    def __bool__(self) -> bool:
        return bool(self.spans)

    def clash(self, hour: Interval) -> bool:
        return self._first_clash(hour) is not None

    def free_among(self, starts: Sequence[datetime], length: timedelta) -> list[datetime]:
        """Those of the starts, which are in order, after which so much time is free: few spans are looked for among
        many starts."""
        free, passed = list[datetime](), 0
        for span in self.spans:
            clashes = bisect_right(starts, span.start - length, lo=passed)
            free += starts[passed:clashes]
            passed = bisect_left(starts, span.end, lo=clashes)
        return [*free, *starts[passed:]]

    def free_from(self, at: datetime, length: timedelta) -> datetime:
        """The first instant from `at` on after which so much time is free."""
        while (clash := self._first_clash(Interval(at, at + length))) is not None:
            at = clash.end
        return at

    def free_up_to(self, at: datetime, length: timedelta) -> datetime:
        """The last instant up to `at` after which so much time is free."""
        while (clash := self._first_clash(Interval(at, at + length))) is not None:
            at = clash.start - length
        return at

    def _first_clash(self, hour: Interval) -> Interval | None:
        if not self.spans:
            return None
        at = bisect_right(self.spans, hour.start, key=lambda each: each.start)
        return next((each for each in self.spans[max(0, at - 1) : at + 1] if hour.overlaps(each)), None)


NOTHING = BusyTimes()


def own_busy_times(db: Session, member_id: int, *, now: datetime) -> BusyTimes:
    """Returns what the calendars block that the member has checked for conflicts, in one statement."""
    return BusyTimes(busy_for_oneself(db, member_id, Interval(now, now + FARTHEST), trusted_since=now - KEPT_FOR))


class OwnHourState(StrEnum):
    """What a member's own calendars say of an hour, as told to programs."""

    NONE = "none"  # none is connected
    FREE = "free"
    BUSY = "busy"
    UNKNOWN = "unknown"  # one could not be read, or reaches not that far


def busy_ahead(member_id: int, *, now: datetime) -> tuple[Select[datetime, datetime], Values]:
    """What `own_busy_times` reads, for a page that asks for several kinds at once (`any_rows`)."""
    return trusted_busy_rows(member_id, now, now + FARTHEST, now - KEPT_FOR)


@dataclass(frozen=True, slots=True)
class OwnHour:
    """Whether the member has something else at an hour; since when a calendar of theirs could not be read, and until
    when what was read before counts; the last day that a timetable of theirs covers, where the hour is after it."""

    clashes: bool = False
    unread_since: datetime | None = None
    counts_until: datetime | None = None
    reaches: date | None = None
    connected: bool = True

    @property
    def told(self) -> OwnHourState:
        if self.clashes:
            return OwnHourState.BUSY
        if not self.connected:
            return OwnHourState.NONE
        return OwnHourState.UNKNOWN if self.unread_since or self.reaches else OwnHourState.FREE


def own_hour(db: Session, member_id: int, hour: Interval, *, now: datetime) -> OwnHour:
    calendars = checked_calendars(db, member_id)
    if not calendars:
        return OwnHour(connected=False)
    lost = [each for each in calendars if freshness_of(each, now=now) == Freshness.UNKNOWN]
    since = min((each.failing_since or each.account.created_at for each in lost), default=None)
    kept = [each.failing_since for each in lost if each.failing_since is not None and each.read_at is not None]
    until = max((counts_until(each) for each in kept), default=None)
    return OwnHour(
        clashes=bool(busy_for_oneself(db, member_id, hour, trusted_since=now - KEPT_FOR)),
        unread_since=since,
        counts_until=until if until is not None and until > now else None,
        reaches=_reach(calendars, hour, now=now),
    )


def _reach(calendars: Sequence[MemberCalendar], hour: Interval, *, now: datetime) -> date | None:
    """Returns the last day that all of their timetables cover, where the hour is after it."""
    accounts = {each.account.id: each.account for each in calendars}.values()
    covered = [
        (timetable.reaches(local_date(now, account.member.tzid)), account.member.tzid)
        for account in accounts
        if (timetable := timetable_in(account.settings)) is not None
    ]
    short = [ends for ends, tzid in covered if ends is not None and local_date(hour.start, tzid) > ends]
    return min(short, default=None)


@dataclass(frozen=True, slots=True)
class Readings:
    """When the member's calendars were read: the one longest ago; since when one could not be, and until when what was
    read of it before still hides hours."""

    at: datetime | None = None
    unread_since: datetime | None = None
    counts_until: datetime | None = None


def last_read(db: Session, member_id: int) -> Readings:
    """Returns nothing where no calendar is checked, or one never was read."""
    calendars = checked_calendars(db, member_id)
    read = [each.read_at for each in calendars if each.read_at is not None]
    since = min((each.failing_since for each in calendars if each.failing_since is not None), default=None)
    at = min(read, default=None) if len(read) == len(calendars) else None
    return Readings(at, since, counts_until(since) if since is not None else None)
