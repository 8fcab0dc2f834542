"""What somebody wrote back and nobody could take is shown to an administrator, until they have dealt with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from flashmeet.bookings.adapters.word_mails import take_words, why_left
from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.rules import threads
from flashmeet.bookings.service.messages.sms_replies import take_answer
from flashmeet.cli.rounds.inbound_mail import InboundMail
from flashmeet.core.database.session import Database
from flashmeet.core.errors import NotFound
from flashmeet.messages.inbound.left_mails import left_mail
from flashmeet.messages.inbound.mailbox import HANDLERS, LARGEST_BYTES, ImapMailbox
from flashmeet.messages.models import LeftReply, OutboxMessage
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.left_replies import KEPT, MOST_KEPT, LeftWhy
from flashmeet.messages.service.left_replies import count_left, end_left, left_replies, note_left, purge_left
from tests.fakes.imap import ImapServer
from tests.people import NOW, member, mentor
from tests.use_cases import Book, book

__all__ = ["book"]

pytestmark = pytest.mark.both_databases

PHONE = "+33612345678"
ILL = "Je suis malade, à demain ?"


@pytest.fixture
def booking(db: Session, book: Book) -> Booking:
    bob = member(db, "Bob", phone=PHONE, phone_verified_at=NOW)
    return book(bob, mentor(db), datetime(2026, 12, 9, 10, tzinfo=UTC))


def key_of(db: Session, member_id: int) -> str:
    query = select(OutboxMessage.message_key).where(OutboxMessage.recipient_id == member_id)
    return db.scalars(query.where(OutboxMessage.kind == "invite")).one()


def answer(key: str, sender: str = "alice@example.org", text: str = ILL) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["In-Reply-To"] = sender, "Re: Votre heure", f"<{key}@localhost>"
    mail.set_content(text)
    return mail


def test_why_a_reply_is_left_is_said(db: Session, booking: Booking) -> None:
    key = key_of(db, booking.mentor_id)
    assert why_left(db, answer("f" * 32)) == LeftWhy.UNRELATED
    assert why_left(db, answer(key, "alias@example.org")) == LeftWhy.ANOTHER_SENDER
    assert why_left(db, answer(key, text="> Votre heure\n")) == LeftWhy.NO_WORDS
    assert take_words(db, answer(key), booking.ends_at + threads.OPEN_FOR) is False
    assert why_left(db, answer(key)) == LeftWhy.CLOSED
    for about in ({"booking_id": booking.id + 1}, {}):  # an hour that is kept no more, none
        db.execute(update(OutboxMessage).where(OutboxMessage.message_key == key).values(payload=about))
        db.expire_all()
        assert take_words(db, answer(key), NOW) is False
        assert why_left(db, answer(key)) == LeftWhy.NO_HOUR


@pytest.mark.parametrize("kind", ["ms-tnef", "octet-stream"])
def test_an_answer_that_only_outlook_reads_is_named_as_one(db: Session, booking: Booking, kind: str) -> None:
    """It may be a no to the hour. What a person wrote beside such a file is read as ever."""
    key = key_of(db, booking.mentor_id)
    silent, wordy = answer(key, text="\n"), answer(key)
    for mail in (silent, wordy):
        mail.add_attachment(b"\x78\x9f\x3e\x22", maintype="application", subtype=kind, filename="winmail.dat")
    assert why_left(db, silent) == LeftWhy.OUTLOOK_ONLY
    assert take_words(db, wordy, NOW) is True


def test_a_reply_is_shown_once_with_its_first_lines(db: Session) -> None:
    for _ in "ab":
        mail = answer("f" * 32, text="x" * 1000)
        note_left(db, channel=ChannelName.MAIL, **left_mail(mail), why=LeftWhy.UNRELATED, now=NOW)
    [reply] = left_replies(db)
    assert (reply.sender, reply.subject, len(reply.excerpt)) == ("alice@example.org", "Re: Votre heure", 300)
    end_left(db, reply.id)
    assert (count_left(db), left_replies(db)) == (0, [])
    with pytest.raises(NotFound):
        end_left(db, reply.id)


def test_an_administrator_sees_no_personal_link_of_who_wrote(db: Session) -> None:
    mail = answer("f" * 32, text=f"Ceci ne marche pas : https://x.example.org/join/12-{'0a' * 21}b merci")
    note_left(db, channel=ChannelName.MAIL, **left_mail(mail), why=LeftWhy.UNRELATED, now=NOW)
    assert [each.excerpt for each in left_replies(db)] == ["Ceci ne marche pas : […] merci"]


def test_replies_are_kept_for_thirty_days_and_a_flood_pushes_out_the_oldest(db: Session) -> None:
    for number in range(MOST_KEPT + 2):
        at = NOW - KEPT if number == MOST_KEPT + 1 else NOW
        db.add(LeftReply(channel=ChannelName.MAIL, ref=str(number), sender="", why=LeftWhy.UNRELATED, at=at))
    db.flush()
    purge_left(db, now=NOW)
    assert (count_left(db), db.scalars(select(LeftReply.ref).order_by(LeftReply.id)).first()) == (MOST_KEPT, "1")


def test_an_sms_in_words_of_a_member_without_an_hour_is_shown_and_a_strangers_is_not(
    db: Session, booking: Booking
) -> None:
    after = booking.ends_at + timedelta(hours=2)
    for ref, phone in (("SM1", PHONE), ("SM1", PHONE), ("SM2", "+33699999999")):
        take_answer(db, phone=phone, text=ILL, ref=ref, now=after)
    assert [(each.channel, each.sender, each.excerpt, each.why) for each in left_replies(db)] == [
        (ChannelName.SMS, PHONE, ILL, LeftWhy.NO_HOUR)
    ]


def test_the_mailbox_keeps_unread_what_nobody_took_and_the_administrator_sees_it(
    database: Database, imap_server: ImapServer
) -> None:
    head = b"From: Bob <bob@example.org>\r\nSubject: =?utf-8?q?Une_question_=C3=A0_vous?=\r\n"
    small = imap_server.receive(head + b"Message-ID: <a@x>\r\nContent-Type: text/html\r\n\r\n<p>Bonjour\r\n")
    large = imap_server.receive(head + b"Message-ID: <b@x>\r\n\r\n" + b"x\r\n" * (LARGEST_BYTES // 2))
    absence = b"From: bob@example.org\r\nAuto-Submitted: auto-replied\r\n\r\nJe suis en vacances.\r\n"
    imap_server.receive(absence)
    InboundMail(database, ImapMailbox(imap_server.settings()), HANDLERS, why_left).once()
    with database.reading() as db:
        seen = {(each.sender, each.subject, each.excerpt) for each in left_replies(db)}
    assert imap_server.unseen() == [small, large]
    assert seen == {("Bob <bob@example.org>", "Une question à vous", words) for words in ("Bonjour", "")}
