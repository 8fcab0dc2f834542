"""Checks the calendars of both people right before somebody books their time: three seconds at most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.session import Database
from flashmeet.core.service_keys import ServiceKey
from flashmeet.people.queries import is_blocked_between
from flashmeet.schedule.service.calendar_freshness import stale_calendars


class RechecksCalendars(Protocol):
    """Reads those of a mentor's calendars that are stale (`calendars.sync`)."""

    def recheck(self, member_id: int, *, now: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class CalendarCheck:
    """Called with no transaction open; booking then uses what was read. Does nothing where all calendars are fresh."""

    database: Database
    calendars: RechecksCalendars

    def before_booking(self, mentor_id: int, *, viewer_id: int | None, now: datetime) -> None:
        """Skips the check for a viewer kept apart from the mentor: the delay would reveal that the mentor exists."""
        with self.database.reading() as db:
            stale = stale_calendars(db, mentor_id, now=now)
            if not stale or (viewer_id is not None and is_blocked_between(db, viewer_id, mentor_id)):
                return
        self.calendars.recheck(mentor_id, now=now)

    def of_member(self, member_id: int, *, now: datetime) -> None:
        """Checks the calendars of whoever books, which may warn them."""
        with self.database.reading() as db:
            stale = stale_calendars(db, member_id, now=now)
        if stale:
            self.calendars.recheck(member_id, now=now)

    def before_moving(self, booking_id: int, *, viewer_id: int | None, now: datetime) -> None:
        """Checks before a booking is moved; an unknown booking is refused later."""
        with self.database.reading() as db:
            booking = db.get(Booking, booking_id)
            mentor_id = booking.mentor_id if booking is not None else None
        if mentor_id is not None:
            self.before_booking(mentor_id, viewer_id=viewer_id, now=now)


CALENDAR_CHECK: ServiceKey[CalendarCheck] = ServiceKey("calendar check")
