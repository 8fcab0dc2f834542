"""Date, place or video, programme and breaks, in the mail and in the invite; judged by readers that are not ours."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import answer_booking
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.invite_file import invite_for
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.lease import outgoing
from flashmeet.messages.rendering.mail import compose
from flashmeet.messages.rendering.renderer import Renderer
from flashmeet.schedule.rules.availability import Span
from tests.bookings.days.conftest import Scene
from tests.judges import icaljs, libical, octets, vobjects
from tests.people import NOW

NASTY = "Matin\r\nBEGIN:VEVENT, ; \\n \u2028 \u202egnp.exe " + "é" * 500


def letters(db: Session, links: Links, to: Member) -> list[EmailMessage]:
    rows = db.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.kind == "invite", OutboxMessage.recipient_id == to.id)
        .order_by(OutboxMessage.id)
    )
    return [compose(outgoing(row, to), Renderer(links, "rendez-vous@example.org", "Réseau"), at=NOW) for row in rows]


def ics_of(letter: EmailMessage) -> bytes:
    part = next(part for part in letter.walk() if part.get_content_type() == "text/calendar")
    return str(part.get_content()).replace("\r\n", "\n").replace("\n", "\r\n").encode()


def text_of(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def agreed(scene: Scene, db: Session, **more: object) -> Booking:
    booking = scene.ask(scene.offer(**more))
    return answer_booking(db, scene.karim, booking.id, accept=True, now=NOW)


def test_every_reader_finds_the_day_its_place_its_breaks_and_its_programme(
    scene: Scene, db: Session, links: Links
) -> None:
    booking = agreed(scene, db)
    cancel_booking(db, scene.karim, booking.id, reason="", now=NOW)
    sent = [ics_of(letter) for letter in letters(db, links, scene.camille)]
    readings = [libical.read(ics) for ics in sent]
    assert [octets.complaints(ics) for ics in sent] == [[], []]
    assert readings == [vobjects.read(ics) for ics in sent]
    assert [(each.method, each.sequence) for each in readings] == [("REQUEST", 0), ("CANCEL", 1)]
    for each in readings:
        assert (each.starts_at, each.ends_at) == (booking.starts_at, booking.ends_at)
        assert each.location == "Palais de justice, Lyon"
        assert "12:30–\u206013:30 (Paris)" in each.description
        assert "Matin : audience. Après-midi : vos statuts." in each.description
        assert each.description.endswith(links.booking(booking.id))


def test_ical_js_finds_the_day_too(scene: Scene, db: Session, links: Links) -> None:
    agreed(scene, db)
    sent = [ics_of(letter) for letter in letters(db, links, scene.camille)]
    assert icaljs.read_all(sent) == [libical.read(ics) for ics in sent]


def test_the_file_for_a_calendar_says_the_same(scene: Scene, db: Session, links: Links) -> None:
    booking = agreed(scene, db)
    file = invite_for(booking, scene.camille, links=links, mail_from="a@b.org", network_name="Réseau", locale="fr")
    mailed = libical.read(ics_of(letters(db, links, scene.camille)[0]))
    assert (file.description, file.location) == (mailed.description, mailed.location)


def test_breaks_are_told_on_the_readers_own_wall(scene: Scene, db: Session, links: Links) -> None:
    scene.camille.tzid = "America/New_York"
    db.flush()
    booking = agreed(scene, db, mode="video", place="")
    letter = letters(db, links, scene.camille)[0]
    assert "06:30–\u206007:30 (New York)" in text_of(letter)
    assert "12:30–\u206013:30 (Paris)" in text_of(letters(db, links, scene.karim)[0])
    seat = booking.seat_of(scene.camille.id)
    assert libical.read(ics_of(letter)).location == links.join(seat.id, seat.nonce)


def test_the_mails_speak_of_a_day_and_offer_no_move(scene: Scene, db: Session, links: Links) -> None:
    agreed(scene, db)
    for who in (scene.camille, scene.karim):
        letter = letters(db, links, who)[0]
        assert "journée" in letter["Subject"]
        assert "/move" not in text_of(letter)
        assert "/cancel" in text_of(letter)


def test_a_programme_ends_as_text_whatever_it_holds(scene: Scene, db: Session, links: Links) -> None:
    agreed(scene, db, programme=NASTY, place="Lyon; 2e, \\N")
    ics = ics_of(letters(db, links, scene.camille)[0])
    assert octets.complaints(ics) == []
    read = libical.read(ics)
    assert read == vobjects.read(ics)
    assert "BEGIN:VEVENT, ; \\n" in read.description
    assert "\u202e" not in read.description
    assert read.location == "Lyon; 2e, \\N"


@pytest.mark.parametrize("breaks", [(), (Span.parse("10:30", "10:45"), Span.parse("12:30", "13:30"))])
def test_all_breaks_are_said_or_none(scene: Scene, db: Session, links: Links, breaks: tuple[Span, ...]) -> None:
    agreed(scene, db, breaks=breaks)
    text = text_of(letters(db, links, scene.camille)[0])
    assert ("10:30–\u206010:45, 12:30–\u206013:30 (Paris)" in text) == bool(breaks)
    assert ("Pauses" in text) == bool(breaks)
