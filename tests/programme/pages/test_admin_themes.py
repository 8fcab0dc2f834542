"""Odile keeps the themes, sees the balance, and asks people to help (F2, F3)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.identity.service.tokens import create_token
from flashmeet.messages.models import OutboxMessage
from flashmeet.schedule.service.waitlist import propose_theme, record_unmet_need
from flashmeet.themes.models import Theme
from flashmeet.themes.rules.changes import UnmetCause
from tests import people
from tests.browsers import Browser
from tests.databases import statements_of
from tests.people import NOW
from tests.scene import HOURLY, stage

SignedIn = Callable[[Member | int], Browser]
FIRMS = {"name_fr": "Sociétés", "name_en": "Firms", "synonyms_fr": "SARL, statuts de SAS", "examples_en": "Which form?"}
PAGE = "/admin/themes"


@pytest.fixture
def odile(database: Database) -> Member:
    with database.writing() as db:
        return people.member(db, "Odile", administrator=True, mentee=False, locale="en")


def theme(database: Database, slug: str) -> Theme:
    with database.reading() as db:
        return db.scalars(select(Theme).where(Theme.slug == slug)).one()


def test_an_empty_network_starts_with_eight_themes_in_one_click(
    database: Database, odile: Member, signed_in: SignedIn
) -> None:
    browser = signed_in(odile)
    assert "8 starter themes are missing" in browser.get(PAGE).text
    assert browser.send(f"{PAGE}/starter", page=PAGE).location == PAGE
    words = browser.get(PAGE).text
    assert words.count('class="theme-title"') == 8
    assert "fewer than 3 mentors" in words
    assert "Law" in words and "regulated" in words


def test_a_theme_is_opened_and_renamed_per_language(database: Database, odile: Member, signed_in: SignedIn) -> None:
    browser = signed_in(odile)
    answer = browser.send(PAGE, FIRMS, page=PAGE)
    made = theme(database, "societes")
    assert answer.location == f"{PAGE}/{made.id}?saved=1"
    assert (made.synonyms, made.examples["en"]) == ({"fr": ["SARL", "statuts de SAS"]}, ["Which form?"])
    browser.send(answer.location.split("?")[0], {**FIRMS, "name_en": "Companies", "regulated": "yes"}, page=PAGE)
    changed = theme(database, "societes")
    assert (changed.names["en"], changed.regulated) == ("Companies", True)
    words = browser.get(f"{PAGE}/{made.id}").text
    assert "changed" in words and "created" in words and "Odile Exemple" in words


def test_what_cannot_be_is_said_and_what_was_typed_stays(
    database: Database, odile: Member, signed_in: SignedIn
) -> None:
    browser = signed_in(odile)
    answer = browser.send(PAGE, {**FIRMS, "name_en": ""}, page=PAGE)
    assert (answer.status_code, "Fill in “Name in English”" in answer.text) == (422, True)
    assert 'value="Sociétés"' in answer.text
    for empty in ("", "!"):
        page = browser.send(PAGE, {**FIRMS, "name_en": empty}, page=PAGE).text
        assert (page.count('aria-invalid="true"'), page.count('id="field-name_en-problem"')) == (1, 1)
    browser.send(PAGE, FIRMS, page=PAGE)
    again = browser.send(PAGE, FIRMS, page=PAGE)
    assert (again.status_code, "There is already a theme called “Sociétés”" in again.text) == (422, True)


def test_the_ninth_theme_warns_and_the_thirteenth_asks_again(
    database: Database, odile: Member, signed_in: SignedIn
) -> None:
    browser = signed_in(odile)
    browser.send(f"{PAGE}/starter", page=PAGE)
    assert "beyond eight" in browser.get(PAGE).text
    for number in range(9, 13):
        answer = browser.send(PAGE, {"name_fr": f"Thème {number}", "name_en": f"Theme {number}"}, page=PAGE)
        assert answer.status_code == 303
    assert "12 themes are active" in browser.get(PAGE).text
    more = {"name_fr": "Treize", "name_en": "Thirteen"}
    asked = browser.send(PAGE, more, page=PAGE)
    assert (asked.status_code, "theme number 13" in asked.text, 'name="sure"' in asked.text) == (422, True, True)
    assert browser.send(PAGE, {**more, "sure": "yes"}, page=PAGE).status_code == 303


def test_every_word_that_is_typed_is_kept_or_all_are_refused(
    database: Database, odile: Member, signed_in: SignedIn
) -> None:
    browser = signed_in(odile)
    words = [f"mot {number}" for number in range(1, 201)]
    assert browser.send(PAGE, {**FIRMS, "synonyms_fr": ", ".join(words)}, page=PAGE).status_code == 303
    made = theme(database, "societes")
    assert made.synonyms["fr"] == words
    more = {**FIRMS, "synonyms_fr": ", ".join([*words, "un de plus"])}
    refused = browser.send(f"{PAGE}/{made.id}", more, page=f"{PAGE}/{made.id}")
    assert (refused.status_code, "un de plus" in refused.text) == (422, True)
    assert theme(database, "societes").synonyms["fr"] == words


def test_old_id_and_slug_of_a_merged_theme_work_in_page_and_api(
    app: Flask, database: Database, odile: Member, signed_in: SignedIn
) -> None:
    scene, browser = stage(database), signed_in(odile)
    browser.send(PAGE, FIRMS, page=PAGE)
    firms, law = theme(database, "societes"), theme(database, "droit")
    answer = browser.send(f"{PAGE}/{firms.id}/merge", {"into": str(law.id)}, page=PAGE)
    assert answer.location == f"{PAGE}/{law.id}?merged=1"
    assert browser.get(f"{PAGE}/{firms.id}").location == f"{PAGE}/{law.id}"
    with database.writing() as db:
        token = create_token(db, db.get_one(Member, scene.bob.id), read_only=False, now=NOW)
    headers = {"Authorization": f"Bearer {token}"}
    bob = signed_in(scene.bob)
    for old in (firms.id, "societes", "SARL"):
        assert "Alice" in bob.get(f"/search?theme={old}").text
        api = Browser(app).get(f"/api/v1/themes/{old}", headers=headers)
        assert (api.status_code, api.get_json()["id"]) == (200, law.id)
        slots = Browser(app).get(f"/api/v1/slots?theme={old}&limit=1", headers=headers).get_json()["slots"]
        assert [slot["mentor_id"] for slot in slots] == [scene.alice.id]
    assert browser.send(f"{PAGE}/{law.id}/merge", {"into": "x"}, page=PAGE).status_code == 422


def test_a_retired_theme_is_found_no_more_and_can_be_brought_back(
    database: Database, odile: Member, signed_in: SignedIn
) -> None:
    scene, browser = stage(database), signed_in(odile)
    law, bob = theme(database, "droit"), signed_in(scene.bob)
    browser.send(f"{PAGE}/{law.id}/retire", page=PAGE)
    assert bob.get("/search?theme=droit").status_code == 422
    assert "This theme is retired" in browser.get(f"{PAGE}/{law.id}").text
    browser.send(f"{PAGE}/{law.id}/restore", page=PAGE)
    assert "Alice" in bob.get("/search?theme=droit").text


def test_what_members_miss_is_offered_and_becomes_a_theme(
    database: Database, odile: Member, signed_in: SignedIn
) -> None:
    with database.writing() as db:
        for name in ("Bob", "Charlie"):
            propose_theme(db, people.member(db, name), "Énergie", now=NOW)
        propose_theme(db, people.member(db, "Dora"), "Voile", now=NOW)
    browser = signed_in(odile)
    words = browser.get(PAGE).text
    assert "2 people" in words
    link = re.search(r'href="(/admin/themes\?name=[^"#]+)', words)
    assert link is not None
    form = browser.get(link[1].replace("&amp;", "&")).text
    assert 'value="Énergie"' in form and 'name="term" value="energie"' in form
    browser.send(PAGE, {"name_fr": "Énergie", "name_en": "Energy", "term": "energie"}, page=PAGE)
    browser.send(f"{PAGE}/proposals", {"term": "voile"}, page=PAGE)
    assert "Suggested by members" not in browser.get(PAGE).text


def test_the_first_page_draws_the_balance_and_leads_to_who_could_help(
    database: Database, odile: Member, signed_in: SignedIn
) -> None:
    with database.writing() as db:
        law = people.law(db)
        for number in range(3):
            bob = people.member(db, f"Bob{number}", graduation_year=2026)
            record_unmet_need(db, bob, law.id, UnmetCause.SEARCH, now=NOW)
        lea = people.member(db, "Lea", headline="Juriste, droit des sociétés", graduation_year=2001)
    browser = signed_in(odile)
    words = browser.get("/admin").text
    assert '<svg class="balance-chart"' in words and 'class="bar-asked"' in words
    assert "3 hours requested, none open" in words
    page = f"{PAGE}/{law.id}"
    assert f'href="{page}#help"' in words
    assert "Lea Exemple" in browser.get(page).text
    for _ in range(2):
        assert browser.send(f"{page}/invite", {"member_id": str(lea.id)}, page=page).status_code == 303
    after = browser.get(page).text
    assert "Already invited" in after and f'value="{lea.id}"' not in after
    with database.reading() as db:
        assert db.scalars(select(OutboxMessage.kind)).all() == ["mentor_wanted"]


def test_who_is_invited_begins_to_give_in_two_clicks_and_waits_for_approval(
    database: Database, signed_in: SignedIn
) -> None:
    scene = stage(database)
    bob = signed_in(scene.bob)
    assert "Give an hour: Law" in bob.get("/give/droit").text
    assert bob.send("/give/droit", {"proof": " "}, page="/give/droit").status_code == 422
    assert bob.send("/give/droit", {"proof": "Dix ans de baux"}, page="/give/droit").location == "/me/availability"
    with database.reading() as db:
        member = db.get_one(Member, scene.bob.id)
        assert (member.mentor, member.approved) == (True, False)
        assert [offer.proof for offer in db.scalars(select(MentorTheme).filter_by(mentor_id=member.id))] == [
            "Dix ans de baux"
        ]
    assert bob.get("/give/alchemy").status_code == 404


def test_pages_cost_no_more_for_ten_times_as_many(database: Database, odile: Member, signed_in: SignedIn) -> None:
    scene, browser = stage(database), signed_in(odile)
    bob, law = signed_in(scene.bob), theme(database, "droit")
    pages = ((browser, "/admin"), (browser, PAGE), (browser, f"{PAGE}/{law.id}"), (bob, "/search?theme=droit"))
    statements = statements_of(database)

    def spent() -> list[int]:
        counts = []
        for who, path in pages:
            statements.clear()
            assert who.get(path).status_code == 200
            counts.append(len(statements))
        return counts

    with database.writing() as db:
        people.mentor(db, "Dora", policy=HOURLY)
    few = spent()
    with database.writing() as db:
        for number in range(20):
            people.mentor(db, f"Mentor{number}", policy=HOURLY)
            people.member(db, f"Lawyer{number}", headline="Droit", graduation_year=2000)
    assert [many <= before for many, before in zip(spent(), few, strict=True)] == [True] * len(pages)


def test_nobody_but_an_administrator_enters(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    law = theme(database, "droit")
    bob = signed_in(scene.bob)
    assert [bob.get(path).status_code for path in (PAGE, f"{PAGE}/{law.id}")] == [404, 404]
    for verb in ("", "/merge", "/retire", "/restore", "/invite"):
        assert bob.send(f"{PAGE}/{law.id}{verb}", {"into": "1"}).status_code == 404
    assert theme(database, "droit").active
