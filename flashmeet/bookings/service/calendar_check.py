"""A look at a mentor's calendars right before somebody takes their time: three seconds at most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.session import Database
from flashmeet.core.service_keys import ServiceKey
from flashmeet.people.queries import stands_between
from flashmeet.schedule.service.conflicts import to_look_at


class RechecksCalendars(Protocol):
    """Reads those of a mentor's calendars that are not fresh (`calendars.sync`)."""

    def recheck(self, member_id: int, *, now: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class CalendarCheck:
    """Called with no transaction open; booking then goes by what was read. Nothing happens where all is fresh."""

    database: Database
    calendars: RechecksCalendars

    def before_booking(self, mentor_id: int, *, viewer_id: int | None, now: datetime) -> None:
        """Asks nothing for a viewer from whom the mentor is hidden: the time it takes would tell that there is one."""
        with self.database.reading() as db:
            stale = to_look_at(db, mentor_id, now=now)
            if not stale or (viewer_id is not None and stands_between(db, viewer_id, mentor_id)):
                return
        self.calendars.recheck(mentor_id, now=now)

    def before_moving(self, booking_id: int, *, viewer_id: int | None, now: datetime) -> None:
        """The same for a booking that is to be moved; one that is not there is refused later."""
        with self.database.reading() as db:
            booking = db.get(Booking, booking_id)
            mentor_id = booking.mentor_id if booking is not None else None
        if mentor_id is not None:
            self.before_booking(mentor_id, viewer_id=viewer_id, now=now)


CALENDAR_CHECK: ServiceKey[CalendarCheck] = ServiceKey("calendar check")
