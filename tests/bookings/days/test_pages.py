"""The pages of a day: offered, seen by theme and by mentor, asked for, answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.service.days.offering import offer_day
from flashmeet.core.database.session import Database
from flashmeet.core.settings.entries import LONGEST_DAY_SESSION
from flashmeet.core.settings.service import change_setting
from flashmeet.identity.models import Member
from flashmeet.themes.service import create_theme
from tests import people
from tests.bookings.days.conftest import said
from tests.browsers import Browser
from tests.pages import app, client, clock, compiled, signed_in
from tests.people import NOW
from tests.scene import bookings, effects

__all__ = ["app", "client", "clock", "compiled", "signed_in"]

SignedIn = Callable[[Member | int], Browser]


class Stage:
    def __init__(self, database: Database) -> None:
        self.database = database
        with database.writing() as db:
            self.karim = people.mentor(db, "Karim", mentee=False, locale="en").id
            self.bob = people.member(db, "Bob", tzid="America/New_York", locale="en").id
            self.dora = people.member(db, "Dora", locale="en").id

    def offered(self, **more: Any) -> str:
        with self.database.writing() as db:
            return f"/days/{offer_day(db, db.get_one(Member, self.karim), said(**more), now=NOW).id}"

    def days(self) -> list[DayOffer]:
        with self.database.reading() as db:
            return list(db.scalars(select(DayOffer).order_by(DayOffer.id)))


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage(database)


def form(**more: Any) -> dict[str, Any]:
    return {
        "theme": "droit",
        "date": "2026-12-10",
        "start": "09:00",
        "end": "17:00",
        "break_start": ["12:30", "", ""],
        "break_end": ["13:30", "", ""],
        "mode": "on_site",
        "place": "Palais de justice, Lyon",
        "programme": "<b>Matin</b> : audience",
        **more,
    }


def test_a_mentor_offers_changes_and_withdraws_a_day(stage: Stage, signed_in: SignedIn) -> None:
    karim = signed_in(stage.karim)
    assert karim.send("/me/days", form(), page="/me/days").status_code == 303
    (day,) = stage.days()
    assert (day.date, day.breaks, day.place) == (date(2026, 12, 10), [[750, 810]], "Palais de justice, Lyon")
    assert "can be requested" in karim.get("/me/days").text
    page = f"/me/days/{day.id}"
    assert 'value="12:30"' in karim.get(page).text
    assert karim.send(page, form(mode="video", end="16:00"), page=page).status_code == 303
    assert stage.days()[0].end_minute == 16 * 60
    assert karim.send(f"{page}/withdraw", page="/me/days").status_code == 303
    assert "You are not offering any days right now" in karim.get("/me/days").text
    assert karim.get(page).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"date": "demain"}, "We could not read this date"),
        ({"date": "2026-12-02"}, "must be between 2026-12-04"),
        ({"end": "08:00"}, "must come after the start"),
        ({"start": "06:00", "end": "21:00"}, "must be between 2 h and 12 h"),
        ({"break_start": ["08:00", "", ""]}, "Breaks must fall within the day"),
        ({"days": "2"}, "must be between 1 and 1"),
        ({"place": " "}, "Fill in “"),
        ({"programme": ""}, "is still empty"),
        ({"theme": "poésie"}, "no theme called"),
    ],
)
def test_a_form_keeps_what_was_typed_and_says_what_stands_in_its_way(
    stage: Stage, signed_in: SignedIn, wrong: dict[str, Any], words: str
) -> None:
    karim = signed_in(stage.karim)
    answer = karim.send("/me/days", form(**wrong), page="/me/days")
    assert answer.status_code == 422
    assert words in answer.text
    assert stage.days() == []
    assert "Palais de justice" in answer.text or "place" in wrong


def test_several_days_can_be_offered_where_the_administrator_allows_it(stage: Stage, signed_in: SignedIn) -> None:
    karim = signed_in(stage.karim)
    assert 'name="days"' not in karim.get("/me/days").text
    with stage.database.writing() as db:
        change_setting(db, LONGEST_DAY_SESSION, 3, by_id=stage.karim, now=NOW)
    assert karim.send("/me/days", form(days="3"), page="/me/days").status_code == 303
    words = signed_in(stage.dora).get(f"/days/{stage.days()[0].id}").text
    assert "Thu 10 Dec, 09:00\u00a0– Sat 12 Dec, 17:00 (Paris)" in words
    assert "Each day: 09:00–\u206017:00 (Paris)" in words


def test_a_day_stands_under_its_theme_and_on_its_mentors_page(stage: Stage, signed_in: SignedIn) -> None:
    page, bob = stage.offered(), signed_in(stage.bob)
    assert page in bob.get("/search?theme=droit").text
    assert page not in bob.get("/search").text
    with stage.database.writing() as db:
        other = create_theme(db, names={"fr": "Poésie"}).slug
    assert page not in bob.get(f"/search?theme={other}").text
    assert page in bob.get(f"/mentors/{stage.karim}").text
    assert page not in signed_in(stage.karim).get("/search?theme=droit").text


def test_a_day_is_asked_for_once_and_answered_like_an_hour(stage: Stage, signed_in: SignedIn) -> None:
    page, bob = stage.offered(programme="<b>Matin</b> : audience"), signed_in(stage.bob)
    words = bob.get(page).text
    assert "Thu 10 Dec, 03:00–\u206011:00 (New York)" in words
    assert "Breaks: 12:30–\u206013:30 (Paris)" in words  # it is on site, where the clock of the place leads
    assert "&lt;b&gt;Matin" in words
    assert bob.send(page, {"need": " "}, page=page).status_code == 422
    assert bookings(stage.database) == []
    first = bob.send(page, {"need": "Voir une audience"}, page=page)
    again = bob.send(page, {"need": "Voir une audience"}, page="/me/notifications")
    (booking,) = bookings(stage.database)
    assert first.location == again.location == f"/bookings/{booking.id}"
    dora = signed_in(stage.dora)
    assert "Someone has requested this day" in dora.get(page).text
    assert dora.send(page, {"need": "Moi aussi"}, page="/me/notifications").status_code == 409
    karim = signed_in(stage.karim)
    assert "Programme" in karim.get(first.location).text or "Plan for the day" in karim.get(first.location).text
    karim.send(f"{first.location}/answer", {"answer": "accept"}, page=first.location)
    assert "This day is taken" in dora.get(page).text
    words = bob.get(first.location).text
    assert "A day with Karim Exemple" in words
    assert "Palais de justice, Lyon" in words
    assert "/move" not in words.partition("<main")[2]


def test_a_day_cannot_be_moved_from_its_page(stage: Stage, signed_in: SignedIn) -> None:
    page, bob = stage.offered(), signed_in(stage.bob)
    there = bob.send(page, {"need": "Voir une audience"}, page=page).location
    for answer in (
        bob.get(f"{there}/move"),
        bob.send(f"{there}/move", {"starts_at": "20261211T0800Z"}, page="/me/notifications"),
    ):
        assert answer.status_code == 409
        assert "A day keeps its date" in answer.text


def test_looking_at_a_day_changes_nothing(stage: Stage, signed_in: SignedIn) -> None:
    page, bob = stage.offered(), signed_in(stage.bob)
    before = effects(stage.database)
    for path in (page, f"{page}?need=Bonjour"):
        assert bob.get(path).status_code == 200
    assert (effects(stage.database), bookings(stage.database)) == (before, [])


def test_what_was_typed_is_kept_through_signing_in(stage: Stage, client: Browser) -> None:
    page = stage.offered()
    answer = client.send(page, {"need": "Voir une audience"})
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")
    client.sign_in(stage.bob)
    assert "Voir une audience" in client.get(page).text
