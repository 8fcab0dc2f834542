"""Coming bookings of a member who has another mail address: their invite moves from the old mailbox to the new one."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.bookings.models.outcome import Confirmation
from flashmeet.bookings.queries.people import of_member
from flashmeet.bookings.rules.messages import INVITE_WITHDRAWN, Action
from flashmeet.bookings.service.end import raise_sequence
from flashmeet.bookings.service.messages.invites import announce_readdressed
from flashmeet.bookings.service.messages.payloads import payload_for, subject_of
from flashmeet.identity.models import Member
from flashmeet.messages.outbox.write import mail
from flashmeet.schedule.rules.booked_hour import BookingStatus


def follow_address(
    db: Session, member: Member, before: str, *, only: Collection[int] | None = None, now: datetime
) -> None:
    """Withdraws each coming invite from the address `before`, and sends it to the new one, under the same UID; of the
    bookings in `only`, where not all of the member's went there.

    The withdrawal takes one sequence and the invite the next: where both mailboxes feed one calendar, the invite counts
    there, in whatever order the two arrive. The other person's invite follows, because answers to an old sequence are
    not believed.
    """
    for booking in _coming(db, member, now=now):
        if only is not None and booking.id not in only:
            continue
        raise_sequence(booking, now=now)
        _withdraw(db, booking, member, before, now=now)
        raise_sequence(booking, now=now)
        _renew_links(db, booking, booking.seat_of(member.id))
        db.flush()
        announce_readdressed(db, booking, by=member, now=now)


def _coming(db: Session, member: Member, *, now: datetime) -> list[Booking]:
    query = select(Booking).where(
        of_member(member.id), Booking.status == BookingStatus.CONFIRMED, Booking.starts_at > now
    )
    locked = query.order_by(Booking.id).with_for_update(of=Booking).execution_options(populate_existing=True)
    return list(db.scalars(locked))


def _withdraw(db: Session, booking: Booking, member: Member, before: str, *, now: datetime) -> None:
    """Mails the cancellation to the old address, in no order with other mails: that mailbox may take none for days.

    It holds nothing that the old mailbox does not know from the invite.
    """
    withdrawn = INVITE_WITHDRAWN.saying(
        {
            **payload_for(booking, member, action=Action.CANCELLED),
            "need": "",
            "good_hour": "",
            "place": "",
            "my_phone": "",
            "other_phone": "",
            "to": before,
        }
    )
    mail(db, member.id, withdrawn, subject_of(booking.id), version=booking.sequence, now=now)


def _renew_links(db: Session, booking: Booking, seat: Seat) -> None:
    """Revokes the personal links in the old mailbox; not while one of them must be answered to keep the hour."""
    query = select(Confirmation.booking_id).where(
        Confirmation.booking_id == booking.id, Confirmation.answered_at.is_(None), Confirmation.ended_at.is_(None)
    )
    if db.scalar(query.limit(1)) is None:
        seat.nonce = secrets.token_urlsafe(16)
