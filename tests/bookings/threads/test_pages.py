"""What the two of an hour write, on its page: text everywhere, for the two alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from flashmeet.bookings.models.booking import ThreadMessage
from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.booked_hour import BookingStatus
from tests import people
from tests.browsers import Browser, Clock
from tests.pages import app, client, clock, compiled, signed_in
from tests.scene import NINE, Scene, bookings, effects, stage

__all__ = ["app", "client", "clock", "compiled", "signed_in"]

SignedIn = Callable[[Member | int], Browser]
NASTY = '<script>alert(1)</script>\r\n"\u202e {{ 7*7 }} javascript:alert(1) \u2028 mallory'


def _booked(database: Database, signed_in: SignedIn) -> tuple[Scene, str]:
    scene = stage(database)
    answer = signed_in(scene.bob).send(scene.page, {"need": "SAS or SARL?", "theme": "droit"}, page=scene.page)
    return scene, answer.location


def _texts(database: Database) -> list[ThreadMessage]:
    with database.reading() as db:
        return list(db.scalars(select(ThreadMessage).order_by(ThreadMessage.id)))


def test_each_writes_and_both_read(database: Database, signed_in: SignedIn) -> None:
    scene, page = _booked(database, signed_in)
    answer = signed_in(scene.bob).send(f"{page}/words", {"text": "See you on Wednesday"}, page=page)
    assert (answer.status_code, answer.location) == (303, f"{page}#thread")
    signed_in(scene.alice).send(f"{page}/words", {"text": "Avec plaisir"}, page=page)
    for who in (scene.alice, scene.bob):
        words = signed_in(who).get(page).text
        assert "See you on Wednesday" in words
        assert "Avec plaisir" in words
        assert "@example.org" not in words


@pytest.mark.parametrize("path", ["/words", "/read-first", "/solved"])
def test_nobody_else_writes_there_or_reads(database: Database, signed_in: SignedIn, path: str) -> None:
    scene, page = _booked(database, signed_in)
    with database.writing() as db:
        odile = people.member(db, "Odile", administrator=True, mentee=False)
        dora = people.mentor(db, "Dora")
    signed_in(scene.bob).send(f"{page}/words", {"text": "Secret"}, page=page)
    for who in (scene.charlie, odile, dora):
        assert signed_in(who).send(page + path, {"text": "Hello"}, page="/me/notifications").status_code == 404
        assert signed_in(who).get(page).status_code == 404
    assert [each.text for each in _texts(database)] == ["Secret"]


def test_whatever_is_typed_ends_as_text(database: Database, signed_in: SignedIn) -> None:
    scene, page = _booked(database, signed_in)
    alice = signed_in(scene.alice)
    for path in ("/words", "/read-first"):
        assert alice.send(page + path, {"text": NASTY}, page=page).status_code == 303
    words = signed_in(scene.bob).get(page).text
    assert "<script>alert(1)" not in words
    assert words.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 2
    assert "{{ 7*7 }}" in words
    assert 'href="javascript' not in words


def test_a_link_to_read_first_can_be_tapped_and_tells_nobody_where_from(
    database: Database, signed_in: SignedIn
) -> None:
    scene, page = _booked(database, signed_in)
    signed_in(scene.alice).send(f"{page}/read-first", {"text": "See https://example.org/a?b=1&c=2"}, page=page)
    words = signed_in(scene.bob).get(page).text
    assert "To read beforehand" in words
    assert 'href="https://example.org/a?b=1&amp;c=2"' in words
    link = words[words.index("https://example.org/a") - 9 :].partition(">")[0]
    assert "noopener" in link
    assert "noreferrer" in link


@pytest.mark.parametrize("path", ["/words", "/read-first", "/solved"])
def test_what_cannot_be_taken_stays_in_its_field(database: Database, signed_in: SignedIn, path: str) -> None:
    scene, page = _booked(database, signed_in)
    before = effects(database)
    answer = signed_in(scene.alice).send(page + path, {"text": "abc" * 700}, page=page)
    assert answer.status_code == 422
    assert "abc" * 700 in answer.text
    assert "2000" in answer.text
    assert (effects(database), _texts(database)) == (before, [])


def test_two_lines_spare_the_hour_and_leave_a_way_to_another_one(database: Database, signed_in: SignedIn) -> None:
    scene, page = _booked(database, signed_in)
    answer = signed_in(scene.alice).send(f"{page}/solved", {"text": "A SAS, article 12."}, page=page)
    assert answer.status_code == 303
    (booking,) = bookings(database)
    assert (booking.status, booking.solved_at is not None) == (BookingStatus.CANCELLED, True)
    words = signed_in(scene.bob).get(page).text
    assert "Answered in writing" in words
    assert "A SAS, article 12." in words
    assert f"/mentors/{scene.alice.id}?need=SAS+or+SARL%3F&amp;theme=droit" in words
    assert "This hour was cancelled" not in words
    assert signed_in(scene.bob).send(f"{page}/words", {"text": "Thank you"}, page=page).status_code == 303


def test_the_form_that_spares_the_hour_is_there_until_two_hours_before(
    database: Database, signed_in: SignedIn, clock: Clock
) -> None:
    scene, page = _booked(database, signed_in)
    clock.at = NINE - timedelta(hours=2)
    alice = signed_in(scene.alice)
    assert "/solved" in alice.get(page).text
    assert "/solved" not in signed_in(scene.bob).get(page).text
    clock.at += timedelta(seconds=1)
    assert "/solved" not in alice.get(page).text
    answer = alice.send(f"{page}/solved", {"text": "Article 12"}, page=page)
    assert answer.status_code == 422
    assert "moins de deux heures" in answer.text
    assert "Article 12" in answer.text
    assert bookings(database)[0].status == BookingStatus.CONFIRMED


def test_a_month_after_the_hour_nothing_more_is_written(database: Database, signed_in: SignedIn, clock: Clock) -> None:
    scene, page = _booked(database, signed_in)
    signed_in(scene.bob).send(f"{page}/words", {"text": "See you"}, page=page)
    clock.at = NINE + timedelta(hours=1, days=30)
    bob = signed_in(scene.bob)
    words = bob.get(page).text
    assert "See you" in words
    assert "/words" not in words
    assert bob.send(f"{page}/words", {"text": "Late"}, page="/me/notifications").status_code == 409


def test_looking_marks_nothing_as_read(database: Database, signed_in: SignedIn) -> None:
    scene, page = _booked(database, signed_in)
    signed_in(scene.bob).send(f"{page}/words", {"text": "See you"}, page=page)
    before = effects(database)
    signed_in(scene.alice).get(page)
    assert effects(database) == before
