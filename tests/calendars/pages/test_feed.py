"""The personal feed: acceptance B3."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import icalendar
import pytest
from sqlalchemy import select

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.move import move_booking
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.core.secrets import hashed
from flashmeet.identity.models import Feed, Member
from tests.browsers import Browser, Clock
from tests.judges import libical
from tests.people import NOW
from tests.scene import NINE, Scene, stage

SignedIn = Callable[[Member | int], Browser]
HOUR = timedelta(hours=1)


@pytest.fixture
def scene(database: Database) -> Scene:
    return stage(database)


@pytest.fixture
def book(database: Database, scene: Scene, config: Config) -> Callable[..., int]:
    def book(**later: float) -> int:
        wish = BookingRequest(
            mentor_id=scene.alice.id, starts_at=NINE + timedelta(**later), theme="droit", need="Mes statuts"
        )
        with database.writing() as db:
            bob = db.get_one(Member, scene.bob.id)
            return book_slot(db, bob, wish, links=Links(config.base_url, config.secret_key), now=NOW).id

    return book


def address_shown(page: str) -> str:
    found = re.search(r"http://localhost(/calendar/[\w-]+\.ics)", page)
    assert found is not None
    return found[1]


def opened(browser: Browser) -> str:
    return address_shown(browser.send("/me/feed", page="/me/feed").text)


def events(ics: bytes) -> list[Any]:
    return list(icalendar.Calendar.from_ical(ics).walk("VEVENT"))


def uids(browser: Browser, address: str) -> list[str]:
    return [str(event["UID"]) for event in events(browser.get(address).data)]


def test_a_form_that_is_sent_again_does_not_end_the_address_that_it_has_made(
    scene: Scene, book: Callable[..., int], signed_in: SignedIn
) -> None:
    book()
    browser = signed_in(scene.bob)
    form = {"replaces": ""}
    address = address_shown(browser.send("/me/feed", form, page="/me/feed").text)
    again = browser.send("/me/feed", form, page="/me/feed").text  # as a reload does
    assert "/calendar/" not in again
    assert uids(browser, address)
    found = re.search(r'name="replaces" value="([^"]+)"', again)
    assert found is not None
    assert address_shown(browser.send("/me/feed", {"replaces": found[1]}, page="/me/feed").text) != address


def test_a_calendar_app_opens_by_a_link_and_each_kind_of_calendar_has_its_sentence(
    scene: Scene, signed_in: SignedIn
) -> None:
    page = signed_in(scene.bob).send("/me/feed", page="/me/feed").text
    assert f'href="webcal://localhost{address_shown(page)}"' in page
    for name in ("Google", "Outlook", "iPhone", "Thunderbird"):
        assert name in page


def test_the_address_is_256_bits_shown_once_and_kept_hashed(
    scene: Scene, database: Database, signed_in: SignedIn
) -> None:
    browser = signed_in(scene.bob)
    address = opened(browser)
    secret = address.removeprefix("/calendar/").removesuffix(".ics")
    assert len(secret) == 43
    assert secret not in browser.get("/me/feed").text
    with database.reading() as db:
        assert db.scalars(select(Feed.secret_hash)).all() == [hashed(secret)]


def test_a_stranger_reads_the_sessions_of_that_member_alone_and_no_addresses(
    scene: Scene, book: Callable[..., int], database: Database, signed_in: SignedIn, client: Browser
) -> None:
    book()
    address, empty = opened(signed_in(scene.bob)), opened(signed_in(scene.charlie))
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    [event] = events(answer.data)
    with database.reading() as db:
        assert str(event["UID"]) == db.scalars(select(Booking.uid)).one()
    assert event["DTSTART"].dt == NINE
    assert str(event["ORGANIZER"]) == "mailto:rendez-vous@example.org"
    assert re.findall(r"mailto:\S+", answer.text) == ["mailto:rendez-vous@example.org"]
    assert "/join/" not in answer.text
    assert uids(client, empty) == []
    for ics in (answer.data, client.get(empty).data):
        assert b"METHOD:PUBLISH\r\n" in ics
        assert libical.passes(ics)
        assert max(len(line) for line in ics.split(b"\r\n")) <= 75


def test_it_follows_every_change(
    scene: Scene, book: Callable[..., int], database: Database, signed_in: SignedIn, client: Browser
) -> None:
    booking_id = book()
    address = opened(signed_in(scene.bob))
    with database.writing() as db:
        bob = db.get_one(Member, scene.bob.id)
        move_booking(db, bob, booking_id, starts_at=NINE - HOUR, now=NOW)
    [event] = events(client.get(address).data)
    assert (event["SEQUENCE"], event["DTSTART"].dt) == (1, NINE - HOUR)
    with database.writing() as db:
        cancel_booking(db, db.get_one(Member, scene.bob.id), booking_id, reason="", now=NOW)
    assert uids(client, address) == []


def test_a_session_stays_for_thirty_days_after_its_end(
    scene: Scene, book: Callable[..., int], signed_in: SignedIn, client: Browser, clock: Clock
) -> None:
    book()
    address = opened(signed_in(scene.bob))
    clock.at = NINE + HOUR + timedelta(days=30) - timedelta(seconds=1)
    assert len(uids(client, address)) == 1
    clock.move(seconds=1)
    assert uids(client, address) == []


def test_who_has_it_already_gets_no_second_copy(
    scene: Scene, book: Callable[..., int], signed_in: SignedIn, client: Browser, clock: Clock
) -> None:
    book()
    address = opened(signed_in(scene.bob))
    first = client.get(address)
    clock.move(minutes=5)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    book(days=1)
    changed = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]
    for answer in (first, again, changed):
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["X-Robots-Tag"] == "noindex"


def test_wrong_and_revoked_addresses_read_the_same(
    scene: Scene, database: Database, signed_in: SignedIn, client: Browser
) -> None:
    browser = signed_in(scene.bob)
    replaced = opened(browser)
    closed = opened(browser)
    suspended = opened(signed_in(scene.charlie))
    assert client.get(closed).status_code == 200
    assert browser.send("/me/feed/close").status_code == 303
    with database.writing() as db:
        db.get_one(Member, scene.charlie.id).suspended = True
    wrong = client.get("/calendar/" + "x" * 43 + ".ics")
    assert wrong.status_code == 404
    for address in (replaced, closed, suspended, "/calendar/x.ics", "/calendar/é.ics"):
        answer = client.get(address)
        assert (answer.status_code, plain(answer.text)) == (404, plain(wrong.text))
        assert "ETag" not in answer.headers


def plain(page: str) -> str:
    """Without what a page says of its own address, and without the token of its forms."""
    return re.sub(r'csrf_token" value="[^"]+|name="(?:next|form_page)" value="[^"]*|/zone\?next=[^"]*', "", page)


def test_looking_makes_no_address(scene: Scene, database: Database, signed_in: SignedIn) -> None:
    assert signed_in(scene.bob).get("/me/feed").status_code == 200
    with database.reading() as db:
        assert db.scalars(select(Feed)).all() == []


def test_a_session_can_be_added_by_hand_without_a_word_of_what_was_asked(
    scene: Scene, book: Callable[..., int], signed_in: SignedIn
) -> None:
    page = signed_in(scene.bob).get(f"/bookings/{book()}").text
    links = {
        urlsplit(link).hostname: parse_qs(urlsplit(link).query)
        for link in re.findall(r'href="(https:[^"]+)"', page.replace("&amp;", "&"))
    }
    assert set(links) == {"calendar.google.com", "outlook.live.com", "outlook.office.com"}
    assert links["calendar.google.com"]["dates"] == ["20261209T170000Z/20261209T180000Z"]
    for name in ("outlook.live.com", "outlook.office.com"):
        assert links[name]["startdt"] == ["2026-12-09T17:00:00Z"]
        assert links[name]["enddt"] == ["2026-12-09T18:00:00Z"]
    assert "statuts" not in repr(links)
