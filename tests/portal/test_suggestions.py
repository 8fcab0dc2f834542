"""What a search offers beyond hours: people, being told, a missing theme; and what a mentor is told (F3, F8, F9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.booking_facts import Relation
from flashmeet.themes.adapters.understanding import understanding
from flashmeet.themes.models import Theme, ThemeProposal, UnmetNeed
from tests import people
from tests.browsers import Browser, Clock
from tests.scene import HOURLY, stage

SignedIn = Callable[[Member | int], Browser]
EMPTY = "/search?theme=droit&after=22:00&before=23:00"


def unmet(database: Database) -> list[UnmetNeed]:
    with database.reading() as db:
        return list(db.scalars(select(UnmetNeed)))


def test_people_are_suggested_with_reasons_and_their_soonest_hour_and_can_be_dismissed(
    database: Database, signed_in: SignedIn
) -> None:
    scene = stage(database)
    bob = signed_in(scene.bob)
    page = "/search?need=bylaws"
    words = bob.get(page).text
    assert "People who can help you with this" in words
    assert "helps with this theme\u00a0· has done something close to it\u00a0· free soon" in words
    soonest = f"/book/{scene.alice.id}/20261201T1200Z?need=bylaws&amp;theme=droit"  # 7:00 in the reader's New York
    assert f'class="chip chip-words" href="{soonest}' in words
    answer = bob.send(f"/search/dismiss/{scene.alice.id}", {"next": page}, page=page)
    assert answer.location == page
    assert "People who can help you" not in bob.get(page).text
    assert "Alice" in bob.get(page).text


def test_me_suggests_people_to_a_mentee(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    words = signed_in(scene.bob).get("/me").text
    assert "People who could help you" in words and "Alice Exemple" in words


@pytest.mark.skipif(understanding().name == "words", reason="the extra is not installed")
def test_me_puts_first_who_has_done_what_the_last_need_was_about_and_says_what(
    database: Database, signed_in: SignedIn
) -> None:
    scene = stage(database)
    line = "J’ai défendu cent salariés licenciés devant les prud’hommes"
    with database.writing() as db:
        for number in range(4):
            people.mentor(db, f"M{number}", policy=HOURLY).offers[0].proof = "Dix ans de contrats commerciaux"
        people.mentor(db, "Salma", policy=HOURLY).offers[0].proof = line
    need = {"need": "Mon patron m’a viré sans préavis", "theme": "droit", "mode": "video"}
    answer = signed_in(scene.bob).send(scene.page, need)
    assert answer.status_code == 303
    words = signed_in(scene.bob).get("/me").text
    there = words[words.index('class="suggestions"') :]
    assert there.index("Salma") < there.index("M0") if "M0" in there else "Salma" in there
    assert f'<span class="quiet small">has done:</span> <span class="hour-proof">{line}' in there
    assert signed_in(scene.bob).get("/me").text.count("has done:") == words.count("has done:")


def test_a_search_without_result_is_counted_once_a_day(database: Database, signed_in: SignedIn, clock: Clock) -> None:
    scene = stage(database)
    bob = signed_in(scene.bob)
    for _ in range(2):
        bob.get(EMPTY)
    bob.get("/search?theme=droit")
    bob.get("/search?need=weather&after=22:00&before=23:00")
    assert [(row.member_id, row.cause, row.tell_at) for row in unmet(database)] == [(scene.bob.id, "search", None)]
    clock.move(days=1)
    bob.get(EMPTY)
    assert len(unmet(database)) == 2


def test_a_visitors_search_is_not_counted(database: Database, client: Browser) -> None:
    stage(database)
    client.get(EMPTY)
    assert unmet(database) == []


def test_who_finds_nothing_can_ask_to_be_told(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    bob = signed_in(scene.bob)
    assert "Tell me when an hour opens" in bob.get(EMPTY).text
    answer = bob.send("/search/tell", {"theme": "droit", "after": "22:00", "before": "23:00"}, page=EMPTY)
    assert answer.location == "/search?theme=droit&after=22%3A00&before=23%3A00"
    words = bob.get(EMPTY).text
    assert "We will email you" in words and "Tell me when an hour opens" not in words
    assert [row.tell_at is None for row in unmet(database)] == [False]
    assert bob.send("/search/tell", {"theme": "alchemy"}, page=EMPTY).status_code == 422


def test_a_theme_that_is_missing_can_be_proposed_without_the_question(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    bob = signed_in(scene.bob)
    page = "/search?need=my+secret+question"
    assert "Is a theme missing?" in bob.get(page).text
    answer = bob.send("/search/propose", {"need": "my secret question", "proposal": "Sailing"}, page=page)
    assert "the administrator sees what is missing" in bob.get(answer.location).text
    with database.reading() as db:
        assert db.scalars(select(ThemeProposal.text)).all() == ["Sailing"]


def test_a_search_asks_for_a_peer_and_says_when_the_year_is_missing(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database, bob={"graduation_year": 2010})
    with database.writing() as db:
        people.mentor(db, "Dora", policy=HOURLY, graduation_year=2012)
    words = signed_in(scene.bob).get("/search?theme=droit&relation=peer").text
    assert "Dora" in words and "Alice" not in words and "matches who you asked for" in words
    assert "do not know yours" in signed_in(scene.charlie).get("/search?relation=reverse").text


def test_a_mentor_is_told_which_field_is_missing_and_why_they_come_later(
    database: Database, signed_in: SignedIn
) -> None:
    with database.writing() as db:
        silent = people.member(db, "Silent", mentor=True, locale="en")
        proofless = people.mentor(db, "Proofless", policy=HOURLY, locale="en")
        proofless.offers[0].proof = ""
        mute = people.mentor(db, "Mute", policy=HOURLY, locale="en", languages=[])
        stale = people.mentor(db, "Stale", policy=HOURLY, locale="en")
        stale.created_at = people.NOW - timedelta(days=366)
        fresh = people.mentor(db, "Fresh", policy=HOURLY, locale="en")
    said = {
        silent: "without a theme nobody can find you",
        proofless: "None of your themes has a line yet that says why you",
        mute: "A language is missing.",
        stale: "others are suggested first",
    }
    for who, words in said.items():
        page = signed_in(who).get("/me").text
        assert words in page
        assert [other in page for other in said.values()].count(True) == 1
    assert not any(words in signed_in(fresh).get("/me").text for words in said.values())


def test_an_hour_on_site_or_by_phone_is_booked_with_place_or_number(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database, bob={"phone": "+33639980001", "graduation_year": 2020})
    bob, alice = signed_in(scene.bob), signed_in(scene.alice)
    brief = {"need": "SAS?", "theme": "droit"}
    page = bob.send(scene.page, {**brief, "mode": "on_site", "place": "Café des Arts"}, page=scene.page).location
    assert "Where: Café des Arts" in bob.get(page).text
    alice.send(f"{page}/place", {"place": "Bibliothèque"}, page=page)
    assert "Where: Bibliothèque" in bob.get(page).text
    other = scene.page.replace("1700Z", "1500Z")
    page = bob.send(other, {**brief, "mode": "phone", "share_phone": "yes"}, page=other).location
    assert "+33639980001" in alice.get(page).text
    bob.send(f"{page}/phone", {"share": "no"}, page=page)
    assert "+33639980001" not in alice.get(page).text
    bob.send(f"{page}/relation", {"relation": "reverse"}, page=page)
    with database.reading() as db:
        assert db.scalars(select(Booking.relation).order_by(Booking.id)).all() == [None, Relation.REVERSE]
    assert 'aria-pressed="true">Inversé' in alice.get(page).text


def test_a_regulated_theme_says_at_booking_in_french_what_the_hour_is_not(
    database: Database, signed_in: SignedIn
) -> None:
    scene = stage(database, bob={"locale": "fr"})
    with database.writing() as db:
        db.scalars(select(Theme)).one().regulated = True
    assert "Échange entre pairs, pas une consultation." in signed_in(scene.bob).get(scene.page).text


def test_the_help_page_explains_five_forms_in_two_sentences_each(client: Browser) -> None:
    for language, word in (("en", "mentoring"), ("fr", "mentorat")):
        words = client.get("/help", headers={"Accept-Language": language}).text
        explained = words.split("<dl", 1)[1].split("</dl>")[0]
        assert explained.count("<dt>") == 5 and explained.count(word) >= 5
        assert [each.count(". ") for each in explained.split("<dd>")[1:]] == [1] * 5
