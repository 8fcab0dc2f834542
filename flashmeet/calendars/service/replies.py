"""What calendars answer to our invites: believed when it shows the invite, counted once, cancelling nothing by itself.

Anybody may send a mail in anybody's name. An answer is believed when it names the attendee of a seat *and* shows that
its sender has that seat's invite: by the token which only that invite carries, or by referring to its Message-ID,
which is as long and as secret. Neither is in what the other person gets.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking, Seat, SeatReply
from flashmeet.bookings.queries import is_awaited, open_decline
from flashmeet.bookings.rules.answers import DeclineOutcome, InviteAnswer
from flashmeet.bookings.rules.messages import INVITE
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.payloads import subject_of
from flashmeet.calendars.rules.replies import CLOCKS_DIFFER, CalendarReply, ReplyOutcome
from flashmeet.calendars.service.notices import announce_decline_question
from flashmeet.core.database.bulk import insert_new
from flashmeet.core.errors import AlreadyOver
from flashmeet.core.link_kinds import DECLINED
from flashmeet.core.links import Links
from flashmeet.identity.service.links import PersonalLink
from flashmeet.messages.models import OutboxMessage


def take_reply(db: Session, reply: CalendarReply, *, links: Links, now: datetime) -> ReplyOutcome:
    """Counts an answer once for its seat. A declined one asks the person whether to cancel; nothing else changes.

    `of_another_time`: the session was moved, cancelled or has begun since; what was answered is no longer asked.
    """
    query = select(Booking).where(Booking.uid == reply.uid).with_for_update(of=Booking)
    booking = db.scalars(query).one_or_none()
    if booking is None:
        return ReplyOutcome.NOT_OURS
    seat = next((each for each in booking.seats if each.member.email == reply.attendee), None)
    if seat is None or not _believed(db, booking, seat, reply, links=links):
        return ReplyOutcome.NOT_BELIEVED
    if reply.sequence != booking.sequence or not is_awaited(booking, now) or reply.stamped_at > now + CLOCKS_DIFFER:
        return ReplyOutcome.OF_ANOTHER_TIME
    if not _write(db, seat, reply):
        return ReplyOutcome.KNOWN
    if reply.answer == InviteAnswer.DECLINED and open_decline(db, booking, seat.member_id, now=now) is not None:
        announce_decline_question(db, booking, seat.member, now=now)
    return ReplyOutcome.TAKEN


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


def _write(db: Session, seat: Seat, reply: CalendarReply) -> bool:
    """False when this very answer is there already."""
    row = {
        "seat_id": seat.id,
        "sequence": reply.sequence,
        "stamped_at": reply.stamped_at,
        "answer": reply.answer,
        "settled": DeclineOutcome.OPEN,
    }
    return insert_new(db, cast(Table, SeatReply.__table__), [row]) == 1


DECLINED_LINK = PersonalLink(
    DECLINED,
    find=lambda db, number: db.get(Seat, number),
    facts=lambda seat: (seat.nonce,),
    owner=lambda seat: seat.member,
)


def settle_decline(db: Session, seat: Seat, *, cancel: bool, now: datetime) -> Booking:
    """What the person says about it: cancelled for both, or kept. Saying it twice changes nothing more.

    Raises AlreadyOver, when there is nothing to decide any more.
    """
    booking = db.get_one(Booking, seat.booking_id, with_for_update={"of": Booking}, populate_existing=True)
    reply = open_decline(db, booking, seat.member_id, now=now)
    if reply is None:
        raise AlreadyOver(status=booking.status)
    reply.settled = DeclineOutcome.CANCELLED if cancel else DeclineOutcome.KEPT
    db.flush()
    return cancel_booking(db, seat.member, booking.id, reason="", now=now) if cancel else booking
