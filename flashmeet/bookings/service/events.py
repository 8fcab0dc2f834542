"""What happens to a booking that other features follow."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.events import Event
from flashmeet.identity.models import Member


class Ending(StrEnum):
    """Why a booking ends before its hour."""

    CANCELLED = "cancelled"
    """By one of the two; of an hour that waits for its mentor: taken back by the mentee, or refused by the mentor."""
    DECLINED = "declined"
    """The mentor's no to an hour that waits for it."""
    EXPIRED = "expired"
    """The mentor who was asked did not answer in time."""
    COUNTERED = "countered"
    """The mentor who was asked proposes other times."""
    SOLVED = "solved"
    """The mentor answers in writing what the hour was for."""
    NOT_COMING = "not_coming"
    """The mentee who had to confirm does not come."""
    UNCONFIRMED = "unconfirmed"
    """The mentee who had to confirm did not."""
    KEPT_APART = "kept_apart"
    """By a block, a report or a case: nobody is named."""


mentor_asked: Event[[Session, Booking, datetime]] = Event("mentor asked")
"""The hour waits for its mentor's answer until `answer_due_at`."""

mentor_accepted: Event[[Session, Booking, datetime]] = Event("mentor accepted")

booking_agreed: Event[[Session, Booking, datetime]] = Event("booking agreed")
"""The booking, or its time, is agreed on or given up: calendars follow."""

booking_ended: Event[[Session, Booking, Ending, Member | None, datetime]] = Event("booking ended")
"""With who ended it, where somebody did. `sequence` is above 0, or `cancelled_at` set, as they stand afterwards."""

absence_said: Event[[Session, Booking, Member, datetime]] = Event("absence said")
"""This member says that the other of the two did not come."""

outcome_said: Event[[Session, Booking, Member, str, datetime]] = Event("outcome said")
"""With what this member says: `yes`, `no` or `moved`."""
