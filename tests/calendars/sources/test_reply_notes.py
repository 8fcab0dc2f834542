"""What a person writes beside the answer of their calendar is heard: by the other in the thread, else by a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking, ThreadMessage
from flashmeet.bookings.service.move import move_booking
from flashmeet.calendars.sources.itip import replies_in, taking_replies
from flashmeet.core.links import Links
from flashmeet.messages.rendering.ics import REPLY_PARAMETER
from flashmeet.people.models import Block
from tests.calendars.sources.answers import mail_of
from tests.people import NOW, member, mentor
from tests.scene import NINE
from tests.use_cases import Book

pytestmark = pytest.mark.both_databases

SORRY = "Je suis malade, désolée ; la semaine prochaine ?"
LATER = NOW + timedelta(hours=1)
WAYS = {
    "nothing": ("", "X-ANY:1"),
    "COMMENT": ("", "COMMENT;LANGUAGE=fr:Je suis malade\\, désolée \\; la semaine prochaine ?\\n\\n"),
    "Outlook, with the history": (
        "",
        "COMMENT:Je suis malade\\, désolée \\; la semaine prochaine ?\\n-----Original Appointment-----\\nFrom: x@y.org",
    ),
    "Google": (f';X-NUM-GUESTS=0;X-RESPONSE-COMMENT="{SORRY}"', "X-ANY:1"),
    "Apple": ("", "X-CALENDARSERVER-ATTENDEE-COMMENT:Je suis malade\\, désolée \\; la semaine prochaine ?"),
}


@pytest.fixture
def booking(db: Session, book: Book) -> Booking:
    return book(member(db, "Bob"), mentor(db), NINE)


def reply(booking: Booking, links: Links, *, way: str, partstat: str = "DECLINED", at: datetime = NOW) -> EmailMessage:
    """Bob's calendar answers, with a note."""
    parameter, line = WAYS[way]
    seat = next(each for each in booking.seats if each.member_id == booking.mentee_id)
    token = links.reply_token(seat.id, seat.nonce)
    lines = (
        *("BEGIN:VCALENDAR", "METHOD:REPLY", "BEGIN:VEVENT", f"UID:{booking.uid}", f"SEQUENCE:{booking.sequence}"),
        *(f"DTSTAMP:{at:%Y%m%dT%H%M%SZ}", line),
        f"ATTENDEE;{REPLY_PARAMETER}={token};PARTSTAT={partstat}{parameter}:mailto:bob@example.org",
        *("END:VEVENT", "END:VCALENDAR", ""),
    )
    return mail_of("\r\n".join(lines).encode())


def texts(db: Session) -> list[tuple[int, str]]:
    return [(each.author_id, each.text) for each in db.scalars(select(ThreadMessage).order_by(ThreadMessage.id))]


@pytest.mark.parametrize("way", [way for way in WAYS if way != "nothing"])
@pytest.mark.parametrize("partstat", ["DECLINED", "TENTATIVE", "ACCEPTED"])
def test_a_note_beside_an_answer_is_its_writers_word_in_the_thread_once(
    db: Session, booking: Booking, links: Links, way: str, partstat: str
) -> None:
    mail = reply(booking, links, way=way, partstat=partstat)
    take = taking_replies(links)
    assert take(db, mail, NOW) is True
    assert take(db, mail, LATER + timedelta(days=1)) is True
    assert texts(db) == [(booking.mentee_id, SORRY)]


def test_the_text_that_a_program_writes_beside_an_answer_is_nobodys_word(
    db: Session, booking: Booking, links: Links
) -> None:
    assert taking_replies(links)(db, reply(booking, links, way="nothing"), NOW) is True
    assert texts(db) == []


def test_a_note_that_one_part_of_the_mail_holds_counts(booking: Booking, links: Links) -> None:
    mail = reply(booking, links, way="nothing")
    mail.attach(next(part for part in reply(booking, links, way="COMMENT").walk() if part.get_filename()))
    assert [answer.note for answer in replies_in(mail)] == [SORRY]


@pytest.mark.parametrize("shut", ["moved since", "kept apart", "suspended"])
def test_a_note_that_reaches_nobody_is_left_to_a_person(db: Session, booking: Booking, links: Links, shut: str) -> None:
    mail = reply(booking, links, way="Google")
    if shut == "moved since":
        move_booking(db, booking.mentor, booking.id, starts_at=NINE + timedelta(hours=1), agreed=True, now=NOW)
    elif shut == "kept apart":
        db.add(Block(by_id=booking.mentor_id, other_id=booking.mentee_id, at=NOW))
    else:
        booking.mentee.suspended = True
    db.flush()
    assert taking_replies(links)(db, mail, NOW) is False
    assert texts(db) == []
