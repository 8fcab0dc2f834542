"""What calendars answer to our invites: believed when it shows the invite, counted once, cancelling nothing by itself.

Anybody may send a mail in anybody's name. An answer is believed when it shows that its sender has a seat's invite: by
the token which only that invite carries, or by referring to its Message-ID, which is as long and as secret. Neither is
in what the other person gets. Which address it names does not matter then: people answer from an alias; but one that
names the other person is not believed. What shows nothing but the UID and the right address is worth a question to
that person, where it declines, and nothing else; a calendar whose owner delegates or proposes another time is answered
by a sentence to its owner.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking, Seat, SeatReply
from flashmeet.bookings.queries.replies import is_to_come, open_decline
from flashmeet.bookings.rules.answers import DeclineOutcome, InviteAnswer
from flashmeet.bookings.rules.messages import INVITE
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.messages.payloads import subject_of
from flashmeet.bookings.service.thread.messages import write_word
from flashmeet.calendars.rules.questions import QuestionKind
from flashmeet.calendars.rules.replies import CLOCKS_DIFFER, CalendarReply, ReplyOutcome
from flashmeet.calendars.service.notices import (
    announce_decline_question,
    notify_counter_failed,
    notify_not_delegable,
)
from flashmeet.calendars.service.remote_changes import propose_time, withdraw_wish
from flashmeet.core.database.bulk import insert_new
from flashmeet.core.errors import AlreadyOver, Refusal
from flashmeet.core.link_kinds import DECLINED
from flashmeet.core.links import Links
from flashmeet.identity.service.links import PersonalLink
from flashmeet.messages.models import OutboxMessage


def take_reply(db: Session, reply: CalendarReply, *, links: Links, now: datetime) -> ReplyOutcome:
    """Counts an answer once for its seat. A declined one asks the person whether to cancel, a counter-proposal asks the
    other whether it suits; nothing else changes.

    `of_another_time`: the booking was moved, cancelled or has begun since; what was answered is no longer asked.
    """
    query = select(Booking).where(Booking.uid == reply.uid).with_for_update(of=Booking)
    booking = db.scalars(query).one_or_none()
    if booking is None:
        return ReplyOutcome.NOT_OURS
    seat = _seat(db, booking, reply, links=links)
    if seat is None:
        return _asked_only(db, booking, reply, links=links, now=now)
    if reply.sequence != booking.sequence or not is_to_come(booking, now) or reply.stamped_at > now + CLOCKS_DIFFER:
        return ReplyOutcome.OF_ANOTHER_TIME
    return _follow(db, booking, seat, reply, now=now)


def pass_on_note(db: Session, reply: CalendarReply, *, links: Links, now: datetime) -> bool:
    """Writes the note of an answer that was taken into the booking's thread; False where the two may not write."""
    booking = db.scalars(select(Booking).where(Booking.uid == reply.uid)).one()
    seat = _seat(db, booking, reply, links=links)
    if seat is None or seat.member.suspended:
        return False
    try:
        with db.begin_nested():
            write_word(db, seat.member, booking.id, reply.note, now=now)
    except Refusal:  # too long, kept apart
        return False
    return True


def _follow(db: Session, booking: Booking, seat: Seat, reply: CalendarReply, *, now: datetime) -> ReplyOutcome:
    if not _write(db, seat, reply, answer=reply.answer):
        return ReplyOutcome.KNOWN
    if reply.answer == InviteAnswer.DELEGATED:
        notify_not_delegable(db, booking, seat.member, now=now)
    elif reply.answer == InviteAnswer.COUNTERED:
        _propose(db, booking, seat, reply, now=now)
    elif reply.answer == InviteAnswer.ACCEPTED:
        withdraw_wish(db, booking, seat.member_id, kind=QuestionKind.PROPOSED, now=now)
    elif reply.answer == InviteAnswer.DECLINED and open_decline(db, booking, seat.member_id, now=now) is not None:
        announce_decline_question(db, booking, seat.member, now=now)
    return ReplyOutcome.TAKEN


def _propose(db: Session, booking: Booking, seat: Seat, reply: CalendarReply, *, now: datetime) -> None:
    """Asks the other; tells its sender of a time that cannot be had."""
    if reply.proposed_at is None or not propose_time(db, booking, seat.member, reply.proposed_at, now=now):
        version = int(reply.stamped_at.timestamp())
        notify_counter_failed(db, booking, seat.member, reply.proposed_at, version=version, now=now)


def _seat(db: Session, booking: Booking, reply: CalendarReply, *, links: Links) -> Seat | None:
    """The seat whose invite the answer shows."""
    for seat in booking.seats:
        others = booking.other(seat.member_id).email
        if reply.attendee != others and _believed(db, booking, seat, reply, links=links):
            return seat
    return None


def _believed(db: Session, booking: Booking, seat: Seat, reply: CalendarReply, *, links: Links) -> bool:
    if links.opens_reply(reply.token, seat_id=seat.id, nonce=seat.nonce):
        return True
    keys = [key for key, _, host in (each.partition("@") for each in reply.answers_to) if host == links.host]
    query = select(OutboxMessage.id).where(
        OutboxMessage.message_key.in_(keys),
        OutboxMessage.recipient_id == seat.member_id,
        OutboxMessage.subject == subject_of(booking.id),
        OutboxMessage.kind == INVITE,
    )
    return bool(keys) and db.scalars(query.limit(1)).first() is not None


def _asked_only(db: Session, booking: Booking, reply: CalendarReply, *, links: Links, now: datetime) -> ReplyOutcome:
    """An answer that shows nothing but UID and address is spoken of with that person alone, once for each time of the
    booking: whether a refusal is meant, and that other times and people are not passed on."""
    seat = next((each for each in booking.seats if each.member.email == reply.attendee), None)
    shows_another = any(_believed(db, booking, each, reply, links=links) for each in booking.seats)
    if seat is None or reply.answer not in SPOKEN_OF or reply.token or shows_another:
        return ReplyOutcome.NOT_BELIEVED
    if reply.sequence != booking.sequence or not is_to_come(booking, now) or reply.stamped_at > now + CLOCKS_DIFFER:
        return ReplyOutcome.OF_ANOTHER_TIME
    if reply.answer == InviteAnswer.DELEGATED:
        notify_not_delegable(db, booking, seat.member, now=now)
    elif reply.answer == InviteAnswer.COUNTERED:
        notify_counter_failed(db, booking, seat.member, None, version=booking.sequence, now=now)
    elif not _write(db, seat, reply, answer=InviteAnswer.UNPROVEN):
        return ReplyOutcome.KNOWN
    elif open_decline(db, booking, seat.member_id, now=now) is not None:
        announce_decline_question(db, booking, seat.member, now=now)
    return ReplyOutcome.ASKED


SPOKEN_OF = (InviteAnswer.DECLINED, InviteAnswer.DELEGATED, InviteAnswer.COUNTERED)
"""What is worth a word to the person whose answer it may be."""


def _write(db: Session, seat: Seat, reply: CalendarReply, *, answer: InviteAnswer) -> bool:
    """False when this very answer is there already; one that was not proven gives way to the same one that is."""
    row = {
        "seat_id": seat.id,
        "sequence": reply.sequence,
        "stamped_at": reply.stamped_at,
        "answer": answer,
        "settled": DeclineOutcome.OPEN,
    }
    if insert_new(db, cast(Table, SeatReply.__table__), [row]) == 1:
        return True
    same = select(SeatReply).where(
        SeatReply.seat_id == seat.id,
        SeatReply.sequence == reply.sequence,
        SeatReply.stamped_at == reply.stamped_at,
        SeatReply.answer == InviteAnswer.UNPROVEN,
    )
    there = db.scalars(same).first()
    if there is None or answer == InviteAnswer.UNPROVEN:
        return False
    there.answer = answer
    db.flush()
    return True


DECLINED_LINK = PersonalLink(
    DECLINED,
    find=lambda db, number: db.get(Seat, number),
    facts=lambda seat: (seat.nonce,),
    owner=lambda seat: seat.member,
)


def settle_decline(db: Session, seat: Seat, *, cancel: bool, now: datetime) -> Booking:
    """Settles a decline: cancels the booking for both, or keeps it. Saying it twice changes nothing more.

    Raises AlreadyOver when there is nothing left to decide.
    """
    booking = db.get_one(Booking, seat.booking_id, with_for_update={"of": Booking}, populate_existing=True)
    reply = open_decline(db, booking, seat.member_id, now=now)
    if reply is None:
        raise AlreadyOver(status=booking.status)
    reply.settled = DeclineOutcome.CANCELLED if cancel else DeclineOutcome.KEPT
    db.flush()
    return cancel_booking(db, seat.member, booking.id, reason="", now=now) if cancel else booking
