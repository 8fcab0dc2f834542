"""The invites of a booking: written to the outbox in the transaction that changes it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Unpack

from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.rules.messages import (
    INVITE,
    REMINDERS,
    Action,
    InviteFacts,
)
from flashmeet.bookings.service.events import booking_changed
from flashmeet.bookings.service.messages.mailing import due_of, mail_effect, ordering_key
from flashmeet.bookings.service.messages.payloads import payload_for, subject_of
from flashmeet.bookings.service.messages.reminders import coming_reminders, schedule_reminders, text_at_once
from flashmeet.identity.models import Member
from flashmeet.messages.outbox.calm import heard_of, supersede
from flashmeet.messages.outbox.write import Effect, drop_waiting, send_all
from flashmeet.schedule.rules.free_now import is_near
from flashmeet.themes.rules.messages import SuggestionPayload


def announce_booked(db: Session, booking: Booking, *, mails: int | None = None, now: datetime) -> None:
    """Sends both their invite and writes their reminders. `mails` is `mails_caused` where the caller has read it."""
    due_at = due_of(db, booking, by=booking.mentee, mails=mails, now=now)
    send_all(db, booked_messages(db, booking, due_at=due_at, now=now), now=now)
    booking_changed(db, booking, now)


def booked_messages(db: Session, booking: Booking, *, due_at: datetime | None = None, now: datetime) -> list[Effect]:
    """Returns both their invite, to be sent from `due_at` on, and their reminders."""
    invites = _invites(booking, action=Action.BOOKED, by=booking.mentee, due_at=due_at, now=now)
    return [*invites, *coming_reminders(db, booking, now=now)]


def announce_moved(db: Session, booking: Booking, *, by: Member, previous: datetime, now: datetime) -> None:
    drop_waiting(db, subject=subject_of(booking.id), kinds=REMINDERS, reason="moved", now=now)
    if by.id == booking.mentee_id and is_near(booking.starts_at, now=now):
        text_at_once(db, booking, booking.mentor, now=now)
    _send_invites(db, booking, action=Action.MOVED, by=by, now=now, previous_starts_at=previous.isoformat())
    booking_changed(db, booking, now)
    schedule_reminders(db, booking, now=now)


def announce_changed(db: Session, booking: Booking, *, by: Member, now: datetime) -> None:
    """Sends the changed invite; the hour stays the same, and so do its reminders, which tell place and number anew."""
    _send_invites(db, booking, action=Action.CHANGED, by=by, now=now)
    booking_changed(db, booking, now)


def announce_rederived(db: Session, booking: Booking, *, previous: datetime, now: datetime) -> None:
    """Sends both the invite at the wall time they agreed on, since new rules of its zone moved that time."""
    drop_waiting(db, subject=subject_of(booking.id), kinds=REMINDERS, reason="moved", now=now)
    _send_invites(db, booking, action=Action.REDERIVED, by=None, now=now, previous_starts_at=previous.isoformat())
    booking_changed(db, booking, now)
    schedule_reminders(db, booking, now=now)


def announce_readdressed(db: Session, booking: Booking, *, by: Member, now: datetime) -> None:
    """Sends both the invite again, because `by` has another mail address; nothing else of the hour has changed."""
    _send_invites(db, booking, action=Action.READDRESSED, by=by, now=now)
    booking_changed(db, booking, now)


def announce_cancelled(
    db: Session,
    booking: Booking,
    *,
    by: Member | None,
    sorry_to: Member | None = None,
    people: Sequence[SuggestionPayload] = (),
    now: datetime,
) -> None:
    """Sends both the cancellation; without `by` it names nobody. `sorry_to` is told that the other can no longer come,
    with an apology, and which `people` are free close to that time."""
    drop_waiting(db, subject=subject_of(booking.id), kinds=REMINDERS, reason="cancelled", now=now)
    sorry: InviteFacts = {"sorry": True, "people": list(people), "slug": booking.theme.slug}
    only_to = {sorry_to.id: sorry} if sorry_to is not None else {}
    _send_invites(db, booking, action=Action.CANCELLED, by=by, only_to=only_to, now=now, reason=booking.cancel_reason)
    booking_changed(db, booking, now)


def announce_solved(db: Session, booking: Booking, answer: str, *, now: datetime) -> None:
    """Cancels both calendar entries and carries the mentor's written answer in the same mail."""
    drop_waiting(db, subject=subject_of(booking.id), kinds=REMINDERS, reason="solved", now=now)
    facts: InviteFacts = {
        "reason": answer,
        "solved": True,
        "mentor_id": booking.mentor_id,
        "slug": booking.theme.slug,
    }
    _send_invites(db, booking, action=Action.CANCELLED, by=booking.mentor, now=now, **facts)
    booking_changed(db, booking, now)


def _send_invites(
    db: Session,
    booking: Booking,
    *,
    action: Action,
    by: Member | None,
    only_to: Mapping[int, InviteFacts] | None = None,
    now: datetime,
    **more: Unpack[InviteFacts],
) -> None:
    """Sends both the change, and what `only_to` adds for one of them.

    A mail that waits out its pause gives way: who has heard of no hour hears of a new one.
    """
    due_at = due_of(db, booking, by=by, now=now)
    effects = _invites(booking, action=action, by=by, due_at=due_at, now=now, **more)
    effects = [_with(each, (only_to or {}).get(each.recipient_id)) for each in effects]
    keys = [ordering_key(booking, member) for member in (booking.mentor, booking.mentee)]
    superseded = supersede(db, kind=INVITE, ordering_keys=keys, now=now)
    heard = heard_of(db, kind=INVITE, ordering_keys=keys) if superseded else set(keys)
    send_all(db, [_instead(each, superseded, heard) for each in effects if _is_news(each, heard)], now=now)


def _with(effect: Effect, more: InviteFacts | None) -> Effect:
    message = effect.message
    return replace(effect, message=replace(message, payload={**message.payload, **more})) if more else effect


def _is_news(effect: Effect, heard: Collection[str]) -> bool:
    """Whether it tells anything to somebody who may not have heard of the hour."""
    payload = effect.message.payload
    return effect.ordering_key in heard or payload["action"] != Action.CANCELLED or "solved" in payload


def _instead(effect: Effect, superseded: Mapping[str, Mapping[str, Any]], heard: Collection[str]) -> Effect:
    """Returns the message as it reads to somebody who did not get the one before it."""
    before = superseded.get(effect.ordering_key or "")
    payload = dict(effect.message.payload)
    if before is None or payload["action"] == Action.CANCELLED:
        return effect
    if effect.ordering_key not in heard:
        payload["action"] = Action.BOOKED
    elif "previous_starts_at" in before:
        payload |= {"action": Action.MOVED, "previous_starts_at": before["previous_starts_at"]}
    return replace(effect, message=replace(effect.message, payload=payload))


def _invites(
    booking: Booking,
    *,
    action: Action,
    by: Member | None,
    due_at: datetime | None,
    now: datetime,
    **more: Unpack[InviteFacts],
) -> list[Effect]:
    effects = []
    for member in (booking.mentor, booking.mentee):
        message = INVITE.saying(
            {
                **payload_for(booking, member, action=action),
                "by_name": by.name if by else "",
                "by_id": by.id if by else None,
                "by_me": by is not None and by.id == member.id,
                **more,
            }
        )
        effects.append(replace(mail_effect(booking, member, message, now=now), due_at=due_at))
    return effects
