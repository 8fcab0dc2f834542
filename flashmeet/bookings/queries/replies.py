"""What the two say before an hour: their calendars' answers, that they come, that they come late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking, Seat, SeatReply
from flashmeet.bookings.models.outcome import Confirmation, LateWord
from flashmeet.bookings.rules.answers import SAYS_NOTHING_OF_COMING, InviteAnswer
from flashmeet.bookings.rules.outcomes import LATE_FROM
from flashmeet.schedule.rules.booked_hour import BookingStatus


def calendar_answers(db: Session, booking: Booking, *, unproven: bool = False) -> dict[int, SeatReply]:
    """Returns each member's latest calendar answer to the booking's current `sequence`.

    `unproven`: with refusals that did not show the invite, which are good for a question to that member alone.
    """
    query = (
        select(SeatReply)
        .join(Seat, Seat.id == SeatReply.seat_id)
        .where(Seat.booking_id == booking.id, SeatReply.sequence == booking.sequence)
        .where(SeatReply.answer.not_in(SAYS_NOTHING_OF_COMING))
        .order_by(SeatReply.stamped_at, SeatReply.id)
    )
    if not unproven:
        query = query.where(SeatReply.answer != InviteAnswer.UNPROVEN)
    return {each.seat.member_id: each for each in db.scalars(query)}


def open_decline(db: Session, booking: Booking, member_id: int, *, now: datetime) -> SeatReply | None:
    """Returns the answer by which that member's calendar declined, while nobody has settled it."""
    latest = calendar_answers(db, booking, unproven=True).get(member_id) if is_to_come(booking, now) else None
    declines = latest is not None and latest.answer in (InviteAnswer.DECLINED, InviteAnswer.UNPROVEN)
    return latest if latest is not None and declines and not latest.settled else None


def is_to_come(booking: Booking, now: datetime) -> bool:
    """Whether the booking is agreed and has not begun."""
    return booking.status == BookingStatus.CONFIRMED and booking.starts_at > now


def confirmation_of(db: Session, booking: Booking) -> Confirmation | None:
    """Returns the confirmation asked for the booking at its current time."""
    return db.get(Confirmation, (booking.id, booking.starts_at))


def awaits_confirmation(booking: Booking, asked: Confirmation | None, *, now: datetime) -> bool:
    """Whether the mentee is still asked to confirm."""
    return (
        asked is not None
        and asked.answered_at is None
        and asked.ended_at is None
        and now < asked.until
        and booking.status == BookingStatus.CONFIRMED
    )


def late_in(db: Session, booking: Booking) -> Mapping[int, int]:
    """Returns who said that they come late to the hour as it stands now, and by how many minutes, by member id."""
    query = select(Seat.member_id, LateWord.minutes).join(LateWord, LateWord.seat_id == Seat.id)
    said = query.where(Seat.booking_id == booking.id, LateWord.said_at >= booking.starts_at - LATE_FROM)
    return {row.member_id: row.minutes for row in db.execute(said)}
