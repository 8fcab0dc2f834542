"""An hour, a brief, one button."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.holds import hold_is_members, hold_slot
from flashmeet.core.database.session import Database
from flashmeet.core.settings.policies import Confirm
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.booked_hour import HOLD_FOR, BookingStatus, Mode
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from tests import people
from tests.browsers import Browser
from tests.conftest import SECRET
from tests.scene import HOURLY, NINE, Scene, bookings, effects, stage

SignedIn = Callable[[Member], Browser]
BRIEF = {"need": "SAS or SARL?", "theme": "droit", "mode": "video"}


def _taken_by_charlie(database: Database, scene: Scene) -> None:
    from flashmeet.core.links import Links

    request = BookingRequest(mentor_id=scene.alice.id, starts_at=NINE, theme="droit", need="Mine")
    with database.writing() as db:
        charlie = db.get_one(Member, scene.charlie.id)
        book_slot(db, charlie, request, links=Links("http://localhost", SECRET), now=people.NOW)


def test_the_hour_is_shown_on_both_walls_and_the_need_is_filled_in(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    words = signed_in(scene.bob).get(f"{scene.page}?need=My+statuts").text
    assert "Wed 9 Dec, 12:00–\u206013:00 (New York)" in words
    assert "Wed 9 Dec, 18:00–\u206019:00 (Paris)" in words
    assert "My statuts</textarea>" in words
    assert "The link to the video room opens Wed 9 Dec, 11:45 (New York)." in words


def test_one_wall_is_enough_for_two_people_who_share_it(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    assert signed_in(scene.charlie).get(scene.page).text.count("18:00–\u206019:00 (Paris)") == 1


def test_the_button_books_the_hour_with_the_brief(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    brief = {**BRIEF, "situation": "We are three.", "good_hour": "A first step", "mode": "phone"}
    answer = signed_in(scene.bob).send(scene.page, brief, page=scene.page)
    [booking] = bookings(database)
    assert (answer.status_code, answer.location) == (303, f"/bookings/{booking.id}")
    assert (booking.starts_at, booking.mentee_id, booking.status) == (NINE, scene.bob.id, BookingStatus.CONFIRMED)
    assert (booking.need, booking.good_hour, booking.mode) == (
        "SAS or SARL?\n\nWe are three.",
        "A first step",
        Mode.PHONE,
    )


def test_sending_the_form_again_leads_to_the_booking_that_is_there(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    first_tab, second_tab = signed_in(scene.bob), signed_in(scene.bob)
    token = second_tab.token(scene.page)
    answers = [
        first_tab.send(scene.page, BRIEF, page=scene.page),
        first_tab.send(scene.page, BRIEF),
        second_tab.post(scene.page, data={**BRIEF, "csrf_token": token}),
    ]
    [booking] = bookings(database)
    assert {answer.location for answer in answers} == {f"/bookings/{booking.id}"}
    assert first_tab.get(scene.page).location == f"/bookings/{booking.id}"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"need": "  "}, "“Your question” is still empty. A few words are enough."),
        ({"need": "x" * 12_001}, "“Your question” can hold 12,000 characters and has 12,001."),
        ({"need": "x" * 20_000}, "“Your question” can hold 12,000 characters and has 20,000."),
        ({"good_hour": "x" * 12_001}, "“What would make it a good hour” can hold 12,000 characters"),
        ({"mode": "telepathy"}, "Choose one of the answers to “How you’ll meet”."),
        ({"theme": "alchemy"}, "The network has no theme called “alchemy”."),
    ],
)
def test_a_refusal_stays_on_the_page_with_everything_typed(
    database: Database, signed_in: SignedIn, wrong: dict[str, str], said: str
) -> None:
    scene = stage(database)
    brief = {**BRIEF, **wrong}
    answer = signed_in(scene.bob).send(scene.page, brief, page=scene.page)
    assert answer.status_code == 422
    assert said in answer.text
    assert f"{brief['need']}</textarea>" in answer.text
    assert bookings(database) == []


def test_an_hour_that_was_just_taken_comes_with_three_close_by_and_all_that_was_typed(
    database: Database, signed_in: SignedIn
) -> None:
    scene = stage(database)
    bob = signed_in(scene.bob)
    token = bob.token(scene.page)
    _taken_by_charlie(database, scene)
    answer = bob.post(scene.page, data={**BRIEF, "good_hour": "A first step", "csrf_token": token})
    assert answer.status_code == 409
    assert "This hour has just been taken. Here are three close to it." in " ".join(answer.text.split())
    assert "SAS or SARL?</textarea>" in answer.text
    chips = re.findall(r'name="look" value="1" formnovalidate formaction="([^"]+)"', answer.text)
    assert len(chips) == 3
    looked = bob.post(chips[0], data={**BRIEF, "good_hour": "A first step", "look": "1", "csrf_token": token})
    assert (looked.status_code, "A first step</textarea>" in looked.text) == (200, True)
    assert len(bookings(database)) == 1
    assert bob.post(chips[0], data={**BRIEF, "csrf_token": token}).status_code == 303


def test_whoever_opens_an_hour_that_is_gone_is_told_before_they_write(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    _taken_by_charlie(database, scene)
    assert "This hour has just been taken." in signed_in(scene.bob).get(scene.page).text


def test_ones_own_other_meeting_is_named_as_the_reason(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    with database.writing() as db:
        dora = people.mentor(db, "Dora", policy=HOURLY)
    bob = signed_in(scene.bob)
    token = bob.token(scene.page)
    bob.send(scene.page.replace(str(scene.alice.id), str(dora.id), 1), BRIEF)
    answer = bob.post(scene.page, data={**BRIEF, "csrf_token": token})
    assert answer.status_code == 409
    assert "You already have an hour booked at that time." in answer.text


@pytest.mark.parametrize(
    ("stamp", "seen", "sent"),
    [
        ("20261209T1707Z", "is not free then", "goes in 15-minute steps"),
        ("20261209T0300Z", "is not free then", "is not free then"),
        ("20261130T1700Z", "Mon 30 Nov, 12:00 (New York) is too soon", "Mon 30 Nov, 12:00 (New York) is too soon"),
        ("20281209T1700Z", "can be booked up to 24 days ahead", "can be booked up to 24 days ahead"),
    ],
    ids=["off the quarter", "at night", "past", "far away"],
)
def test_an_hour_that_is_not_offered_is_refused_in_words_before_and_after_the_brief(
    database: Database, signed_in: SignedIn, stamp: str, seen: str, sent: str
) -> None:
    scene = stage(database)
    bob = signed_in(scene.bob)
    page = bob.get(f"/book/{scene.alice.id}/{stamp}")
    assert (page.status_code, seen in page.text) == (200, True)
    answer = bob.send(f"/book/{scene.alice.id}/{stamp}", BRIEF)
    assert (answer.status_code, sent in answer.text) == (422, True)
    assert "SAS or SARL?</textarea>" in answer.text


@pytest.mark.parametrize("stamp", ["tomorrow", "20261332T1700Z", "20261209T1700", "٢٠٢٦١٢٠٩T1700Z"])
def test_what_is_no_hour_has_no_page(database: Database, signed_in: SignedIn, stamp: str) -> None:
    scene = stage(database)
    assert signed_in(scene.bob).get(f"/book/{scene.alice.id}/{stamp}").status_code == 404


def test_a_mentor_who_wants_to_be_asked_is_asked(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database, policy=replace(HOURLY, confirm=Confirm.ASK))
    bob = signed_in(scene.bob)
    assert "to answer; the hour is held for you until then" in bob.get(scene.page).text
    bob.send(scene.page, BRIEF, page=scene.page)
    assert [booking.status for booking in bookings(database)] == [BookingStatus.PENDING]


def test_looking_at_an_hour_changes_nothing(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    signed_in(scene.bob).get(scene.page)
    assert (bookings(database), effects(database)) == ([], 0)


def test_a_held_hour_says_until_when(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    with database.writing() as db:
        hold_slot(db, "key", sender="here", mentor_id=scene.alice.id, starts_at=NINE, minutes=60, now=people.NOW)
        hold_is_members(db, "key", scene.bob)
    until = people.NOW + HOLD_FOR
    assert until - people.NOW == timedelta(minutes=10)
    assert "This hour is held for you until 04:10 (New York)." in signed_in(scene.bob).get(scene.page).text
    taken = signed_in(scene.charlie).send(scene.page, BRIEF)
    assert taken.status_code == 409
    assert signed_in(scene.bob).send(scene.page, BRIEF, page=scene.page).status_code == 303


def test_a_held_hour_is_listed_to_whom_it_is_held_for_and_to_no_other_member(database: Database) -> None:
    scene = stage(database)
    with database.writing() as db:
        hold_slot(db, "key", sender="here", mentor_id=scene.alice.id, starts_at=NINE, minutes=60, now=people.NOW)
        hold_is_members(db, "key", scene.bob)
    for who, listed in ((scene.bob, True), (scene.charlie, False)):
        query = SlotQuery(tzid="UTC", start=NINE, end=NINE + timedelta(minutes=1), viewer_id=who.id)
        with database.reading() as db:
            assert bool(find_slots(db, query, now=people.NOW).slots) is listed


def test_a_brief_sent_after_the_session_ended_is_there_after_the_sign_in(
    database: Database, client: Browser, signed_in: SignedIn
) -> None:
    scene = stage(database)
    brief = {**BRIEF, "situation": "We are three.", "good_hour": "A first step"}
    answer = client.send(scene.page, brief)
    assert (answer.status_code, answer.location) == (303, f"/sign-in?next=%2Fbook%2F{scene.alice.id}%2F20261209T1700Z")
    assert bookings(database) == []
    asked = client.send("/sign-in", {"email": "bob@example.org", "next": scene.page}, page=answer.location)
    words = _enter(client, database, asked.location, scene.page)
    assert "This hour is held for you until 04:10 (New York)." in words
    for typed in ("SAS or SARL?", "We are three.", "A first step"):
        assert f"{typed}</textarea>" in words
    assert client.send(scene.page, brief, page=scene.page).status_code == 303
    assert [booking.mentee_id for booking in bookings(database)] == [scene.bob.id]


def _enter(client: Browser, database: Database, page: str, way: str) -> str:
    from tests.people.pages.test_sign_in import mailed_code

    entered: Any = client.send("/sign-in/code", {"code": mailed_code(database), "next": way}, page=page)
    assert entered.location == way
    return client.get(way).text
