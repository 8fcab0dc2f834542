"""Booking an hour, and all that may happen to it afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.domain.links import Links
from flashmeet.store.models import Booking, Holder, Member


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRequest:
    """What a mentee asks for, as it came in; `book_slot` checks it. `theme` is an id, slug, name or synonym."""

    mentor_id: int
    starts_at: datetime
    theme: str | int
    need: str
    minutes: int = 60
    good_hour: str = ""
    mode: str = "video"


def book_slot(session: Session, mentee: Member, request: BookingRequest, *, links: Links, now: datetime) -> Booking:
    """Takes the hour for both, and writes the invites and reminders: `confirmed`, or `pending` where the mentor is asked first.

    Raises, the first that applies: BadInput kinds, NotFound (no such mentor), TooLate, BeyondHorizon, NotOffered,
    ThemeNotOffered, UnknownTheme, Yourself, SlotTaken, YouAreBusy, QuotaReached.
    """
    raise NotImplementedError


def move_booking(session: Session, member: Member, booking_id: int, *, starts_at: datetime, now: datetime) -> Booking:
    """Moves the session to another start, at once, by either side, under the rules of booking.

    Raises NotFound, AlreadyOver, and what `book_slot` raises about the hour; the old hour stays when it does.
    """
    raise NotImplementedError


def cancel_booking(session: Session, member: Member, booking_id: int, *, reason: str, now: datetime) -> Booking:
    """Ends it, by either side; both hours are free again. Raises NotFound, AlreadyOver, TooLong."""
    raise NotImplementedError


def answer_booking(session: Session, mentor: Member, booking_id: int, *, accept: bool, now: datetime) -> Booking:
    """The mentor's answer to a pending booking. Raises NotFound, AlreadyOver."""
    raise NotImplementedError


def booking_of(session: Session, member: Member, booking_id: int) -> Booking:
    """A booking of that member's. Raises NotFound, for everybody else's too."""
    raise NotImplementedError


def bookings_of(
    session: Session, member: Member, *, status: str | None = None, after_id: int | None = None, limit: int = 50
) -> Sequence[Booking]:
    """All of them in the order they were made; `after_id` pages on."""
    raise NotImplementedError


def coming_bookings(session: Session, member: Member, *, now: datetime) -> Sequence[Booking]:
    """Pending and confirmed ones that have not ended, soonest first."""
    raise NotImplementedError


def past_bookings(session: Session, member: Member, *, now: datetime, limit: int = 20) -> Sequence[Booking]:
    """Ended and cancelled ones, latest first."""
    raise NotImplementedError


def hold_slot(
    session: Session, member: Member, *, mentor_id: int, starts_at: datetime, minutes: int, now: datetime
) -> Holder | None:
    """Keeps the hour for this member for ten minutes while they sign in; None when it cannot be had any more.

    One hold a member: a new one lets the old one go. Booking the hour uses the hold up.
    """
    raise NotImplementedError


def hold_of(session: Session, member: Member, *, now: datetime) -> Holder | None:
    """The live hold of this member (`mentor_id`, `starts_at`, `expires_at`)."""
    raise NotImplementedError
