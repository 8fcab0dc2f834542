"""How two people meet and stand to each other: on the page, in the mail and in the invite (F8)."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import icalendar
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.booking_details import say_place, say_relation, share_phone
from flashmeet.core.errors import BadInput, NotFound
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.lease import outgoing
from flashmeet.messages.rendering.mail import compose
from flashmeet.messages.rendering.renderer import Renderer
from flashmeet.schedule.rules.booked_hour import Mode
from flashmeet.schedule.rules.booking_facts import Format, Relation
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from tests import people
from tests.people import NOW
from tests.scene import HOURLY

AT = NOW.replace(hour=12) + timedelta(days=4)


def booked(db: Session, links: Links, *, bob: dict[str, Any] | None = None, **how: Any) -> Booking:
    alice = people.mentor(db, "Alice", policy=HOURLY, graduation_year=2004, phone="+33639980000", locale="en")
    mentee = people.member(db, "Bob", **{"locale": "en", "phone": "+33639980001", **(bob or {})})
    request = BookingRequest(mentor_id=alice.id, starts_at=AT, theme="droit", need="SAS ?", **how)
    return book_slot(db, mentee, request, links=links, now=NOW)


def letters(db: Session, links: Links, to: Member) -> list[EmailMessage]:
    """The invites to this person, as they leave."""
    rows = db.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.kind == "invite", OutboxMessage.recipient_id == to.id)
        .order_by(OutboxMessage.id)
    )
    renderer = Renderer(links, "rendez-vous@example.org", "Réseau")
    return [compose(outgoing(row, to), renderer, at=NOW) for row in rows]


def event_of(letter: EmailMessage) -> Any:
    part = next(part for part in letter.walk() if part.get_content_type() == "text/calendar")
    return next(iter(icalendar.Calendar.from_ical(part.get_content()).walk("VEVENT")))


def words_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize(("year", "relation"), [(2009, "peer"), (2010, "classic"), (1998, "reverse"), (None, None)])
def test_a_booking_knows_format_and_relation(db: Session, links: Links, year: int | None, relation: str | None) -> None:
    booking = booked(db, links, bob={"graduation_year": year})
    assert (booking.format, booking.relation, booking.mode) == (Format.FLASH, relation, Mode.VIDEO)


def test_both_may_correct_the_relation_and_nobody_else(db: Session, links: Links) -> None:
    booking = booked(db, links, bob={"graduation_year": 2024})
    say_relation(db, booking.mentee, booking.id, "peer")
    assert say_relation(db, booking.mentor, booking.id, "reverse").relation == Relation.REVERSE
    assert say_relation(db, booking.mentor, booking.id, "").relation is None
    with pytest.raises(NotFound):
        say_relation(db, people.member(db, "Charlie"), booking.id, "peer")
    with pytest.raises(BadInput):
        say_relation(db, booking.mentor, booking.id, "older")
    assert booking.sequence == 0


def test_the_place_is_in_the_mail_and_in_the_invite(db: Session, links: Links) -> None:
    booking = booked(db, links, mode="on_site", place="Café des Arts,\n12 rue Neuve")
    for who in (booking.mentor, booking.mentee):
        letter = letters(db, links, who)[-1]
        assert "Where: Café des Arts, 12 rue Neuve" in words_of(letter)
        event = event_of(letter)
        assert str(event["LOCATION"]) == "Café des Arts, 12 rue Neuve"
        assert str(event["URL"]) == links.booking(booking.id)


def test_a_place_that_is_said_later_reaches_both_calendars_with_the_next_sequence(db: Session, links: Links) -> None:
    booking = booked(db, links, mode="on_site")
    assert str(event_of(letters(db, links, booking.mentor)[0])["LOCATION"]) == links.booking(booking.id)
    for _ in range(2):
        say_place(db, booking.mentor, booking.id, "Bibliothèque", now=NOW + timedelta(minutes=5))
    last = letters(db, links, booking.mentee)
    assert len(last) == 2
    assert (int(event_of(last[-1])["SEQUENCE"]), str(event_of(last[-1])["LOCATION"])) == (1, "Bibliothèque")
    assert words_of(last[-1]).startswith("Alice has said how you’ll meet.")
    waiting = db.scalars(
        select(OutboxMessage).where(OutboxMessage.kind.startswith("reminder"), OutboxMessage.state == "waiting")
    ).all()
    assert {row.version for row in waiting} == {booking.agreed_sequence}
    with pytest.raises(BadInput):
        share_phone(db, booking.mentor, booking.id, share=True, now=NOW)


def test_a_number_is_given_by_its_owner_alone_and_can_be_taken_back(db: Session, links: Links) -> None:
    booking = booked(db, links, mode="phone", share_phone=True)
    assert (booking.mentee_phone, booking.mentor_phone) == ("+33639980001", "")
    to_mentor, to_mentee = (letters(db, links, who)[0] for who in (booking.mentor, booking.mentee))
    assert "You can call Bob at +33639980001" in words_of(to_mentor)
    assert "Alice will call you at +33639980001" in words_of(to_mentee)
    assert str(event_of(to_mentor)["LOCATION"]) == "+33639980001"
    assert "+33639980000" not in words_of(to_mentee) + words_of(to_mentor)
    share_phone(db, booking.mentor, booking.id, share=True, now=NOW + timedelta(minutes=1))
    assert "You can call Alice at +33639980000" in words_of(letters(db, links, booking.mentee)[-1])
    share_phone(db, booking.mentee, booking.id, share=False, now=NOW + timedelta(minutes=2))
    assert (booking.mentee_phone, booking.sequence) == ("", 2)


def test_without_consent_no_number_is_given(db: Session, links: Links) -> None:
    booking = booked(db, links, mode="phone")
    assert (booking.mentee_phone, booking.mentor_phone) == ("", "")
    video = BookingRequest(mentor_id=1, starts_at=AT, theme="droit", need="x", share_phone=True, place="x").checked()
    assert (video.share_phone, video.place) == (False, "")


def test_a_search_can_ask_for_a_peer_or_somebody_younger(db: Session) -> None:
    for name, year in (("Peer", 2012), ("Young", 2024), ("Senior", 1990), ("Unknown", None)):
        people.mentor(db, name, policy=HOURLY, graduation_year=year)

    def found(relation: str | None, year: int | None = 2010) -> set[str]:
        query = SlotQuery(tzid="UTC", distinct=True, relation=relation, viewer_year=year)  # type: ignore[arg-type]  # a relation
        return {slot.mentor_name.split()[0] for slot in find_slots(db, query, now=NOW).slots}

    assert found("peer") == {"Peer"}
    assert found("reverse") == {"Young"}
    assert found("peer", None) == set()
    assert found(None) == {"Peer", "Young", "Senior", "Unknown"}
