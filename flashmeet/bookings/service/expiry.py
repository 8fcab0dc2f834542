"""Time held for something that never came: ended by whoever meets it, and by the worker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.invites import announce_not_taken
from flashmeet.core.intervals import Interval
from flashmeet.requests.service.approval import end_ask_about, others_than
from flashmeet.requests.service.notices import told_of
from flashmeet.schedule.models.claim import Holder
from flashmeet.schedule.queries.claims import expired_holders
from flashmeet.schedule.service.claims import let_go
from flashmeet.schedule.service.waitlist import note_unmet

EXPIRED = "expired"


def end_expired(session: Session, *, now: datetime, claiming: Mapping[int, Interval] | None = None) -> int:
    """Ends holders whose time has run out: all, or those in the way of `claiming`. Returns how many.

    A booking that the mentor did not answer in time is cancelled, and the mentee is told.
    """
    ids = expired_holders(session, now=now, claiming=claiming)
    for holder in session.scalars(select(Holder).where(Holder.id.in_(ids)).order_by(Holder.id)).all():
        booking = session.get(Booking, holder.booking_id) if holder.booking_id is not None else None
        let_go(session, holder, now=now)
        if booking is not None and booking.status == "pending":
            booking.status, booking.cancelled_at, booking.cancel_reason = "cancelled", now, EXPIRED
            session.flush()
            note_unmet(session, booking.mentee, booking.theme_id, "expired", now=now)
            end_ask_about(session, booking, "expired", now=now)
            people = told_of(others_than(session, booking, now=now))
            announce_not_taken(session, booking, action="expired", people=people, now=now)
    return len(ids)
