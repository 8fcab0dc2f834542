"""Mails about an hour that was asked for and will not take place, because it was never agreed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.rules.messages import NOT_TAKEN, Action
from flashmeet.bookings.service.messages.mailing import due_of, ordering_key, tell
from flashmeet.bookings.service.messages.payloads import payload_for
from flashmeet.identity.models import Member
from flashmeet.messages.outbox.calm import heard_of, supersede
from flashmeet.themes.rules.messages import SuggestionPayload


def announce_not_taken(
    db: Session,
    booking: Booking,
    *,
    to: Member,
    action: Action,
    reason: str = "",
    people: Sequence[SuggestionPayload] = (),
    now: datetime,
) -> None:
    """Mails that a booking that was never agreed will not take place, without an invite.

    The mentee is told that it was `declined` or `expired`, and which `people` are free soon; the mentor, that it was
    `cancelled`, unless the mail that asks them had not left yet. `reason` are the other person's words.
    """
    unsent = take_back_pending(db, booking, now=now)
    if action is Action.CANCELLED and to.id in unsent and not _has_heard(db, booking, to):
        return
    by = None if action is Action.EXPIRED else booking.other(to.id)
    message = NOT_TAKEN.saying(
        {
            **payload_for(booking, to, action=action),
            "by_name": booking.other(to.id).name,
            "by_id": booking.other(to.id).id,
            "reason": reason,
            "people": list(people),
            "slug": booking.theme.slug,
        }
    )
    tell(db, booking, to, message, due_at=due_of(db, booking, by=by, now=now), now=now)


def take_back_pending(db: Session, booking: Booking, *, now: datetime) -> set[int]:
    """Drops the mails about an hour that was not agreed while they wait out their pause; returns to whom they were."""
    keys = {ordering_key(booking, member): member.id for member in (booking.mentor, booking.mentee)}
    return {keys[key] for key in supersede(db, kind=None, ordering_keys=list(keys), now=now)}


def _has_heard(db: Session, booking: Booking, member: Member) -> bool:
    return bool(heard_of(db, kind=None, ordering_keys=[ordering_key(booking, member)]))
