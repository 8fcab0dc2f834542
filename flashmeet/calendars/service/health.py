"""The state of each connected calendar, for the member's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.calendars.models import CalendarEvent
from flashmeet.calendars.rules.sources import MANY_GONE
from flashmeet.calendars.service.accounts import accounts_of
from flashmeet.calendars.service.event_writer import is_write_refused
from flashmeet.core.provider_faults import AuthFailed
from flashmeet.identity.models import Member
from flashmeet.schedule.models import CalendarAccount, MemberCalendar
from flashmeet.schedule.queries.calendars import unread_events

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

    @property
    def waiting(self) -> bool:
        """Whether it has not been read yet, without a fault."""
        return self.calendar.read_at is None and not self.fault


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountHealth:
    account: CalendarAccount
    calendars: Sequence[CalendarHealth]

    @property
    def shut_out(self) -> bool:
        return self.account.fault == AuthFailed.code

    @property
    def many_gone(self) -> bool:
        return self.account.fault == MANY_GONE


def health_of(db: Session, member: Member, *, now: datetime) -> list[AccountHealth]:
    return [
        AccountHealth(
            account=account,
            calendars=[
                CalendarHealth(
                    calendar=each,
                    fault=each.fault,
                    unwritable=each.writes and is_write_refused(db, each.id, now=now),
                    conflicts=_conflicts(db, each, now=now),
                    unread=list(unread_events(db, each.id).values())[:MOST_TITLES],
                )
                for each in account.calendars
            ],
        )
        for account in accounts_of(db, member)
    ]


def _conflicts(db: Session, calendar: MemberCalendar, *, now: datetime) -> Sequence[Booking]:
    query = (
        select(Booking)
        .join(CalendarEvent, CalendarEvent.booking_id == Booking.id)
        .where(CalendarEvent.calendar_id == calendar.id, CalendarEvent.conflict, Booking.ends_at > now)
    )
    return db.scalars(query.order_by(Booking.starts_at)).unique().all()
