"""A message tells names, zones and places as they are when it leaves."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.booking_details import say_place
from flashmeet.bookings.service.messages.reminders import follow_member
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.lease import begin_sending, lease_due
from flashmeet.messages.rules.channels import ChannelName, Outgoing
from flashmeet.schedule.rules.booked_hour import Mode
from tests.people import NOW, member, mentor
from tests.use_cases import Book, book

__all__ = ["book"]

SOON = timedelta(hours=4)


@pytest.fixture
def booking(db: Session, book: Book) -> Booking:
    return book(member(db, "Camille"), mentor(db), NOW + SOON)


def leaving(db: Session, to: Member) -> dict[str, Outgoing]:
    now = NOW + SOON - timedelta(hours=1)
    sent = begin_sending(db, lease_due(db, ChannelName.MAIL, now=now, limit=20), now=now)
    return {each.kind: each for each in sent if each.recipient_id == to.id}


def test_nobodys_former_name_is_sent(db: Session, booking: Booking) -> None:
    booking.mentee.first_name, booking.mentee.last_name = "Maxence", "Nouveau"
    db.flush()
    sent = leaving(db, booking.mentor)
    assert {kind: each.payload["other_name"] for kind, each in sent.items()} == {
        "invite": "Maxence Nouveau",
        "reminder_hour": "Maxence Nouveau",
    }
    assert sent["invite"].payload["by_name"] == "Maxence Nouveau"


def test_the_others_zone_and_the_themes_name_are_todays(db: Session, booking: Booking) -> None:
    booking.mentor.tzid = "America/Los_Angeles"
    booking.theme.names = {"fr": "Statuts", "en": "Statutes"}
    db.flush()
    told = leaving(db, booking.mentee)["reminder_hour"].payload
    assert (told["other_tzid"], told["theme"]) == ("America/Los_Angeles", {"fr": "Statuts", "en": "Statutes"})


def test_what_was_sent_stays_as_it_was_sent(db: Session, booking: Booking) -> None:
    sent = leaving(db, booking.mentor)["reminder_hour"]
    booking.mentee.first_name = "Maxence"
    db.flush()
    assert sent.payload["other_name"] == "Camille Exemple"


def test_a_change_of_place_on_the_day_keeps_the_days_reminders_and_they_tell_it(db: Session, booking: Booking) -> None:
    booking.mode = Mode.ON_SITE
    say_place(db, booking.mentor, booking.id, "Bibliothèque", now=NOW + timedelta(minutes=5))
    follow_member(db, booking.mentee, now=NOW + timedelta(minutes=6))
    told = leaving(db, booking.mentee)["reminder_hour"].payload
    assert (told["mode"], told["place"]) == ("on_site", "Bibliothèque")


def test_a_change_of_place_within_a_day_of_a_reminder_keeps_it(db: Session, book: Book) -> None:
    made = book(member(db, "Camille"), mentor(db), NOW + timedelta(days=3))
    made.mode = Mode.ON_SITE
    before = waiting(db, made)
    say_place(db, made.mentor, made.id, "Bibliothèque", now=NOW + timedelta(days=1, hours=12))
    follow_member(db, made.mentee, now=NOW + timedelta(days=1, hours=13))
    assert len(before) == 2
    assert waiting(db, made) == before


def waiting(db: Session, booking: Booking) -> set[tuple[str, datetime]]:
    query = select(OutboxMessage.kind, OutboxMessage.due_at).where(
        OutboxMessage.recipient_id == booking.mentee_id,
        OutboxMessage.kind.in_(("reminder_day", "reminder_hour")),
        OutboxMessage.state == "waiting",
    )
    return {(kind, due_at) for kind, due_at in db.execute(query)}
