"""What people answer to a mail about their hour is heard (F11): by the other, in the booking's thread."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from flashmeet.bookings.adapters.word_mails import take_words, why_left
from flashmeet.bookings.models.booking import Booking, ThreadMessage
from flashmeet.bookings.rules import threads
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.messages.inbound.automatic import is_automatic
from flashmeet.messages.inbound.own_words import own_words
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.left_replies import LeftWhy
from tests.people import NOW, member, mentor
from tests.use_cases import Book

pytestmark = pytest.mark.both_databases

LATE = "Je serai en retard de dix minutes."


@pytest.fixture
def booking(db: Session, book: Book) -> Booking:
    return book(member(db, "Bob"), mentor(db), datetime(2026, 12, 9, 10, tzinfo=UTC))


def key_of(db: Session, member_id: int) -> str:
    """Of the invite that went to this member."""
    query = select(OutboxMessage.message_key).where(OutboxMessage.recipient_id == member_id)
    return db.scalars(query.where(OutboxMessage.kind == "invite")).one()


def answer(key: str, *, sender: str = "Alice <alice@example.org>", text: str = LATE, **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "rendez-vous@example.org", "Re: Votre heure"
    mail["In-Reply-To"] = f"<{key}@localhost>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def texts(db: Session) -> list[tuple[int, str]]:
    return [(each.author_id, each.text) for each in db.scalars(select(ThreadMessage).order_by(ThreadMessage.id))]


def test_an_answer_is_the_writers_word_in_the_thread_and_the_other_is_mailed(db: Session, booking: Booking) -> None:
    mail = answer(key_of(db, booking.mentor_id))
    assert take_words(db, mail, NOW) is True
    assert texts(db) == [(booking.mentor_id, LATE)]
    told = select(OutboxMessage).where(OutboxMessage.kind == "thread")
    assert [(row.recipient_id, row.payload["reason"]) for row in db.scalars(told)] == [(booking.mentee_id, LATE)]
    assert take_words(db, mail, NOW) is True  # read twice, after a crash
    assert len(texts(db)) == 1


def test_who_has_changed_their_address_may_answer_from_the_former_one(db: Session, booking: Booking) -> None:
    key = key_of(db, booking.mentor_id)
    db.execute(update(OutboxMessage).where(OutboxMessage.message_key == key).values(sent_to="ada@former.example.org"))
    db.expire_all()
    assert take_words(db, answer(key, sender="ada@former.example.org"), NOW) is True


def test_who_is_suspended_reaches_nobody_by_answering(db: Session, booking: Booking) -> None:
    mail = answer(key_of(db, booking.mentor_id))
    booking.mentor.suspended = True
    assert (take_words(db, mail, NOW), texts(db), why_left(db, mail)) == (False, [], LeftWhy.CLOSED)


@pytest.mark.parametrize("sender", ["bob@example.org", "mallory@example.org", "", "alice@example.org.example.com"])
def test_nobody_else_speaks_in_a_persons_name(db: Session, booking: Booking, sender: str) -> None:
    assert take_words(db, answer(key_of(db, booking.mentor_id), sender=sender), NOW) is False
    assert texts(db) == []


@pytest.mark.parametrize("key", ["f" * 32, "booking-" + "0" * 32, ""])
def test_who_has_not_seen_the_mail_cannot_answer_it(db: Session, booking: Booking, key: str) -> None:
    assert take_words(db, answer(key), NOW) is False


@pytest.mark.parametrize(
    "header",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<a.example.org>"},
    ],
)
def test_an_absence_is_no_word(db: Session, booking: Booking, header: dict[str, str]) -> None:
    mail = answer(key_of(db, booking.mentor_id), **header)
    assert (is_automatic(mail), take_words(db, mail, NOW), texts(db)) == (True, False, [])


def test_what_can_no_longer_be_said_there_is_left_to_a_person(db: Session, booking: Booking) -> None:
    key = key_of(db, booking.mentor_id)
    assert take_words(db, answer(key, text="x" * 100_000), NOW) is False
    assert take_words(db, answer(key), booking.ends_at + threads.OPEN_FOR) is False
    assert texts(db) == []


def test_a_cancelled_hour_can_still_be_talked_about(db: Session, booking: Booking) -> None:
    key = key_of(db, booking.mentor_id)
    cancel_booking(db, booking.mentee, booking.id, reason="", now=NOW)
    assert take_words(db, answer(key, text="Dommage !"), NOW) is True


@pytest.mark.parametrize(
    "below",
    [
        "> Votre heure avec Bob",
        "Le mer. 2 déc. 2026 à 10:00, Réseau <rendez-vous@example.org> a écrit :\n> Votre heure",
        "Le mer. 2 déc. 2026 à 10:00, Réseau des anciens\n<rendez-vous@example.org> a écrit :\n> Votre heure",
        "On Wed, 2 Dec 2026 at 10:00, Network <rendez-vous@example.org> wrote:\n\nYour hour",
        "-----Original Message-----\nFrom: Network <rendez-vous@example.org>",
        "________________________________\nDe : Réseau <rendez-vous@example.org>",
        "De : Réseau <rendez-vous@example.org>\nEnvoyé : mercredi",
        "-- \nAlice Exemple",
    ],
)
def test_what_is_quoted_is_not_said_again(below: str) -> None:
    mail = answer("", text=f"{LATE}\n\nÀ demain !\n\n{below}\n")
    assert own_words(mail) == f"{LATE}\n\nÀ demain !"


def test_a_mail_without_words_of_its_own_says_nothing(db: Session, booking: Booking) -> None:
    assert take_words(db, answer(key_of(db, booking.mentor_id), text="> Votre heure\n"), NOW) is False
