"""Where two devices do not find each other, both are shown the same second way at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.rooms.models import Fallback
from flashmeet.rooms.rules.fallback import WAYS, FallbackWay, first_way
from flashmeet.rooms.service import fallback
from flashmeet.rooms.service.room import purge_rooms
from tests.browsers import Browser, Clock
from tests.people import NOW
from tests.rooms.room.hours import Hour
from tests.rooms.room.pages import Page

Visitor = Callable[[], Browser]
NUMBERS = {"Alice": "+33612345678", "Bob": "+15145550100"}


def marks(*pages: Page) -> list[str]:
    return [page.poll().json["second_way"] for page in pages]  # type: ignore[index]  # a poll's answer is a document


@pytest.fixture
def phones(database: Database, hour: Hour) -> None:
    """Both have proved that their number is theirs."""
    with database.writing() as db:
        for member in db.query(Member).filter(Member.first_name.in_(NUMBERS)):
            member.phone, member.phone_verified_at = NUMBERS[member.first_name], NOW


@pytest.fixture
def stuck(alice: Page, bob: Page, clock: Clock) -> tuple[Page, Page]:
    """Both are there, and nothing comes through."""
    clock.move(seconds=20)
    return alice, bob


def test_without_media_for_20_seconds_both_see_the_same_way(alice: Page, bob: Page, clock: Clock) -> None:
    clock.move(seconds=19)
    assert marks(alice, bob) == ["", ""]
    clock.move(seconds=1)
    assert marks(alice, bob) == ["text:00", "text:00"]


def test_who_waits_alone_is_shown_none_however_long(alice: Page, clock: Clock, hour: Hour, visitor: Visitor) -> None:
    clock.move(minutes=10)
    assert marks(alice) == [""]
    bob = Page(visitor(), hour.bobs_link).enter()
    clock.move(seconds=19)
    assert marks(alice, bob) == ["", ""]


def test_none_is_shown_while_they_see_each_other(alice: Page, bob: Page, clock: Clock) -> None:
    for page in (alice, bob):
        assert page.media(flows=True).status_code == 200
    clock.move(seconds=39)
    assert marks(alice, bob) == ["", ""]


def test_one_of_them_who_sees_nothing_is_enough(alice: Page, bob: Page, clock: Clock) -> None:
    alice.media(flows=True)
    clock.move(seconds=20)
    assert marks(alice, bob) == ["text:00", "text:00"]


def test_a_connection_that_is_lost_counts_from_its_loss(alice: Page, bob: Page, clock: Clock) -> None:
    for page in (alice, bob):
        page.media(flows=True)
    clock.move(seconds=30)
    alice.media(flows=False)
    clock.move(seconds=9)
    marks(alice, bob)
    clock.move(seconds=10)
    assert marks(alice, bob) == ["", ""]
    clock.move(seconds=1)
    assert marks(alice, bob) == ["text:00", "text:00"]


def test_a_page_that_tries_anew_does_not_begin_to_wait_anew(alice: Page, bob: Page, clock: Clock, hour: Hour) -> None:
    clock.move(seconds=10)
    again = Page(alice.browser, hour.alices_link).enter()
    clock.move(seconds=10)
    assert marks(again, bob) == ["text:00", "text:00"]


def test_somebody_who_left_and_comes_back_is_given_their_time(alice: Page, bob: Page, clock: Clock, hour: Hour) -> None:
    clock.move(seconds=10)
    alice.leave()
    again = Page(alice.browser, hour.alices_link).enter()
    clock.move(seconds=19)
    assert marks(again, bob) == ["", ""]


def test_it_goes_once_both_see_each_other_after_all(stuck: tuple[Page, Page]) -> None:
    alice, bob = stuck
    marks(alice)
    alice.media(flows=True)
    assert marks(alice, bob) == ["text:00", "text:00"]
    bob.media(flows=True)
    assert marks(alice, bob) == ["", ""]


def test_the_ways_have_an_order_and_writing_is_always_left() -> None:
    assert [first_way({FallbackWay.TEXT, way}) for way in WAYS] == list(WAYS)
    assert first_way({FallbackWay.LINK, FallbackWay.PHONE, FallbackWay.TEXT}) == FallbackWay.LINK
    assert (
        first_way({FallbackWay.LINK, FallbackWay.PHONE, FallbackWay.TEXT}, after=FallbackWay.LINK) == FallbackWay.PHONE
    )
    assert first_way({FallbackWay.TEXT}, after=FallbackWay.TEXT) == FallbackWay.TEXT


@pytest.mark.parametrize("offered", ["link", "provider"])
@pytest.mark.usefixtures("phones")
def test_another_room_comes_before_the_phone(
    stuck: tuple[Page, Page], monkeypatch: pytest.MonkeyPatch, offered: str
) -> None:
    monkeypatch.setattr(fallback, "offered_providers", lambda _session, _booking, providers: {offered})
    assert marks(*stuck) == [f"{offered}:00"] * 2
    assert f'action="{stuck[1].link}/elsewhere"' in stuck[1].second_way()


@pytest.mark.usefixtures("phones")
def test_numbers_are_shown_once_both_agreed_and_not_before(stuck: tuple[Page, Page]) -> None:
    alice, bob = stuck
    assert marks(alice, bob) == ["phone:00", "phone:00"]
    bob.decide("phone", shown="yes")
    assert marks(alice, bob) == ["phone:01", "phone:01"]
    assert NUMBERS["Bob"] not in alice.second_way()
    assert NUMBERS["Alice"] not in bob.second_way()
    alice.decide("phone", shown="yes")
    assert f'href="tel:{NUMBERS["Bob"]}"' in alice.second_way()
    assert f'href="tel:{NUMBERS["Alice"]}"' in bob.second_way()
    bob.decide("phone", shown="no")
    assert NUMBERS["Bob"] not in alice.second_way()
    assert NUMBERS["Alice"] not in bob.second_way()


@pytest.mark.usefixtures("phones")
def test_a_number_that_nobody_proved_is_no_way(
    alice: Page, bob: Page, clock: Clock, database: Database, hour: Hour
) -> None:
    with database.writing() as db:
        db.get_one(Member, hour.bob.id).phone_verified_at = None
    clock.move(seconds=20)
    assert marks(alice, bob) == ["text:00", "text:00"]
    assert bob.decide("phone", shown="yes").status_code == 422


@pytest.mark.usefixtures("phones")
def test_when_it_fails_too_both_go_on_to_the_next_together(stuck: tuple[Page, Page]) -> None:
    alice, bob = stuck
    marks(alice)
    for each in (alice, bob):
        each.decide("next", tried="phone")
    assert marks(alice, bob) == ["text:00", "text:00"]


def test_it_is_told_on_the_door_without_a_script_too(stuck: tuple[Page, Page]) -> None:
    alice, _ = stuck
    marks(alice)
    page = alice.browser.get(alice.link, headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "Your devices could not connect to each other" in page


def test_looking_at_it_changes_nothing(stuck: tuple[Page, Page], database: Database) -> None:
    alice, _ = stuck
    assert alice.second_way().strip() == ""
    with database.reading() as db:
        assert db.query(Fallback).count() == 0


def test_outside_the_hours_nobody_decides(stuck: tuple[Page, Page], clock: Clock, database: Database) -> None:
    alice, _ = stuck
    clock.move(hours=2)
    assert alice.decide("phone", shown="yes").status_code == 403
    with database.reading() as db:
        assert db.query(Fallback).count() == 0


@pytest.mark.usefixtures("phones")
def test_once_the_room_is_closed_no_number_is_shown_and_soon_nothing_is_kept(
    stuck: tuple[Page, Page], clock: Clock, database: Database
) -> None:
    alice, bob = stuck
    marks(alice)
    for each in (alice, bob):
        each.decide("phone", shown="yes")
    clock.move(minutes=90)
    assert NUMBERS["Bob"] not in alice.second_way()
    with database.writing() as db:
        purge_rooms(db, now=clock() + timedelta(hours=1))
    with database.reading() as db:
        assert db.query(Fallback).count() == 0


def test_it_goes_with_the_booking(stuck: tuple[Page, Page], database: Database, hour: Hour) -> None:
    marks(*stuck)
    with database.writing() as db:
        db.delete(db.get_one(Booking, hour.booking_id))
    with database.reading() as db:
        assert db.query(Fallback).count() == 0


def test_what_no_page_of_ours_would_tell_is_refused(alice: Page, clock: Clock) -> None:
    for flows in ("yes", None, 1):
        assert alice.post("media", {"peer": alice.peer, "flows": flows}).status_code == 422
    assert alice.post("media", {"peer": "another", "flows": True}).status_code == 410
    assert clock.at - NOW == timedelta()
