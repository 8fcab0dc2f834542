"""Messages about a booking: written to the outbox in the transaction that changes it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Unpack

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.rules.messages import (
    CLOSED_HOUR_QUESTION,
    INVITE,
    LEAVE_QUESTION,
    NOT_TAKEN,
    REMINDERS,
    Action,
    InviteFacts,
)
from flashmeet.bookings.service.events import booking_changed
from flashmeet.bookings.service.payloads import payload_for, subject_of
from flashmeet.bookings.service.reminders import coming_reminders, schedule_reminders, text_at_once
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.calm import WITHIN, due_after, heard_of, mails_caused, supersede
from flashmeet.messages.outbox.write import Effect, drop_waiting, mail, send_all
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.kinds import Message
from flashmeet.schedule.rules.free_now import is_near
from flashmeet.themes.rules.messages import SuggestionPayload


def announce_booked(db: Session, booking: Booking, *, mails: int | None = None, now: datetime) -> None:
    """Sends both their invite and writes their reminders. `mails` is `mails_caused` where the caller has read it."""
    due_at = due_of(db, booking, by=booking.mentee, mails=mails, now=now)
    invites = _invites(booking, action=Action.BOOKED, by=booking.mentee, due_at=due_at, now=now)
    send_all(db, [*invites, *coming_reminders(db, booking, now=now)], now=now)
    booking_changed(db, booking, now)


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
    keys = {_ordering_key(booking, member): member.id for member in (booking.mentor, booking.mentee)}
    return {keys[key] for key in supersede(db, kind=None, ordering_keys=list(keys), now=now)}


def _has_heard(db: Session, booking: Booking, member: Member) -> bool:
    return bool(heard_of(db, kind=None, ordering_keys=[_ordering_key(booking, member)]))


def announce_leave_question(db: Session, booking: Booking, *, leave_id: int, now: datetime) -> None:
    """Asks the mentor, once per leave and booking."""
    mail(
        db,
        booking.mentor_id,
        LEAVE_QUESTION.saying(payload_for(booking, booking.mentor)),
        f"leave:{leave_id}:{booking.id}",
        not_after=booking.starts_at,
        now=now,
    )


def announce_closed_hour(db: Session, booking: Booking, *, now: datetime) -> None:
    """Asks the mentor about a booking in an hour that they give no longer."""
    mail(
        db,
        booking.mentor_id,
        CLOSED_HOUR_QUESTION.saying(payload_for(booking, booking.mentor)),
        f"closed:{booking.id}",
        version=int(now.timestamp()),
        not_after=booking.starts_at,
        now=now,
    )


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
    keys = [_ordering_key(booking, member) for member in (booking.mentor, booking.mentee)]
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


def mails_between(by_id: int, to_id: int, *, since: datetime, about: str | None = None) -> ColumnElement[int]:
    """Selects how many mails one person has caused another, about one hour or any; since `WITHIN` ago they count."""
    return mails_caused(by=by_id, to=to_id, since=since, about=about)


def due_of(
    db: Session, booking: Booking, *, by: Member | None, mails: int | None = None, now: datetime
) -> datetime | None:
    """Returns when a mail that `by` causes leaves; None, at once, where the hour is near or the clock caused it.

    `mails` is how many `by` has caused the other, where the hour is new and the caller has read it.
    """
    if by is None or is_near(booking.starts_at, now=now):
        return None
    if mails is None:
        to, since = booking.other(by.id).id, now - WITHIN
        about = mails_between(by.id, to, since=since, about=subject_of(booking.id))
        ours, in_all = db.execute(select(about, mails_between(by.id, to, since=since))).one()
        due_at = due_after(about=ours, in_all=in_all, now=now)
    else:
        due_at = due_after(in_all=mails, now=now)
    return due_at if due_at > now else None


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
        effects.append(replace(_effect(booking, member, message, now=now), due_at=due_at))
    return effects


def tell(
    db: Session,
    booking: Booking,
    member: Member,
    message: Message,
    *,
    due_at: datetime | None = None,
    again: bool = False,
    text_until: datetime | None = None,
    now: datetime,
) -> None:
    """Mails one person about the booking; mails to one recipient are sent in the order written. `again`: even
    within the second in which the last one of its kind was written. `text_until`: it is said by SMS too, which is of
    use until then."""
    effect = replace(_effect(booking, member, message, now=now), due_at=due_at)
    if again:
        written = select(func.max(OutboxMessage.version)).where(
            OutboxMessage.subject == effect.subject, OutboxMessage.kind == message.kind
        )
        effect = replace(effect, version=max(effect.version, (db.scalar(written) or 0) + 1))
    text = replace(effect, channel=ChannelName.SMS, ordering_key=None, due_at=None, not_after=text_until)
    send_all(db, [effect] if text_until is None else [effect, text], now=now)


def _effect(booking: Booking, member: Member, message: Message, *, now: datetime) -> Effect:
    """Returns the message to send. The version of an invite is its sequence; that of any other mail is its time."""
    return Effect(
        subject=subject_of(booking.id),
        version=booking.sequence if message.kind == INVITE else int(now.timestamp()),
        recipient_id=member.id,
        channel=ChannelName.MAIL,
        message=message,
        ordering_key=_ordering_key(booking, member),
    )


def _ordering_key(booking: Booking, member: Member) -> str:
    return f"{subject_of(booking.id)}:{member.id}"
