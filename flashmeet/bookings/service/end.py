"""Ends a booking before its hour. Every early end passes here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.rules.messages import Action
from flashmeet.bookings.service.alternatives import instead_of
from flashmeet.bookings.service.events import Ending, booking_ended
from flashmeet.bookings.service.messages import invites
from flashmeet.bookings.service.messages.not_taken import announce_not_taken, take_back_pending
from flashmeet.core.errors import AlreadyOver, NotFound
from flashmeet.core.intervals import Interval
from flashmeet.identity.models import Member
from flashmeet.schedule.models import Holder
from flashmeet.schedule.queries.claims import expired_holders
from flashmeet.schedule.rules.booked_hour import REASON_CHARACTERS, BookingStatus, checked_text
from flashmeet.schedule.service.claims import Hour, let_go, lock_people, require_free
from flashmeet.schedule.service.waitlist import record_unmet_need
from flashmeet.themes.rules.changes import UnmetCause
from flashmeet.themes.rules.messages import SuggestionPayload


def live_booking(db: Session, member: Member, booking_id: int, *, now: datetime) -> tuple[Booking, Holder]:
    """Returns the booking and its holder, locked, while it may still be changed. Raises NotFound, AlreadyOver."""
    booking = db.get(Booking, booking_id, with_for_update={"of": Booking}, populate_existing=True)
    if booking is None or member.id not in (booking.mentor_id, booking.mentee_id):
        raise NotFound
    holder = db.scalars(select(Holder).where(Holder.booking_id == booking_id).with_for_update()).first()
    expired = holder is not None and holder.expires_at is not None and holder.expires_at <= now
    if holder is None or expired or not booking.live or booking.starts_at <= now:
        raise AlreadyOver(status=booking.status)
    return booking, holder


def raise_sequence(booking: Booking, *, now: datetime) -> None:
    """Raises `sequence` and moves `stamped_at` forward, so that calendars accept the change."""
    booking.sequence += 1
    booking.stamped_at = max(booking.stamped_at, now)


UNNAMED = (Ending.NOT_COMING, Ending.UNCONFIRMED, Ending.KEPT_APART, Ending.CANNOT_COME)
"""Endings of an agreed booking whose cancellation names nobody."""
SORRY = (Ending.CANNOT_COME, Ending.AWAY)
"""Endings that are told with an apology, and with free hours close to the one that is lost."""
TOLD_BY_REQUEST = (Ending.EXPIRED, Ending.COUNTERED, Ending.SOLVED)
"""Endings of a pending booking after which the request tells the mentee, not this module."""


def end_booking(
    db: Session,
    booking: Booking,
    holder: Holder,
    *,
    why: Ending,
    by: Member | None = None,
    text: str = "",
    now: datetime,
) -> None:
    """Frees the hour for both, tells those concerned, and fires `booking_ended` for other features.

    `by` is who ended it, None for the clock; `text` are their words to the other: a reason, or the answer that solved
    it. The caller has locked booking and holder (`live_booking`).
    """
    agreed = booking.status == BookingStatus.CONFIRMED
    let_go(db, holder, now=now)
    booking.status, booking.cancelled_at = BookingStatus.CANCELLED, now
    if by is not None and (why not in UNNAMED or not agreed):  # never agreed: ends like any declined hour
        booking.cancelled_by_id = by.id
    if why is Ending.SOLVED:
        booking.solved_at = now
    else:
        booking.cancel_reason = why if why is Ending.EXPIRED else text
    if agreed:
        raise_sequence(booking, now=now)
    db.flush()
    if agreed:
        _withdraw_invites(db, booking, why=why, by=by, text=text, now=now)
    else:
        _notify_hour_not_given(db, booking, why=why, by=by, text=text, now=now)
    booking_ended(db, booking, why, by, now)


def _withdraw_invites(
    db: Session, booking: Booking, *, why: Ending, by: Member | None, text: str, now: datetime
) -> None:
    if why is Ending.SOLVED:
        invites.announce_solved(db, booking, text, now=now)
    else:
        sorry_to = booking.other(by.id) if by is not None and why in SORRY else None
        people = people_instead(db, booking, to=sorry_to, now=now)
        named = None if why in UNNAMED else by
        invites.announce_cancelled(db, booking, by=named, sorry_to=sorry_to, people=people, now=now)


def _notify_hour_not_given(
    db: Session, booking: Booking, *, why: Ending, by: Member | None, text: str, now: datetime
) -> None:
    """Tells the other side that a pending booking will not take place, by mail: no calendar has it."""
    if why is Ending.EXPIRED:
        record_unmet_need(db, booking.mentee, booking.theme_id, UnmetCause.EXPIRED, now=now)
    if why in TOLD_BY_REQUEST:
        take_back_pending(db, booking, now=now)
        return
    if by is not None and by.id == booking.mentee_id:
        announce_not_taken(db, booking, to=booking.mentor, action=Action.CANCELLED, reason=text, now=now)
    else:
        people = people_instead(db, booking, to=booking.mentee, now=now) if why in SORRY else []
        announce_not_taken(db, booking, to=booking.mentee, action=Action.DECLINED, reason=text, people=people, now=now)


def people_instead(db: Session, booking: Booking, *, to: Member | None, now: datetime) -> list[SuggestionPayload]:
    """Returns up to three free hours close to the one that is lost, for its mentee; none for its mentor."""
    if to is None or to.id != booking.mentee_id:
        return []
    return [
        {"id": slot.mentor_id, "name": slot.mentor_name, "soonest": slot.starts_at.isoformat()}
        for slot in instead_of(db, booking, now=now)
    ]


def cancel_booking(db: Session, member: Member, booking_id: int, *, reason: str, now: datetime) -> Booking:
    """Cancels the booking, by either side. Raises NotFound, AlreadyOver, TooLong."""
    reason = checked_text("reason", reason, most=REASON_CHARACTERS)
    booking, holder = live_booking(db, member, booking_id, now=now)
    end_booking(db, booking, holder, why=Ending.CANCELLED, by=member, text=reason, now=now)
    return booking


def end_expired(db: Session, *, now: datetime, claiming: Mapping[int, Interval] | None = None) -> int:
    """Ends holders that have expired: all, or those in the way of `claiming`. Returns how many.

    A booking that the mentor did not answer in time ends as EXPIRED.
    """
    ids = expired_holders(db, now=now, claiming=claiming)
    if not ids:
        return 0
    lock_people(db, ids, *(claiming or ()))
    ended = 0
    for holder in db.scalars(select(Holder).where(Holder.id.in_(ids)).order_by(Holder.id)).all():
        if holder.booking_id is None:
            let_go(db, holder, now=now)
        elif (booking := _locked(db, holder.booking_id)) is not None:
            end_booking(db, booking, holder, why=Ending.EXPIRED, now=now)
        else:
            continue
        ended += 1
    return ended


def make_way(db: Session, hour: Hour, *, you: Member, now: datetime) -> None:
    """Ends what has expired where the hour is wanted, and refuses at once an hour that somebody has.

    Nothing is written or waited for then, however many ask: taking the hour decides between those who find it free.
    Raises SlotTaken, YouAreBusy.
    """
    if require_free(db, hour, you=you, now=now):
        end_expired(db, now=now, claiming=hour.wanted)


def _locked(db: Session, booking_id: int) -> Booking | None:
    """Returns None while somebody else has the booking locked. Whoever changes a booking locks it before its holder, so
    waiting here with the holder locked would deadlock; the next round ends it."""
    query = select(Booking).where(Booking.id == booking_id, Booking.status == BookingStatus.PENDING)
    locked = query.with_for_update(of=Booking, skip_locked=True).execution_options(populate_existing=True)
    return db.scalars(locked).first()
