"""The pages of the terms: nothing typed is lost on the way to accepting them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.session import Database
from flashmeet.core.settings.policies import Confirm
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.people.models import Terms, TermsAcceptance
from flashmeet.people.service.terms import withdraw_terms
from flashmeet.schedule.rules.booked_hour import BookingStatus
from tests import people
from tests.browsers import Browser, Clock
from tests.people import NOW
from tests.scene import HOURLY, Scene, stage
from tests.schedule.pages.availability_pages import FORM
from tests.terms import announced

SignedIn = Callable[[Member | int], Browser]
BRIEF = {"need": "Relire mes statuts", "good_hour": "Trois pistes", "theme": "droit"}
TICKED = {"version": "1", "commitments": ["0", "1"]}


@pytest.fixture
def scene(database: Database) -> Scene:
    scene = stage(database)
    with database.writing() as db:
        announced(db, in_force_at=NOW)
    return scene


def test_a_brief_waits_while_the_terms_are_read_and_accepted(
    scene: Scene, signed_in: SignedIn, database: Database
) -> None:
    browser = signed_in(scene.bob)
    answer = browser.send(scene.page, BRIEF)
    assert answer.status_code == 303
    way = answer.location
    assert way.startswith("/terms?next=%2Fbook%2F")
    page = browser.get(way).get_data(as_text=True)
    assert "We help each other." in page and "I am 18 or older." in page
    back = browser.send("/terms", {**TICKED, "next": scene.page}, page=way)
    assert back.location == scene.page
    assert "Relire mes statuts" in browser.get(scene.page).get_data(as_text=True)
    browser.send(scene.page, BRIEF, page=scene.page)
    with database.reading() as db:
        assert db.scalars(select(Booking)).one().need == "Relire mes statuts"


def test_a_week_waits_as_well(scene: Scene, signed_in: SignedIn) -> None:
    browser = signed_in(scene.alice)
    way = browser.send("/me/availability", {**FORM, "start-1": ["8:00", "18:30"], "end-1": ["9:00", "20:00"]}).location
    assert way == "/terms?next=%2Fme%2Favailability"
    browser.send("/terms", {**TICKED, "next": "/me/availability"})
    page = browser.get("/me/availability").get_data(as_text=True)
    assert 'value="8:00"' in page and 'value="18:30"' in page


FIRST = datetime(2026, 11, 30, 23, tzinfo=UTC)
"""1 December 2026, 00:00 in Paris."""


@pytest.mark.parametrize("taken", ["accept", "decline"])
def test_the_answer_that_a_mail_asks_for_needs_acceptance_from_the_first_second_on(
    database: Database, signed_in: SignedIn, clock: Clock, taken: str
) -> None:
    """Its button leads to the session's page."""
    scene = stage(database, policy=replace(HOURLY, confirm=Confirm.ASK))
    clock.at = FIRST - timedelta(days=1)
    page = signed_in(scene.bob).send(scene.page, BRIEF, page=scene.page).location
    with database.writing() as db:
        announced(db, in_force_at=FIRST, now=FIRST - timedelta(days=14))
        asked = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "request")).one()
        assert asked.recipient_id == scene.alice.id
    alice = signed_in(scene.alice)
    clock.at = FIRST
    answer = alice.send(f"{page}/answer", {"answer": taken}, page=page)
    assert answer.location.startswith("/terms?next=")
    with database.reading() as db:
        assert db.scalars(select(Booking)).one().status == BookingStatus.PENDING
    alice.send("/terms", TICKED)
    assert alice.send(f"{page}/answer", {"answer": taken}, page=page).location == page


def test_the_answer_of_the_last_second_still_counts(database: Database, signed_in: SignedIn, clock: Clock) -> None:
    scene = stage(database, policy=replace(HOURLY, confirm=Confirm.ASK))
    clock.at = FIRST - timedelta(days=1)
    page = signed_in(scene.bob).send(scene.page, BRIEF, page=scene.page).location
    with database.writing() as db:
        announced(db, in_force_at=FIRST, now=FIRST - timedelta(days=14))
    clock.at = FIRST - timedelta(seconds=1)
    assert signed_in(scene.alice).send(f"{page}/answer", {"answer": "accept"}, page=page).location == page


def test_each_commitment_has_to_be_ticked(scene: Scene, signed_in: SignedIn, database: Database) -> None:
    answer = signed_in(scene.bob).send("/terms", {"version": "1", "commitments": ["0"]})
    assert answer.status_code == 422
    assert "Tick every line" in answer.get_data(as_text=True)
    with database.reading() as db:
        assert db.scalars(select(TermsAcceptance)).all() == []


def test_who_comes_from_the_mail_signed_out_is_led_to_accepting(scene: Scene, client: Browser) -> None:
    page = client.get("/terms", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert re.search(r'<a [^>]*href="/sign-in\?next=/terms">Sign in to accept', page)


def test_a_version_that_was_withdrawn_while_it_was_read_is_not_accepted(
    scene: Scene, signed_in: SignedIn, database: Database
) -> None:
    with database.writing() as db:
        withdrawn = announced(db, in_force_at=NOW + timedelta(days=3))
        withdraw_terms(db, withdrawn.version, now=NOW)
    answer = signed_in(scene.bob).send("/terms", {"version": str(withdrawn.version), "commitments": ["0", "1"]})
    assert answer.status_code == 409
    words = answer.get_data(as_text=True)
    assert "withdrawn or replaced meanwhile" in words and "Version 1" in words
    with database.reading() as db:
        assert db.scalars(select(TermsAcceptance)).all() == []


def test_the_page_says_when_one_accepted(scene: Scene, signed_in: SignedIn) -> None:
    browser = signed_in(scene.bob)
    browser.send("/terms", TICKED)
    assert "You accepted version 1" in browser.get("/terms").get_data(as_text=True)


def test_a_network_without_terms_says_so(client: Browser) -> None:
    assert client.get("/terms").status_code == 200


def test_what_was_written_into_the_terms_stays_text(database: Database, client: Browser) -> None:
    with database.writing() as db:
        announced(db, in_force_at=NOW).texts = {"fr": "## Titre <b>\n\n- un\n- <i>deux</i>", "en": "x"}
    page = client.get("/terms", headers={"Accept-Language": "fr"}).get_data(as_text=True)
    assert "<h3>Titre &lt;b&gt;</h3>" in page
    assert "<ul><li>un</li><li>&lt;i&gt;deux&lt;/i&gt;</li></ul>" in page


@pytest.fixture
def odile(database: Database, signed_in: SignedIn) -> Browser:
    with database.writing() as db:
        odile = people.member(db, "Odile", administrator=True, locale="en")
    return signed_in(odile)


VERSION = {
    "text_fr": "Bonjour",
    "text_en": "Hello",
    "commitments_fr": "Un\nDeux",
    "commitments_en": "One\nTwo",
    "in_force_at": "2026-12-24",
    "sure": "yes",
}


def test_the_first_version_starts_from_the_texts_we_ship(odile: Browser) -> None:
    page = odile.get("/admin/terms").get_data(as_text=True)
    assert "J’ai 18 ans ou plus." in page and "échange entre pairs" in page


def test_an_administrator_announces_a_version_for_midnight(odile: Browser, database: Database) -> None:
    assert odile.send("/admin/terms", VERSION).status_code == 303
    with database.reading() as db:
        terms = db.get_one(Terms, 1)
        assert terms.in_force_at.isoformat() == "2026-12-23T23:00:00+00:00"
        assert terms.commitments == [{"fr": "Un", "en": "One"}, {"fr": "Deux", "en": "Two"}]
    page = odile.get("/admin/terms").get_data(as_text=True)
    assert "0 of 1 members" in page
    assert "Odile" in page.split("<tbody>")[1].split("</tbody>")[0]


DAYS = ("bald", "2026-11-30", "0001-01-01", "2200-01-01", "9999-12-31")
"""No date, a day that is over, and days that no calendar reaches."""
WRONG = ({"commitments_en": "One"}, {"text_fr": " "}, *({"in_force_at": day} for day in DAYS))


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_announced_stays_as_it_was_typed(
    odile: Browser, database: Database, wrong: dict[str, str]
) -> None:
    answer = odile.send("/admin/terms", {**VERSION, **wrong})
    assert answer.status_code == 422
    assert "Hello" in answer.get_data(as_text=True)
    with database.reading() as db:
        assert db.scalars(select(Terms)).all() == []


def versions(database: Database) -> list[Terms]:
    with database.reading() as db:
        return [*db.scalars(select(Terms).order_by(Terms.version))]


def test_announcing_shows_the_day_with_its_year_and_who_is_told_before_anything_happens(
    odile: Browser, database: Database
) -> None:
    typed = {name: value for name, value in VERSION.items() if name != "sure"}
    page = odile.send("/admin/terms", {**typed, "changes_en": "An hour is cancelled the day before."})
    words = page.get_data(as_text=True)
    assert page.status_code == 200 and "Thursday 24 December 2026" in words
    assert "1 member gets one email" in words and "An hour is cancelled the day before." in words
    assert versions(database) == []
    again = odile.send("/admin/terms", {**VERSION, "back": "1"}).get_data(as_text=True)
    assert "Hello" in again and versions(database) == []


def test_a_day_more_than_a_year_away_is_asked_about_and_can_be_put_right(odile: Browser, database: Database) -> None:
    far = {**VERSION, "in_force_at": "2036-12-24"}
    page = odile.send("/admin/terms", far).get_data(as_text=True)
    assert "more than a year away" in page and "24 December 2036" in page
    assert "Tick this first." in page and versions(database) == []
    assert "Tick this first." not in odile.send("/admin/terms", {**far, "sure": ""}).get_data(as_text=True)
    assert odile.send("/admin/terms", {**far, "far": "yes"}).status_code == 303
    asked = odile.send("/admin/terms", {**VERSION, "sure": ""}).get_data(as_text=True)
    assert "Version 1, announced for Wednesday 24 December 2036, is withdrawn" in asked
    assert odile.send("/admin/terms", VERSION).status_code == 303
    assert [each.withdrawn_at is not None for each in versions(database)] == [True, False]


def test_the_day_is_the_networks_on_every_page_wherever_its_reader_is(database: Database, signed_in: SignedIn) -> None:
    with database.writing() as db:
        far = people.member(db, "Lea", administrator=True, locale="en", tzid="America/Los_Angeles")
    lea = signed_in(far)
    lea.send("/admin/terms", VERSION)
    pages = (
        lea.get("/admin/terms"),
        lea.get("/terms"),
        lea.get("/me"),
        lea.send("/admin/terms/1/withdraw", sure=False),
    )
    for page in pages:
        assert "Thursday 24 December 2026" in page.get_data(as_text=True)


def test_a_version_is_withdrawn_until_it_is_in_force(odile: Browser, database: Database, clock: Clock) -> None:
    odile.send("/admin/terms", VERSION)
    assert "Withdraw version 1" in odile.get("/admin/terms").get_data(as_text=True)
    assert odile.send("/admin/terms/1/withdraw", {}).status_code == 303
    assert "withdrawn on" in odile.get("/admin/terms").get_data(as_text=True)
    odile.send("/admin/terms", {**VERSION, "in_force_at": "2026-12-04"})
    clock.at = datetime(2026, 12, 3, 23, tzinfo=UTC)
    assert "Withdraw version 2" not in odile.get("/admin/terms").get_data(as_text=True)
    assert odile.send("/admin/terms/2/withdraw", {}).status_code == 409


@pytest.mark.parametrize("page", ["/me", "/me/availability"])
def test_a_mentors_pages_say_what_is_due_until_it_is_accepted(
    database: Database, signed_in: SignedIn, clock: Clock, page: str
) -> None:
    scene = stage(database)
    with database.writing() as db:
        announced(db, in_force_at=FIRST, now=FIRST - timedelta(days=14))
        db.get_one(Member, scene.alice.id).locale = "en"
    clock.at = FIRST - timedelta(seconds=1)
    alice = signed_in(scene.alice)
    told = {
        FIRST - timedelta(seconds=1): "New terms of use from Tuesday 1 December 2026",
        FIRST: "Read and accept the terms of use to go on.",
        FIRST + timedelta(days=14): "Your hours are hidden: the terms are waiting for you.",
    }
    for clock.at, words in told.items():
        seen = alice.get(page).get_data(as_text=True)
        assert words in seen and "Read and accept</a>" in seen
    alice.send("/terms", TICKED)
    assert "Read and accept</a>" not in alice.get(page).get_data(as_text=True)
