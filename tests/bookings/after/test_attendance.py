"""Did it happen? One tap, signed in or not; looking answers nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from flashmeet.bookings.models.booking import Seat
from flashmeet.bookings.service.answers import complete_over
from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from tests.bookings.after.conftest import after_link, answers, questions, status
from tests.browsers import Browser, Clock
from tests.people import NOW
from tests.rooms.room.hours import Hour

SignedIn = Callable[[Member], Browser]
ENGLISH = {"Accept-Language": "en"}
END = NOW + timedelta(hours=1)


def tap(browser: Browser, path: str, happened: str = "yes", **more: str) -> TestResponse:
    return browser.send(path, {"happened": happened, **more}, page=path, headers=ENGLISH)


@pytest.fixture
def over(hour: Hour, database: Database, clock: Clock) -> Hour:
    """The next morning; the worker has seen the end."""
    clock.move(hours=23)
    with database.writing() as db:
        complete_over(db, now=END)
    return hour


@pytest.mark.parametrize(("happened", "then"), [("yes", "completed"), ("moved", "completed"), ("no", "confirmed")])
def test_one_tap_without_a_sign_in_answers(
    over: Hour, client: Browser, database: Database, happened: str, then: str
) -> None:
    link = after_link(over, over.bob_seat)
    answer = tap(client, link, happened)
    assert (answer.status_code, answer.location) == (303, f"{link}?saved=1")
    assert {who: said.happened for who, said in answers(database, over).items()} == {over.bob.id: happened}
    assert status(database, over) == then


def test_looking_answers_nothing(over: Hour, client: Browser, database: Database) -> None:
    for _ in range(2):
        assert client.get(after_link(over, over.bob_seat)).status_code == 200
    assert answers(database, over) == {}


def test_a_no_that_is_taken_back_restores_what_was(over: Hour, client: Browser, database: Database) -> None:
    link = after_link(over, over.alice_seat)
    for happened, then in (("no", "confirmed"), ("yes", "completed")):
        tap(client, link, happened)
        assert status(database, over) == then
    with database.writing() as db:
        assert complete_over(db, now=END) == 0


def test_a_session_that_somebody_says_did_not_take_place_is_not_completed(
    hour: Hour, client: Browser, database: Database, clock: Clock
) -> None:
    clock.move(minutes=20)
    tap(client, after_link(hour, hour.bob_seat), "no")
    with database.writing() as db:
        assert complete_over(db, now=END) == 0
    assert status(database, hour) == "confirmed"
    assert [row.state for row in questions(database, hour.alice)] == ["waiting"], "the other one is asked all the same"


def test_who_has_answered_is_not_asked_any_more(over: Hour, client: Browser, database: Database) -> None:
    tap(client, after_link(over, over.bob_seat))
    assert [(row.state, row.reason) for row in questions(database, over.bob)] == [("dropped", "answered")]
    assert [row.state for row in questions(database, over.alice)] == ["waiting"]


def test_the_mentee_says_what_came_of_it_and_thanks(over: Hour, signed_in: SignedIn, database: Database) -> None:
    bob, path = signed_in(over.bob), f"/bookings/{over.booking_id}/feedback"
    assert 'name="clearer"' not in bob.get(path).text
    tap(bob, path)
    page = bob.get(path).text
    assert "My project is clearer to me now" in page
    tap(bob, path, clearer="4", next_step="Écrire à la banque", thanks="Merci !\r\nÀ bientôt")
    said = answers(database, over)[over.bob.id]
    assert (said.clearer, said.next_step, said.thanks) == (4, "Écrire à la banque", "Merci !\nÀ bientôt")
    tap(bob, path, "yes")
    assert answers(database, over)[over.bob.id].clearer == 4, "one tap keeps what was said before"


def test_the_other_reads_the_thanks_and_nothing_else(over: Hour, signed_in: SignedIn) -> None:
    tap(
        signed_in(over.bob),
        f"/bookings/{over.booking_id}/feedback",
        clearer="2",
        next_step="Secret",
        thanks="Merci Alice",
    )
    alice = signed_in(over.alice)
    for path in (f"/bookings/{over.booking_id}", f"/bookings/{over.booking_id}/feedback"):
        page = alice.get(path).text
        assert "Merci Alice" in page
        assert "Secret" not in page


def test_the_mentor_is_asked_whether_it_took_place_and_for_a_line(
    over: Hour, signed_in: SignedIn, database: Database
) -> None:
    alice, path = signed_in(over.alice), f"/bookings/{over.booking_id}/feedback"
    tap(alice, path, clearer="1", next_step="x", thanks="Bravo")
    page = alice.get(path).text
    assert ('name="thanks"' in page, 'name="clearer"' in page) == (True, False)
    said = answers(database, over)[over.alice.id]
    assert (said.clearer, said.next_step, said.thanks) == (None, "", "Bravo")


@pytest.mark.parametrize(
    "wrong", [{"happened": "perhaps"}, {"happened": "yes", "clearer": "6"}, {"happened": "yes", "thanks": "x" * 601}]
)
def test_what_cannot_be_read_is_said_and_nothing_is_kept(
    over: Hour, client: Browser, database: Database, wrong: dict[str, str]
) -> None:
    link = after_link(over, over.bob_seat)
    answer = client.send(link, wrong, page=link, headers=ENGLISH)
    assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)
    assert answers(database, over) == {}


def test_a_link_that_is_forged_revoked_or_somebody_elses_is_not_there(
    over: Hour, client: Browser, signed_in: SignedIn, database: Database
) -> None:
    link = after_link(over, over.bob_seat)
    others = [
        over.bobs_link.replace("/join/", "/after/"),
        link.replace(str(over.bob_seat.id), "1", 1) + "0",
        "/after/x",
    ]
    assert {client.get(other).status_code for other in others} == {404}
    assert signed_in(over.alice).get(link).status_code == 404
    assert signed_in(over.charlie).get(f"/bookings/{over.booking_id}/feedback").status_code == 404
    with database.writing() as db:
        db.get_one(Seat, over.bob_seat.id).nonce = "another"
    assert client.get(link).status_code == 404


def test_before_it_begins_there_is_nothing_to_answer(
    hour: Hour, client: Browser, signed_in: SignedIn, clock: Clock
) -> None:
    clock.move(minutes=-1)
    assert client.get(after_link(hour, hour.bob_seat)).status_code == 404
    assert signed_in(hour.bob).get(f"/bookings/{hour.booking_id}/feedback").status_code == 404
    assert "/feedback" not in signed_in(hour.bob).get(f"/bookings/{hour.booking_id}").text


def test_the_booking_page_leads_there_and_the_api_says_completed(over: Hour, signed_in: SignedIn) -> None:
    bob = signed_in(over.bob)
    assert f'href="/bookings/{over.booking_id}/feedback"' in bob.get(f"/bookings/{over.booking_id}").text
    assert bob.get(f"/api/v1/bookings/{over.booking_id}").get_json()["status"] == "completed"


def test_the_way_back_into_the_room_stands_first_while_it_is_open(hour: Hour, client: Browser, clock: Clock) -> None:
    link = after_link(hour, hour.bob_seat)
    clock.move(minutes=1)
    page = client.get(link, headers=ENGLISH).get_data(as_text=True)
    assert "Back to the room (59 minutes left)" in page
    assert page.index("Back to the room") < page.index("Did it take place?")
    clock.move(hours=3)
    assert "Back to the room" not in client.get(link, headers=ENGLISH).get_data(as_text=True)
