"""Who the other is stands on the page and in the mail, both ways; what they write can be followed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from flashmeet.bookings.wording import about_words
from flashmeet.core.database.session import Database
from flashmeet.http.prose import linked
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from tests.browsers import Browser, Clock
from tests.scene import NINE, Scene, stage

SignedIn = Callable[[Member], Browser]


@pytest.fixture
def scene(database: Database) -> Scene:
    return stage(database, bob={"headline": "Doctorante", "company": "EPFL", "graduation_year": 2025})


@pytest.fixture
def page(scene: Scene, signed_in: SignedIn) -> str:
    """Of the hour that Bob has booked with Alice."""
    brief = {"need": "Mes statuts: https://example.org/statuts.pdf", "theme": "droit"}
    return signed_in(scene.bob).send(scene.page, brief, page=scene.page).location


def test_each_sees_who_the_other_is(scene: Scene, page: str, signed_in: SignedIn) -> None:
    alices, bobs = signed_in(scene.alice).get(page).text, signed_in(scene.bob).get(page).text
    assert all(fact in alices for fact in ("Doctorante · EPFL", "2025", "français"))
    assert "Avocate" in bobs and f'href="/mentors/{scene.alice.id}"' in bobs
    assert f'href="/mentors/{scene.bob.id}"' not in alices


def test_the_mail_says_who_the_other_is(database: Database, scene: Scene, page: str) -> None:
    with database.reading() as db:
        rows = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "invite")).all()
        told = {row.recipient_id: about_words(row.payload, "fr") for row in rows}
    assert told == {scene.alice.id: "Doctorante · EPFL · promotion 2025", scene.bob.id: "Avocate"}


def test_of_somebody_who_gave_their_year_alone_a_mail_says_what_the_number_is() -> None:
    assert about_words({"other_about": "", "other_year": 2015}, "en") == "class of 2015"
    assert about_words({}, "en") == ""


def test_addresses_in_what_they_write_are_links_and_nothing_else_is(
    app: Flask, scene: Scene, page: str, signed_in: SignedIn
) -> None:
    alice = signed_in(scene.alice)
    alice.send(f"{page}/words", {"text": "Voir https://example.org/a?b=1&c, javascript:alert(1) <b>"}, page=page)
    shown = signed_in(scene.bob).get(page).text
    link = '<a href="https://example.org/a?b=1&amp;c" rel="noopener noreferrer nofollow ugc" target="_blank">'
    assert link in shown and 'href="javascript' not in shown and "&lt;b&gt;" in shown
    assert 'href="https://example.org/statuts.pdf"' in shown


@pytest.mark.parametrize(
    "text", ["ftp://example.org", "www.example.org", "a@example.org", "JaVaScRiPt:alert(1)", 'https://"><script>']
)
def test_what_is_no_web_address_stays_text(text: str) -> None:
    assert "<a " not in linked(text)


def test_an_hour_that_is_over_leads_back_to_its_mentor(
    scene: Scene, page: str, signed_in: SignedIn, clock: Clock
) -> None:
    clock.at = NINE + timedelta(hours=2)
    assert f'href="/mentors/{scene.alice.id}?theme=droit"' in signed_in(scene.bob).get(page).text
    assert "?theme=droit" not in signed_in(scene.alice).get(page).text


def test_a_mentor_has_a_link_to_give_away_with_its_qr_code(scene: Scene, signed_in: SignedIn) -> None:
    shown = signed_in(scene.alice).get("/me/link").text
    assert f"http://localhost/mentors/{scene.alice.id}" in shown and "<svg" in shown
    assert signed_in(scene.bob).get("/me/link").status_code == 404


def test_a_question_is_changed_after_booking_and_the_mentor_is_told_once(
    database: Database, scene: Scene, page: str, signed_in: SignedIn
) -> None:
    bob = signed_in(scene.bob)
    for text in ("SAS ou SARL ?", "SAS, SARL ou association ?"):
        assert bob.send(f"{page}/question", {"text": text}, page=page).status_code == 303
    shown = signed_in(scene.alice).get(page).text
    assert "SAS, SARL ou association ?" in shown.partition('id="brief"')[2].partition("</section>")[0]
    with database.reading() as db:
        told = select(OutboxMessage).where(OutboxMessage.kind == "thread", OutboxMessage.state == "waiting")
        (mail,) = db.scalars(told).all()
        assert mail.recipient_id == scene.alice.id
        assert "SAS, SARL ou association ?" in mail.payload["reason"]
        reminders = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "day_before")).all()
        assert {row.payload["need"] for row in reminders} <= {"SAS, SARL ou association ?"}


@pytest.mark.parametrize(("who", "status"), [("alice", 404), ("charlie", 404), ("bob", 422)])
def test_only_who_asked_changes_the_question_and_not_to_nothing(
    scene: Scene, page: str, signed_in: SignedIn, who: str, status: int
) -> None:
    text = " " if who == "bob" else "Autre"
    assert signed_in(getattr(scene, who)).send(f"{page}/question", {"text": text}, page="/me").status_code == status
