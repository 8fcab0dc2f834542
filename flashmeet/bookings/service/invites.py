"""What people are told about their session: written to the outbox in the transaction that changed it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Unpack

from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.rules.messages import INVITE, LEAVE_QUESTION, NOT_TAKEN, REMINDERS, Action, InviteFacts
from flashmeet.bookings.service.events import booking_agreed
from flashmeet.bookings.service.payloads import day_facts, payload_for, subject_of
from flashmeet.bookings.service.reminders import coming_reminders, schedule_reminders
from flashmeet.bookings.wording import plan_words
from flashmeet.core.links import Links
from flashmeet.core.settings.vocabulary import Vocabulary
from flashmeet.identity.models import Member
from flashmeet.messages.outbox.write import Effect, drop_waiting, send, send_all
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.invites import Invite, described
from flashmeet.messages.rules.kinds import Message
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.rules.booking_facts import where_of
from flashmeet.themes.rules.messages import SuggestionPayload


def announce_booked(db: Session, booking: Booking, *, now: datetime) -> None:
    """Both get their invite, and their reminders are laid ready."""
    send_all(
        db,
        [*_invites(booking, action=Action.BOOKED, by=booking.mentee, now=now), *coming_reminders(db, booking, now=now)],
        now=now,
    )
    booking_agreed(db, booking, now)


def announce_moved(db: Session, booking: Booking, *, by: Member, previous: datetime, now: datetime) -> None:
    drop_waiting(db, subject=subject_of(booking.id), kinds=REMINDERS, reason="moved", now=now)
    _send_invites(db, booking, action=Action.MOVED, by=by, now=now, previous_starts_at=previous.isoformat())
    booking_agreed(db, booking, now)
    schedule_reminders(db, booking, now=now)


def announce_changed(db: Session, booking: Booking, *, by: Member, now: datetime) -> None:
    """The hour stays; how or where they meet is new, in the calendars and in the reminders too."""
    drop_waiting(db, subject=subject_of(booking.id), kinds=REMINDERS, reason="changed", now=now)
    _send_invites(db, booking, action=Action.CHANGED, by=by, now=now)
    booking_agreed(db, booking, now)
    schedule_reminders(db, booking, now=now)


def announce_cancelled(db: Session, booking: Booking, *, by: Member | None, now: datetime) -> None:
    """Without `by` nobody is named."""
    drop_waiting(db, subject=subject_of(booking.id), kinds=REMINDERS, reason="cancelled", now=now)
    _send_invites(db, booking, action=Action.CANCELLED, by=by, now=now, reason=booking.cancel_reason)
    booking_agreed(db, booking, now)


def announce_solved(db: Session, booking: Booking, answer: str, *, now: datetime) -> None:
    """The mentor answered in writing: both calendars let go of the hour, and the answer stands in the same mail."""
    drop_waiting(db, subject=subject_of(booking.id), kinds=REMINDERS, reason="solved", now=now)
    facts: InviteFacts = {
        "reason": answer,
        "solved": True,
        "mentor_id": booking.mentor_id,
        "slug": booking.theme.slug,
    }
    _send_invites(db, booking, action=Action.CANCELLED, by=booking.mentor, now=now, **facts)
    booking_agreed(db, booking, now)


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
    """An hour that was never agreed will not be: by mail, without an invite.

    The mentee learns that it was `declined`, or has `expired` for want of an answer, and which `people` are free soon;
    the mentor, that it was `cancelled`. `reason` are the words of the other one.
    """
    message = NOT_TAKEN.saying(
        {
            **payload_for(booking, to, action=action),
            "by_name": booking.other(to.id).name,
            "reason": reason,
            "people": list(people),
            "slug": booking.theme.slug,
        }
    )
    tell(db, booking, to, message, now=now)


def announce_leave_question(db: Session, booking: Booking, *, leave_id: int, now: datetime) -> None:
    """Asks the mentor once for each leave."""
    send(
        db,
        subject=f"leave:{leave_id}:{booking.id}",
        version=0,
        recipient_id=booking.mentor_id,
        channel=ChannelName.MAIL,
        message=LEAVE_QUESTION.saying(payload_for(booking, booking.mentor)),
        now=now,
        not_after=booking.starts_at,
    )


def _send_invites(
    db: Session, booking: Booking, *, action: Action, by: Member | None, now: datetime, **more: Unpack[InviteFacts]
) -> None:
    send_all(db, _invites(booking, action=action, by=by, now=now, **more), now=now)


def _invites(
    booking: Booking, *, action: Action, by: Member | None, now: datetime, **more: Unpack[InviteFacts]
) -> list[Effect]:
    effects = []
    for member in (booking.mentor, booking.mentee):
        message = INVITE.saying(
            {
                **payload_for(booking, member, action=action),
                "by_name": by.name if by else "",
                "by_me": by is not None and by.id == member.id,
                **more,
            }
        )
        effects.append(_effect(booking, member, message, now=now))
    return effects


def tell(db: Session, booking: Booking, member: Member, message: Message, *, now: datetime) -> None:
    """Mail about one booking leaves in the order it was written, per recipient."""
    send_all(db, [_effect(booking, member, message, now=now)], now=now)


def _effect(booking: Booking, member: Member, message: Message, *, now: datetime) -> Effect:
    """Invites count by their sequence; what is said before there is one counts by its moment."""
    return Effect(
        subject=subject_of(booking.id),
        version=booking.sequence if message.kind == INVITE else int(now.timestamp()),
        recipient_id=member.id,
        channel=ChannelName.MAIL,
        message=message,
        ordering_key=f"{subject_of(booking.id)}:{member.id}",
    )


def invite_for(
    booking: Booking,
    member: Member,
    *,
    links: Links,
    mail_from: str,
    network_name: str,
    locale: str,
    words: Vocabulary | None = None,
) -> Invite:
    """The session as the member's calendar is told about it today, for a download."""
    meeting = (words or Vocabulary()).word("meeting", locale)
    theme = booking.theme.name(locale)
    seat = booking.seat_of(member.id)
    plan = plan_words(day_facts(booking.day), member.tzid, locale).text(locale) if booking.day else ""
    return Invite(
        uid=booking.uid,
        sequence=booking.sequence,
        cancelled=booking.status == BookingStatus.CANCELLED,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        stamped_at=booking.stamped_at,
        summary=f"{booking.other(member.id).name} · {theme}",
        description=described(booking.need, meeting=meeting, page=links.booking(booking.id), plan=plan),
        location=where_of(booking.mode, place=booking.place, phone=booking.phone_of(booking.other(member.id).id))
        or links.booking(booking.id),
        url=links.booking(booking.id),
        organizer=mail_from,
        organizer_name=network_name,
        attendee=member.email,
        attendee_name=member.name,
        reply_token=links.reply_token(seat.id, seat.nonce),
    )
