"""Confirmations: a mentee with two absences in 90 days confirms each booking the day before, or the hour is freed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import cast

from sqlalchemy import Table, and_, exists, func, select
from sqlalchemy.orm import Session, joinedload

from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.bookings.models.outcome import Confirmation, NoShow
from flashmeet.bookings.queries.replies import confirmation_of
from flashmeet.bookings.service.events import Ending
from flashmeet.bookings.service.reliability import counting, standing_as
from flashmeet.conduct.rules.conduct import (
    ASK_AHEAD,
    CONFIRMS_FROM,
    LEAST_TO_ANSWER,
    RELEASE_AHEAD,
    is_asked,
    release_at,
)
from flashmeet.conduct.rules.messages import CONFIRM_HOUR
from flashmeet.conduct.service import notices
from flashmeet.conduct.service.separation import call_off, call_off_if_live
from flashmeet.core.database.bulk import insert_new
from flashmeet.core.database.elapsed import epoch_seconds
from flashmeet.core.errors import AlreadyOver, ConfirmationOver, NotFound
from flashmeet.core.link_kinds import CONFIRMATION
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.identity.service.links import PersonalLink, resolve_link
from flashmeet.messages.outbox.write import drop_waiting
from flashmeet.schedule.rules.booked_hour import BookingStatus, SeatRole

AT_ONCE = 100


def ask_to_confirm(db: Session, *, now: datetime) -> int:
    """Asks for confirmation of the next day's bookings, once each; returns how many."""
    asked = 0
    for booking in _to_be_asked(db, now=now):
        if not is_asked(now, starts_at=booking.starts_at, created_at=booking.created_at):
            continue
        until = release_at(booking.starts_at)
        row = {
            "booking_id": booking.id,
            "starts_at": booking.starts_at,
            "until": until,
            "answered_at": None,
            "ended_at": None,
        }
        if insert_new(db, cast(Table, Confirmation.__table__), [row]):
            notices.confirm(db, db.get_one(Confirmation, (booking.id, booking.starts_at)), now=now)
            asked += 1
    return asked


def _to_be_asked(db: Session, *, now: datetime) -> Sequence[Booking]:
    """Returns agreed bookings of the next day whose mentees must confirm."""
    who = (
        select(NoShow.about_id)
        .where(NoShow.role == SeatRole.MENTEE, *counting(now))
        .group_by(NoShow.about_id)
        .having(func.count() >= CONFIRMS_FROM)
    )
    known = exists().where(Confirmation.booking_id == Booking.id, Confirmation.starts_at == Booking.starts_at)
    soon = and_(Booking.starts_at <= now + ASK_AHEAD, Booking.starts_at >= now + RELEASE_AHEAD + LEAST_TO_ANSWER)
    ahead = epoch_seconds(Booking.starts_at) - epoch_seconds(Booking.created_at) > int(ASK_AHEAD.total_seconds())
    query = select(Booking).where(Booking.status == BookingStatus.CONFIRMED, soon, Booking.mentee_id.in_(who), ~known)
    query = query.where(ahead)
    return db.scalars(query.order_by(Booking.starts_at, Booking.id).limit(AT_ONCE)).all()


CONFIRMATION_LINK = PersonalLink(
    CONFIRMATION,
    find=lambda db, number: db.get(Seat, number, options=[joinedload(Seat.booking)]),
    facts=lambda seat: (seat.nonce,),
    owner=lambda seat: seat.member,
)


def asked_seat(db: Session, token: str, *, links: Links, viewer_id: int | None) -> Seat:
    """Returns the mentee's seat of a signed link. Raises NotFound, also for another signed-in member."""
    seat = resolve_link(db, CONFIRMATION_LINK, token, links=links, viewer_id=viewer_id)
    if seat.member_id != seat.booking.mentee_id or confirmation_of(db, seat.booking) is None:
        raise NotFound
    return seat


def stop_asking(db: Session, booking: Booking, _why: Ending, _by: Member | None, now: datetime) -> None:
    """Drops a waiting question about a booking that has ended."""
    drop_waiting(db, subject=f"confirm:{booking.id}", kinds=(CONFIRM_HOUR,), reason="cancelled", now=now)


def answer(db: Session, booking: Booking, *, comes: bool, now: datetime) -> None:
    """Confirms the booking, or frees the hour at once. Raises ConfirmationOver, AlreadyOver."""
    db.refresh(booking, with_for_update={"of": Booking})
    asked = confirmation_of(db, booking)
    if asked is None or booking.status != BookingStatus.CONFIRMED:
        raise AlreadyOver(status=booking.status)
    if asked.answered_at is not None and comes:
        return
    if now >= asked.until or asked.ended_at is not None:
        raise ConfirmationOver(asked.until)
    asked.answered_at = now
    if not comes:
        asked.ended_at = now
        call_off(db, booking, why=Ending.NOT_COMING, now=now)


def confirm_by_coming(db: Session, booking: Booking, member: Member, now: datetime) -> None:
    """Takes the mentee's word that they come, wherever they gave it, for the answer to an open question."""
    if member.id == booking.mentee_id:
        with suppress(AlreadyOver, ConfirmationOver):  # nothing was asked, or it is too late to answer
            answer(db, booking, comes=True, now=now)


def release_unconfirmed(db: Session, *, now: datetime) -> int:
    """Frees hours that were not confirmed in time; returns how many.

    A booking that somebody is answering, moving or cancelling at this moment is left for the next time.
    """
    due = (Confirmation.ended_at.is_(None), Confirmation.until <= now)
    query = select(Confirmation.booking_id, Confirmation.starts_at).where(*due)
    released = 0
    for key in db.execute(query.order_by(Confirmation.until, Confirmation.booking_id).limit(AT_ONCE)).all():
        asked = _locked(db, *key)
        if asked is None or asked.ended_at is not None:
            continue
        asked.ended_at = now
        must = _to_be_released(db, asked, now=now)
        if must and call_off_if_live(db, asked.booking, why=Ending.UNCONFIRMED, now=now):
            notices.released(db, asked, now=now)
            released += 1
    db.flush()
    return released


def _locked(db: Session, booking_id: int, starts_at: datetime) -> Confirmation | None:
    """Returns the question, and its booking as it is now, locked first, as `answer` does; None while another has it."""
    free = {"of": Booking, "skip_locked": True}
    if db.get(Booking, booking_id, with_for_update=free, populate_existing=True) is None:
        return None
    asked = (booking_id, starts_at)
    return db.get(Confirmation, asked, with_for_update={"of": Confirmation}, populate_existing=True)


def _to_be_released(db: Session, asked: Confirmation, *, now: datetime) -> bool:
    """Whether the hour is freed: not if confirmed, moved, cancelled or begun, or if confirming is no longer due."""
    booking = asked.booking
    live = (
        booking.status == BookingStatus.CONFIRMED and booking.starts_at == asked.starts_at and booking.starts_at > now
    )
    must = standing_as(db, booking.mentee_id, SeatRole.MENTEE, now=now) >= CONFIRMS_FROM
    return asked.answered_at is None and live and must
