"""Three taps, the monthly mail, and whose turn it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.answers import Said, answer_booking
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.schedule.models import DateOverride
from flashmeet.themes.models import ThemeInvitation
from tests import people
from tests.browsers import Browser, Clock
from tests.pages import app, clock, compiled, signed_in
from tests.people import NOW

__all__ = ["app", "clock", "compiled", "signed_in"]

SignedIn = Callable[[Member | int], Browser]
HOUR = re.compile(r'name="at" value="(\d{8}T\d{4}Z)"')


@pytest.fixture
def client(app: Flask) -> Browser:
    """Nobody signed in, in English."""
    browser = Browser(app)
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def overrides(database: Database) -> int:
    with database.reading() as db:
        return len(db.scalars(select(DateOverride.id)).all())


def karim(database: Database) -> Member:
    with database.writing() as db:
        return people.mentor(db, "Karim", rules=(), locale="en")


def test_a_day_an_hour_and_a_button_give_an_hour(database: Database, signed_in: SignedIn) -> None:
    browser = signed_in(karim(database))
    page = browser.get("/me/give").text
    day = re.findall(r"/me/give\?day=([\d-]+)", page)[3]
    hour = re.findall(r"at=(\d{8}T\d{4}Z)", browser.get(f"/me/give?day={day}").text)[0]
    confirm = f"/me/give?day={day}&at={hour}"
    assert overrides(database) == 0
    sent = browser.send("/me/give", {"at": hour}, page=confirm)
    assert sent.status_code == 303 and "Your hour is published" in browser.get(sent.location).text
    assert overrides(database) == 1


def test_two_chips_of_the_mail_and_one_button_publish_them_without_a_sign_in(
    database: Database, client: Browser, config: Config, signed_in: SignedIn
) -> None:
    who = karim(database)
    path = f"/hours/{Links(config.base_url, config.secret_key).hours_token(who.id, '2026-12')}"
    hours = HOUR.findall(client.get(path).text)
    assert len(hours) == 6 and overrides(database) == 0
    assert client.send(path, {"at": []}, page=path).status_code == 422
    sent = client.send(path, {"at": hours[:2]}, page=path)
    assert "2 hours are published" in client.get(sent.location).text and overrides(database) == 2
    with database.writing() as db:
        other = people.member(db, "Bob")
    assert signed_in(other).get(path).status_code == 404
    assert client.get(path[:-2] + "zz").status_code == 404


def test_the_link_of_a_mail_ends_with_the_month_after(
    database: Database, client: Browser, config: Config, clock: Clock
) -> None:
    who = karim(database)
    path = f"/hours/{Links(config.base_url, config.secret_key).hours_token(who.id, '2026-12')}"
    clock.move(days=59)
    assert client.get(path).status_code == 200
    clock.move(days=5)
    assert client.get(path).status_code == 404


def test_after_a_good_hour_one_theme_and_one_hour_lead_to_approval(
    database: Database, config: Config, signed_in: SignedIn, clock: Clock
) -> None:
    links = Links(config.base_url, config.secret_key)
    with database.writing() as db:
        alice = people.mentor(db, "Alice")
        bob = people.member(db, "Bob", locale="en", headline="Monte sa société")
        wish = BookingRequest(mentor_id=alice.id, starts_at=NOW + timedelta(days=1), theme="droit", need="Mes statuts")
        booking = book_slot(db, bob, wish, links=links, now=NOW)
        booking_id, bob_id, alice_id = booking.id, bob.id, alice.id
    clock.move(days=2)
    path = f"/bookings/{booking_id}/feedback"
    browser = signed_in(bob_id)
    for clearer, asks in (("2", False), ("4", True)):
        with database.writing() as db:
            found = db.get_one(Booking, booking_id)
            answer_booking(db, found, found.mentee, Said("yes", clearer, None, None), now=clock.at)
        assert ("Your turn?" in browser.get(path).text) is asks
    with database.writing() as db:
        invited = ThemeInvitation(member_id=bob_id, theme_id=people.law(db).id, by_id=alice_id, at=NOW, unfit_at=NOW)
        db.add(invited)
    assert "Your turn?" not in browser.get(path).text  # they said that this theme is not for them
    with database.writing() as db:
        db.delete(db.get_one(ThemeInvitation, (bob_id, people.law(db).id)))
    hour = HOUR.findall(browser.get(path).text) or re.findall(r'value="(\d{8}T\d{4}Z)"', browser.get(path).text)
    sent = browser.send("/me/turn", {"theme": "droit", "at": hour[0]}, page=path)
    assert sent.status_code == 303 and "approves you" in browser.get(sent.location).text
    with database.reading() as db:
        found_bob = db.get_one(Member, bob_id)
        assert (found_bob.mentor, found_bob.approved) == (True, False)
        assert [offer.proof for offer in found_bob.offers] == ["Monte sa société"]
    assert overrides(database) == 1
    assert "Your turn?" not in browser.get(path).text
