"""Who passes the door of a room, and what the others are told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.rooms.models import RoomPeer
from flashmeet.schedule.rules.booked_hour import BookingStatus
from tests.browsers import Browser, Clock
from tests.people import NOW
from tests.rooms.room.hours import Hour, an_hour

Visitor = Callable[[], Browser]


def test_the_door_says_who_and_when_in_both_zones_without_a_script(hour: Hour, visitor: Visitor) -> None:
    page = visitor().get(hour.bobs_link, headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "Your hour with Alice Exemple" in page
    assert "Tue 1 Dec, 04:00–\u206005:00 (Toronto)" in page
    assert "Tue 1 Dec, 10:00–\u206011:00 (Paris)" in page
    assert f"/bookings/{hour.booking_id}" in page


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (-16, (200, "The room opens")),
        (-15, (200, "The room is open until")),
        (89, (200, "The room is open until")),
        (90, (403, "This hour is over")),
    ],
)
def test_the_door_opens_15_minutes_before_and_closes_30_after(
    hour: Hour, visitor: Visitor, clock: Clock, minutes: int, said: tuple[int, str]
) -> None:
    clock.move(minutes=minutes)
    answer = visitor().get(hour.alices_link, headers={"Accept-Language": "en"})
    status, words = said
    assert answer.status_code == status
    assert words in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("status", "mode", "words"),
    [
        ("cancelled", "video", "was cancelled"),
        ("pending", "video", "not confirmed yet"),
        ("confirmed", "phone", "by phone"),
        ("confirmed", "on_site", "in person"),
    ],
)
def test_an_hour_without_a_call_says_so_and_lets_nobody_in(  # noqa: PLR0917  # pytest names arguments
    database: Database, links: Links, visitor: Visitor, status: str, mode: str, words: str
) -> None:
    hour, browser = an_hour(database, links, starts_at=NOW, status=status, mode=mode), visitor()
    answer = browser.get(hour.alices_link, headers={"Accept-Language": "en"})
    assert answer.status_code == (403 if status == "cancelled" else 200)
    assert words in answer.get_data(as_text=True)
    headers = {"X-CSRFToken": browser.token()}
    assert browser.post(f"{hour.alices_link}/enter", json={}, headers=headers).status_code == 410


def test_unknown_forged_and_revoked_links_read_the_same(hour: Hour, database: Database, visitor: Visitor) -> None:
    forged = hour.alices_link.replace(str(hour.alice_seat.id), str(hour.bob_seat.id), 1)
    with database.writing() as db:
        db.get_one(Seat, hour.alice_seat.id).nonce = "another"
    links = (hour.alices_link, forged, "/join/999999-" + "0" * 43, "/join/nonsense")
    answers = [visitor().get(link) for link in links]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert len({answer.get_data(as_text=True).partition("<main")[2] for answer in answers}) == 1


def test_a_third_person_reads_what_to_do(hour: Hour, visitor: Visitor) -> None:
    page = visitor().sign_in(hour.charlie).get(hour.bobs_link)
    assert "Ouvrez celui de votre dernier e-mail" in page.get_data(as_text=True)


def test_a_third_person_who_is_signed_in_is_refused_like_an_unknown_link(hour: Hour, visitor: Visitor) -> None:
    assert visitor().sign_in(hour.charlie).get(hour.alices_link).status_code == 404
    assert visitor().sign_in(hour.bob).get(hour.alices_link).status_code == 404
    assert visitor().sign_in(hour.alice).get(hour.alices_link).status_code == 200


def test_a_third_person_cannot_enter_either(hour: Hour, visitor: Visitor) -> None:
    charlie = visitor().sign_in(hour.charlie)
    answer = charlie.post(f"{hour.alices_link}/enter", json={}, headers={"X-CSRFToken": charlie.token("/")})
    assert answer.status_code == 404


@pytest.mark.parametrize("minutes", [-16, 90])
def test_nobody_enters_outside_the_hours(hour: Hour, visitor: Visitor, clock: Clock, minutes: int) -> None:
    clock.move(minutes=minutes)
    browser = visitor()
    answer = browser.post(f"{hour.alices_link}/enter", json={}, headers={"X-CSRFToken": browser.token()})
    assert answer.status_code == 410
    assert answer.json == {"code": "room_closed", "reason": "early" if minutes < 0 else "late"}


def test_entering_needs_the_token_of_our_own_page(hour: Hour, app: Flask) -> None:
    assert app.test_client().post(f"{hour.alices_link}/enter", json={}).status_code == 400


def test_looking_at_the_door_changes_nothing(hour: Hour, database: Database, visitor: Visitor) -> None:
    browser = visitor()
    for _ in range(2):
        browser.get(hour.alices_link)
        browser.head(hour.alices_link)
    with database.reading() as db:
        assert db.query(RoomPeer).count() == 0
        assert db.get_one(Booking, hour.booking_id).status == BookingStatus.CONFIRMED


def test_a_moved_hour_opens_at_its_new_time(hour: Hour, database: Database, visitor: Visitor) -> None:
    with database.writing() as db:
        booking = db.get_one(Booking, hour.booking_id)
        booking.starts_at, booking.ends_at = NOW + timedelta(days=1), NOW + timedelta(days=1, hours=1)
    page = visitor().get(hour.alices_link, headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "The room opens" in page


def test_every_module_of_the_room_is_fetched_at_once(hour: Hour, visitor: Visitor) -> None:
    """One after the other, each when the one before asks for it, a reload would take a second more."""
    page = visitor().get(hour.alices_link).get_data(as_text=True)
    modules = {path.stem for path in (Path(__file__).parents[3] / "static" / "js" / "room").glob("*.js")}
    assert set(re.findall(r'modulepreload" href="/static/js/room/(\w+)\.\w{10}\.js"', page)) == modules - {"room"}
