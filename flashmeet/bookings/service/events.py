"""Events of a booking that other features follow."""

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
    """By either person; of a pending booking: withdrawn by the mentee, or refused by the mentor."""
    DECLINED = "declined"
    """The mentor declined a pending booking."""
    EXPIRED = "expired"
    """The mentor did not answer in time."""
    COUNTERED = "countered"
    """The mentor proposed other times."""
    SOLVED = "solved"
    """The mentor answered the need in writing."""
    NOT_COMING = "not_coming"
    """The mentee who had to confirm said that they do not come."""
    UNCONFIRMED = "unconfirmed"
    """The mentee who had to confirm did not answer."""
    CANNOT_COME = "cannot_come"
    """One of the two can no longer come; the other is told with an apology."""
    AWAY = "away"
    """One of the two goes away of their own accord; the other is told with an apology, and by whom."""
    KEPT_APART = "kept_apart"
    """By a block, a report or a case; nobody is named."""


mentor_asked: Event[[Session, Booking, datetime]] = Event("mentor asked")
"""A pending booking waits for its mentor's answer until `answer_due_at`."""

mentor_accepted: Event[[Session, Booking, datetime]] = Event("mentor accepted")

booking_changed: Event[[Session, Booking, datetime]] = Event("booking agreed")
"""The booking, or its time, was agreed or given up: calendars follow."""

booking_ended: Event[[Session, Booking, Ending, Member | None, datetime]] = Event("booking ended")
"""The booking ended, with who ended it, if anybody did. `sequence` and `cancelled_at` are set already."""

coming_said: Event[[Session, Booking, Member, datetime]] = Event("coming said")
"""The member said that they come to the hour as it is agreed now."""

absence_said: Event[[Session, Booking, Member, datetime]] = Event("absence said")
"""The member reported that the other did not come."""

outcome_said: Event[[Session, Booking, Member, str, datetime]] = Event("outcome said")
"""The member answered `yes`, `no` or `moved`."""
