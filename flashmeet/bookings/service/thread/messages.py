"""Messages between the two people of a booking: words, a text to read first, and a written answer instead of the hour.

A thread belongs to a booking or to a request; `keep` and `texts_in` serve both. Words about a booking are mailed to the
other, every quarter of an hour at most, with everything not yet mailed or answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking, ThreadMessage
from flashmeet.bookings.rules import threads
from flashmeet.bookings.rules.messages import READ_FIRST, THREAD, Action
from flashmeet.bookings.rules.threads import ThreadKind
from flashmeet.bookings.service.end import end_booking, live_booking
from flashmeet.bookings.service.events import Ending
from flashmeet.bookings.service.messages.payloads import payload_for, subject_of
from flashmeet.bookings.wording import told_question
from flashmeet.core.errors import AlreadyOver, NotFound, ThreadClosed, TooManyRequests
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.write import drop_waiting, mail
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.people.queries import is_blocked_between
from flashmeet.schedule.models import Holder
from flashmeet.schedule.rules.booked_hour import NEED_CHARACTERS, STANDING_BOOKING, BookingStatus, checked_text


@dataclass(frozen=True, slots=True)
class Thread:
    """The thread of a booking or of a request."""

    booking_id: int | None = None
    request_id: int | None = None

    @property
    def subject(self) -> str:
        """The subject in the outbox."""
        return f"thread:booking:{self.booking_id}" if self.booking_id else f"thread:request:{self.request_id}"

    @property
    def own(self) -> ColumnElement[bool]:
        if self.booking_id:
            return ThreadMessage.booking_id == self.booking_id
        return ThreadMessage.request_id == self.request_id


def texts_in(db: Session, thread: Thread) -> Sequence[ThreadMessage]:
    """Returns the latest texts, in the order written."""
    query = select(ThreadMessage).where(thread.own).order_by(ThreadMessage.id.desc()).limit(SHOWN)
    return list(reversed(db.scalars(query).all()))


def keep(
    db: Session, thread: Thread, author: Member, text: str, *, kind: ThreadKind = ThreadKind.WORD, now: datetime
) -> tuple[ThreadMessage, bool]:
    """Stores the text; returns it, and whether it is new: a form sent twice is stored once.

    The caller has locked the booking or request, and tells the other person. Raises Missing, TooLong, TooManyRequests.
    """
    words = threads.checked_words(text)
    mine = select(ThreadMessage).where(thread.own, ThreadMessage.author_id == author.id)
    latest = db.scalars(mine.order_by(ThreadMessage.id.desc()).limit(1)).first()
    if latest is not None and (latest.kind, latest.text) == (kind, words) and now < latest.at + threads.SAME_WITHIN:
        return latest, False
    today = mine.where(ThreadMessage.at > now - timedelta(days=1)).with_only_columns(func.count())
    if (db.scalar(today) or 0) >= threads.MOST_A_DAY:
        raise TooManyRequests
    said = ThreadMessage(
        booking_id=thread.booking_id, request_id=thread.request_id, author=author, kind=kind, text=words, at=now
    )
    db.add(said)
    db.flush()
    return said, True


def can_write(db: Session, booking: Booking, *, now: datetime) -> bool:
    """Whether its two people may write to each other on its page; not if they are kept apart."""
    if is_blocked_between(db, booking.mentor_id, booking.mentee_id):
        return False
    agreed = booking.sequence > 0 or booking.status in STANDING_BOOKING
    return threads.is_open(booking.status, agreed=agreed, ends_at=booking.ends_at, now=now)


def write_word(db: Session, member: Member, booking_id: int, text: str, *, now: datetime) -> ThreadMessage:
    """Writes to the other, who is mailed. Raises NotFound, ThreadClosed, Missing, TooLong, TooManyRequests."""
    booking = db.get(Booking, booking_id, with_for_update={"of": Booking}, populate_existing=True)
    if booking is None or member.id not in (booking.mentor_id, booking.mentee_id):
        raise NotFound
    if not can_write(db, booking, now=now):
        raise ThreadClosed
    said, new = keep(db, Thread(booking_id), member, text, now=now)
    if new:
        _notify(db, booking, member, now=now)
    return said


def change_question(db: Session, mentee: Member, booking_id: int, text: str, *, now: datetime) -> Booking:
    """Changes what the mentee would like of a coming hour. The mentor reads it among what the two write, mailed once.

    Raises NotFound, AlreadyOver, ThreadClosed, Missing, TooLong, TooManyRequests.
    """
    booking, _ = live_booking(db, mentee, booking_id, now=now)
    if booking.mentee_id != mentee.id:
        raise NotFound
    need = checked_text("need", text, most=NEED_CHARACTERS, required=True)
    if need == booking.need:
        return booking
    if not can_write(db, booking, now=now):
        raise ThreadClosed
    booking.need = need
    _say_in_waiting_mails(db, booking)
    _, new = keep(db, Thread(booking.id), mentee, told_question(need, booking.mentor.locale), now=now)
    if new:
        _notify(db, booking, mentee, now=now)
    return booking


def _say_in_waiting_mails(db: Session, booking: Booking) -> None:
    """Puts the question that stands now into reminders that have not left."""
    waiting = select(OutboxMessage).where(
        OutboxMessage.subject == subject_of(booking.id), OutboxMessage.state == OutboxState.WAITING
    )
    for row in db.scalars(waiting.order_by(OutboxMessage.id).with_for_update()):
        if row.payload.get("need"):
            row.payload = {**row.payload, "need": booking.need}


def _notify(db: Session, booking: Booking, author: Member, *, now: datetime) -> None:
    """Replaces the thread's waiting mails by one to the other person, with all texts they have not read."""
    thread, other = Thread(booking.id), booking.other(author.id)
    drop_waiting(db, subject=thread.subject, kinds=(THREAD,), reason="read", now=now)
    last = _last_mail(db, thread, other)
    unread = _unread(db, thread, author, other, beyond=last.version if last else 0)
    mail(
        db,
        other.id,
        THREAD.saying(
            {
                **payload_for(
                    booking,
                    other,
                    action=Action.CANCELLED if booking.status == BookingStatus.CANCELLED else Action.NONE,
                ),
                "reason": "\n\n".join(each.text for each in unread),
            }
        ),
        thread.subject,
        version=unread[-1].id,
        due_at=threads.notify_at(last.due_at if last else None, now=now),
        now=now,
    )


def _last_mail(db: Session, thread: Thread, to: Member) -> OutboxMessage | None:
    """Returns the latest mail that was not dropped; its version is the id of the last text in it."""
    query = select(OutboxMessage).where(
        OutboxMessage.subject == thread.subject,
        OutboxMessage.recipient_id == to.id,
        OutboxMessage.kind == THREAD,
        OutboxMessage.state != OutboxState.DROPPED,
    )
    return db.scalars(query.order_by(OutboxMessage.version.desc()).limit(1)).first()


def _unread(db: Session, thread: Thread, author: Member, reader: Member, *, beyond: int) -> Sequence[ThreadMessage]:
    """Returns the author's words after the last mailed to the reader, and after the reader's own last text."""
    own = select(func.max(ThreadMessage.id)).where(thread.own, ThreadMessage.author_id == reader.id)
    known = max(beyond, db.scalar(own) or 0)
    query = select(ThreadMessage).where(
        thread.own,
        ThreadMessage.author_id == author.id,
        ThreadMessage.id > known,
        ThreadMessage.kind == ThreadKind.WORD,
    )
    return db.scalars(query.order_by(ThreadMessage.id)).all()[-MOST_IN_A_MAIL:]


def give_to_read(db: Session, mentor: Member, booking_id: int, text: str, *, now: datetime) -> ThreadMessage:
    """Gives the mentee a text to read before the hour, which is kept; it is mailed at once.

    Raises NotFound, AlreadyOver, Missing, TooLong, TooManyRequests.
    """
    booking, _ = _agreed(db, mentor, booking_id, now=now)
    thread = Thread(booking.id)
    said, new = keep(db, thread, mentor, text, kind=ThreadKind.READ_FIRST, now=now)
    if new:
        mail(
            db,
            booking.mentee_id,
            READ_FIRST.saying({**payload_for(booking, booking.mentee), "reason": said.text}),
            thread.subject,
            version=said.id,
            not_after=booking.starts_at,
            now=now,
        )
    return said


def solve(db: Session, mentor: Member, booking_id: int, text: str, *, now: datetime) -> Booking:
    """Answers in writing and frees the hour for both: cancelled as solved, which never counts as a late cancellation.

    Raises NotFound, AlreadyOver, TooLateToSolve, Missing, TooLong, TooManyRequests.
    """
    booking, holder = _agreed(db, mentor, booking_id, now=now)
    threads.check_solvable(booking.starts_at, now=now)
    said, _ = keep(db, Thread(booking.id), mentor, text, kind=ThreadKind.SOLVED, now=now)
    end_booking(db, booking, holder, why=Ending.SOLVED, by=mentor, text=said.text, now=now)
    return booking


def _agreed(db: Session, mentor: Member, booking_id: int, *, now: datetime) -> tuple[Booking, Holder]:
    """Returns the mentor's agreed, coming booking and its holder, locked. Raises NotFound, AlreadyOver."""
    booking, holder = live_booking(db, mentor, booking_id, now=now)
    if booking.mentor_id != mentor.id:
        raise NotFound
    if booking.status != BookingStatus.CONFIRMED:
        raise AlreadyOver(status=booking.status)
    return booking, holder


SHOWN, MOST_IN_A_MAIL, PURGED_AT_ONCE = 500, 20, 500
