"""A look at a mentor's calendars right before somebody takes their time: the request waits three seconds at most."""

from __future__ import annotations

from flashmeet.bookings.models.booking import Booking
from flashmeet.calendars.sync import Syncing
from flashmeet.http.identity import viewer
from flashmeet.http.services import now, parts, reading
from flashmeet.people.queries.blocks import stands_between


def look_at_calendars(mentor_id: int) -> None:
    """Call it with no transaction open; booking then goes by what was read. Nothing happens where all is fresh.

    For somebody from whom the mentor is hidden nothing is asked: the time it takes would tell that there is one.
    """
    who = viewer()
    with reading() as session:
        if who is not None and stands_between(session, who.member_id, mentor_id):
            return
    Syncing(parts().database, parts().calendars).recheck(mentor_id, now=now())


def look_at_calendars_for(booking_id: int) -> None:
    """The same for a session that is to be moved; one that is not there is refused later."""
    with reading() as session:
        booking = session.get(Booking, booking_id)
        mentor_id = booking.mentor_id if booking is not None else None
    if mentor_id is not None:
        look_at_calendars(mentor_id)
