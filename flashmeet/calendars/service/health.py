"""The state of each connected calendar, for the member's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.calendars.models import CalendarEvent
from flashmeet.calendars.rules.sources import MANY_GONE
from flashmeet.calendars.service.accounts import accounts_of
from flashmeet.calendars.service.event_writer import is_write_refused
from flashmeet.core.intervals import Interval
from flashmeet.core.provider_faults import AuthFailed
from flashmeet.core.zones import local_date
from flashmeet.identity.models import Member
from flashmeet.schedule.models import CalendarAccount, MemberCalendar
from flashmeet.schedule.queries.calendars import next_busy, unread_events
from flashmeet.schedule.rules.calendars import CalendarKind
from flashmeet.schedule.rules.timetables import counts_until, timetable_in

MOST_TITLES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarHealth:
    """`fault` is the code of what prevents reading, "" when nothing does. `conflicts` are bookings whose event was
    changed there in a way that we do not overwrite. `unwritable`: it recently refused a write."""

    calendar: MemberCalendar
    fault: str
    unwritable: bool
    conflicts: Sequence[Booking]
    unread: Sequence[str] = ()
    """Titles of events that could not be read wholly."""
    next_busy: Interval | None = None
    """The next time that it takes, of a calendar at an ICS address: its member sees whether it was read right."""

    @property
    def counts_until(self) -> datetime | None:
        """Returns until when the times read before still hide hours from its member; None where nothing is amiss."""
        failing = self.calendar.failing_since
        return counts_until(failing) if failing is not None and self.calendar.read_at is not None else None

    @property
    def waiting(self) -> bool:
        """Whether it has not been read yet, without a fault."""
        return self.calendar.read_at is None and not self.fault


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountHealth:
    account: CalendarAccount
    calendars: Sequence[CalendarHealth]
    reaches: date | None = None
    """The last day that the address of a timetable covers, where that is little."""
    is_past: bool = False
    ran_out: bool = False
    """It is a timetable in which no class is to come."""

    @property
    def vendor(self) -> str:
        """Returns which school's timetable it is, "" for any other calendar."""
        return self.account.settings.get("vendor", "")

    @property
    def renewable(self) -> bool:
        """Whether a new address is asked for."""
        if self.account.kind != CalendarKind.ICS:
            return False
        return self.reaches is not None or self.ran_out or any(each.fault for each in self.calendars)

    @property
    def shut_out(self) -> bool:
        return self.account.fault == AuthFailed.code

    @property
    def many_gone(self) -> bool:
        return self.account.fault == MANY_GONE


def health_of(db: Session, member: Member, *, now: datetime) -> list[AccountHealth]:
    return [_health(db, account, member.tzid, now=now) for account in accounts_of(db, member)]


def _health(db: Session, account: CalendarAccount, tzid: str, *, now: datetime) -> AccountHealth:
    calendars = [_calendar_health(db, account, each, now=now) for each in account.calendars]
    timetable, today = timetable_in(account.settings), local_date(now, tzid)
    reaches = timetable.reaches(today) if timetable is not None and timetable.is_narrow(today) else None
    read = [each for each in calendars if each.calendar.read_at is not None and not each.fault]
    return AccountHealth(
        account=account,
        calendars=calendars,
        reaches=reaches,
        is_past=reaches is not None and reaches < today,
        ran_out=timetable is not None and bool(read) and not any(each.next_busy for each in read),
    )


def _calendar_health(db: Session, account: CalendarAccount, each: MemberCalendar, *, now: datetime) -> CalendarHealth:
    return CalendarHealth(
        calendar=each,
        fault=each.fault if each.used else "",
        unwritable=each.writes and is_write_refused(db, each.id, now=now),
        conflicts=_conflicts(db, each, now=now),
        unread=list(unread_events(db, each.id).values())[:MOST_TITLES],
        next_busy=next_busy(db, each.id, after=now) if account.kind == CalendarKind.ICS else None,
    )


def _conflicts(db: Session, calendar: MemberCalendar, *, now: datetime) -> Sequence[Booking]:
    query = (
        select(Booking)
        .join(CalendarEvent, CalendarEvent.booking_id == Booking.id)
        .where(CalendarEvent.calendar_id == calendar.id, CalendarEvent.conflict, Booking.ends_at > now)
    )
    return db.scalars(query.order_by(Booking.starts_at)).unique().all()
