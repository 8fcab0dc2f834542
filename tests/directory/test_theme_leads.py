"""Who leads themes: what is given to them, what opens, what they may do, and what they are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.database.session import Database
from flashmeet.core.errors import Missing, UnknownTheme
from flashmeet.directory.rules.messages import OFFICE_CHANGED
from flashmeet.directory.service.offices import give_office
from flashmeet.http.admission.access import declared
from flashmeet.http.admission.rights import OF_THEMES
from flashmeet.identity.models import Member, MentorTheme, ThemeLead
from flashmeet.identity.queries import themes_led
from flashmeet.identity.rules import OfficeRole
from flashmeet.messages.models import OutboxMessage
from flashmeet.programme.models import Nudge
from flashmeet.programme.rules.messages import DIGEST
from flashmeet.programme.rules.to_do import digest_week
from flashmeet.programme.service.themes import merge_themes
from flashmeet.programme.service.to_do import send_digests
from flashmeet.requests.service.create import Asking, ask
from flashmeet.themes.models import Theme
from flashmeet.themes.service import create_theme
from tests import people
from tests.browsers import Browser
from tests.http.conftest import World, app, world
from tests.people import NOW

__all__ = ["app", "world"]
SignedIn = Callable[[Member | int], Browser]


def lead(db: Session, *themes: Theme, name: str = "Rita", locale: str = "en") -> Member:
    rita = people.member(db, name, locale=locale)
    give_office(db, rita, "themes", [theme.id for theme in themes], by=rita, now=NOW)
    return rita


def finance(db: Session) -> Theme:
    return create_theme(db, names={"fr": "Finance", "en": "Finance"}, synonyms={"fr": ["budget"]})


def test_no_address_of_another_theme_opens_to_a_lead(
    app: Flask, database: Database, world: World, signed_in: SignedIn
) -> None:
    with database.writing() as db:
        other = finance(db).id
        rita = lead(db, people.law(db))
    browser, tried = signed_in(rita), []
    for method in ("GET", "POST"):
        for rule, _ in world.paths(app, method):
            if rule.endpoint in OF_THEMES and "theme_id" in rule.arguments:
                path = world.path(rule, theme_id=other)
                answer = browser.get(path) if method == "GET" else browser.send(path)
                tried.append((rule.endpoint, answer.status_code))
    assert {endpoint for endpoint, _ in tried} == OF_THEMES - {"admin_themes.show"}
    assert {status for _, status in tried} == {403}
    assert all(declared(app, endpoint) == frozenset({"administrator"}) for endpoint in OF_THEMES)


def test_a_lead_sees_their_own_themes_and_no_link_that_would_be_refused(
    database: Database, signed_in: SignedIn
) -> None:
    with database.writing() as db:
        law, other = people.law(db), finance(db)
        alice = people.mentor(db)
        rita, law_id, other_id, alice_id = lead(db, law), law.id, other.id, alice.id
    browser = signed_in(rita)
    page = browser.get("/admin/themes").text
    assert (f"/admin/themes/{law_id}" in page, f"/admin/themes/{other_id}" in page) == (True, False)
    assert "Create a theme" not in page
    own = browser.get(f"/admin/themes/{law_id}").text
    assert "Alice Exemple" in own
    for closed in (
        f"/admin/members/{alice_id}",
        "/admin/nudges",
        "/merge",
        "/retire",
        'name="name_fr"',
        "/admin/cases",
    ):
        assert closed not in own
    assert 'href="/admin/themes"' in browser.get("/me").text


def test_a_lead_changes_the_words_of_a_theme_and_not_its_names(database: Database, signed_in: SignedIn) -> None:
    with database.writing() as db:
        law = people.law(db)
        law.regulated = True
        rita, path = lead(db, law), f"/admin/themes/{law.id}"
    browser = signed_in(rita)
    typed = {"synonyms_fr": "statuts, bail", "examples_en": "May I sublet?", "name_fr": "Autre", "name_en": "Other"}
    version = browser.get(path).text.partition('name="version" value="')[2].partition('"')[0]
    assert browser.send(path, {**typed, "version": version}).status_code == 303
    with database.reading() as db:
        law = db.scalars(select(Theme).where(Theme.slug == "droit")).one()
        assert (law.names, law.regulated) == ({"fr": "Droit", "en": "Law"}, True)
        assert (law.synonyms["fr"], law.examples["en"]) == (["statuts", "bail"], ["May I sublet?"])


def test_a_lead_approves_who_waits_in_their_theme_and_nobody_else(database: Database, signed_in: SignedIn) -> None:
    with database.writing() as db:
        law, other = people.law(db), finance(db)
        waits = people.mentor(db, "Nadia", approved=False)
        paused = people.mentor(db, "Paul", approved=False, held_at=NOW)
        stranger = people.member(db, "Sam", mentor=True, approved=False)
        stranger.offers.append(MentorTheme(theme_id=other.id))
        rita, path = lead(db, law), f"/admin/themes/{law.id}"
        ids = [waits.id, paused.id, stranger.id]
    browser = signed_in(rita)
    assert f"{path}/mentors/{ids[0]}/approve" in browser.get(path).text
    assert [browser.send(f"{path}/mentors/{each}/approve").status_code for each in ids] == [303, 404, 404]
    with database.reading() as db:
        assert [db.get_one(Member, each).approved for each in ids] == [True, False, False]


def test_a_lead_asks_the_mentors_without_an_open_hour_once_a_week(database: Database, signed_in: SignedIn) -> None:
    with database.writing() as db:
        people.mentor(db)
        idle = people.mentor(db, "Nadia", rules=())
        law, idle_id = people.law(db), idle.id
        rita, path = lead(db, law), f"/admin/themes/{law.id}"
    browser = signed_in(rita)
    assert f"{path}/ask" in browser.get(path).text
    first, second = browser.send(f"{path}/ask"), browser.send(f"{path}/ask")
    assert [each.headers["Location"].partition("?")[2] for each in (first, second)] == [
        "asked=1#mentors",
        "asked=0#mentors",
    ]
    with database.reading() as db:
        assert [nudge.member_id for nudge in db.scalars(select(Nudge))] == [idle_id]


def test_a_theme_says_who_waits_for_an_hour_and_never_what_they_need(database: Database, signed_in: SignedIn) -> None:
    with database.writing() as db:
        law = people.law(db)
        people.mentor(db)
        bob = people.member(db, "Bob")
        ask(db, bob, Asking(theme="droit", need="Un secret de famille", any_time=True), now=NOW)
        rita, path = lead(db, law), f"/admin/themes/{law.id}"
    browser = signed_in(rita)
    page = browser.get(path).text
    assert ("1 request waits for an hour" in page, "Bob Exemple" in page) == (True, True)
    assert "secret de famille" not in page


def test_whoever_gives_themes_is_told_what_follows_before_anything_is_given(
    office: Browser, database: Database, signed_in: SignedIn
) -> None:
    with database.writing() as db:
        rita, law, other = people.member(db, "Rita"), people.law(db), finance(db)
        waits = people.mentor(db, "Nadia", approved=False)
        assert waits.id
        where, themes = f"/admin/members/{rita.id}/office", [str(law.id), str(other.id)]
        rita_id = rita.id
    nothing = office.send(where, {"office": "themes"})
    assert (nothing.status_code, "led-themes" in nothing.text) == (422, True)
    asked = office.send(where, {"office": "themes", "led_themes": themes})
    assert (asked.status_code, "1 mentor" in asked.text) == (200, True)
    with database.reading() as db:
        assert db.get_one(Member, rita_id).office is None
    assert office.send(where, {"office": "themes", "led_themes": themes, "sure": "1"}).status_code == 303
    with database.reading() as db:
        assert themes_led(db, rita_id) == {int(each) for each in themes}
    assert signed_in(rita_id).get("/admin/themes").status_code == 200
    assert office.send(where, {"office": "reader"}).status_code == 303
    with database.reading() as db:
        assert themes_led(db, rita_id) == frozenset()


def test_a_lead_needs_a_theme_that_there_is(db: Session) -> None:
    bob = people.member(db, "Bob")
    with pytest.raises(Missing):
        give_office(db, bob, "themes", by=bob, now=NOW)
    with pytest.raises(UnknownTheme):
        give_office(db, bob, "themes", ["nowhere"], by=bob, now=NOW)
    assert bob.office is None


def test_who_is_named_is_told_once_what_they_lead_and_when_it_ends(db: Session) -> None:
    law, other, odile = people.law(db), finance(db), people.member(db, "Odile", administrator=True)
    bob = people.member(db, "Bob")
    for hour, (office, themes) in enumerate(
        [("themes", [law.id]), ("themes", [law.id]), ("themes", [law.id, other.id]), ("reader", []), ("", []), ("", [])]
    ):
        give_office(db, bob, office, themes, by=odile, now=NOW + timedelta(hours=hour))
    rows = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == OFFICE_CHANGED).order_by(OutboxMessage.due_at))
    assert [(row.payload["action"], [each["slug"] for each in row.payload["led"]]) for row in rows] == [
        ("themes", [law.slug]),
        ("themes", [law.slug, other.slug]),
        ("reader", []),
        ("none", []),
    ]
    assert {(row.recipient_id, row.payload["by_name"]) for row in rows} <= {(bob.id, odile.name)}


def test_who_leads_a_theme_leads_the_one_it_was_merged_into(db: Session) -> None:
    law, other, odile = people.law(db), finance(db), people.member(db, "Odile", administrator=True)
    rita = lead(db, other)
    merge_themes(db, other.id, law.id, by=odile, now=NOW)
    assert themes_led(db, rita.id) == {law.id, other.id}


def test_on_monday_a_lead_is_told_of_their_themes_alone(db: Session) -> None:
    law, other = people.law(db), finance(db)
    people.mentor(db, "Nadia", approved=False)
    stranger = people.member(db, "Sam", mentor=True, approved=False)
    stranger.offers.append(MentorTheme(theme_id=other.id))
    rita = lead(db, law)
    send_digests(db, now=digest_week(NOW + timedelta(days=7), rita.tzid).opens)
    mail = db.scalars(
        select(OutboxMessage).where(OutboxMessage.recipient_id == rita.id, OutboxMessage.kind == DIGEST)
    ).one()
    assert mail.payload["page"] == "/admin/themes"
    assert [(each["key"], each["count"], each["path"]) for each in mail.payload["things"]] == [
        ("waiting", 1, f"/admin/themes/{law.id}#mentors")
    ]


def test_the_themes_go_with_the_member(db: Session) -> None:
    rita = people.member(db, "Rita", office=OfficeRole.THEMES)
    db.add(ThemeLead(member_id=rita.id, theme_id=people.law(db).id))
    db.flush()
    db.delete(rita)
    db.flush()
    assert list(db.scalars(select(ThemeLead))) == []
