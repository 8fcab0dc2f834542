"""Every policy has its page: what it does, what it is, who changed it; and what is decided holds at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.core.settings.entries import ENTRIES, LATE_CANCEL_HOURS, NOTICE, PER_MONTH
from flashmeet.core.settings.policies import Confirm
from flashmeet.core.settings.service import decide, history_of, network_settings, present_values, setting
from flashmeet.identity.models import Member
from flashmeet.messages.rendering.renderer import Renderer
from flashmeet.rooms.service.room import find_door
from tests import people
from tests.browsers import Browser
from tests.messages.adapters.samples import outgoing, session_payload
from tests.scene import HOURLY, bookings, stage

SignedIn = Callable[[Member | int], Browser]


@pytest.fixture
def odile(database: Database) -> Member:
    with database.writing() as db:
        return people.member(db, "Odile", administrator=True, mentee=False, locale="fr")


@pytest.fixture
def browser(odile: Member, signed_in: SignedIn) -> Browser:
    return signed_in(odile)


def test_every_policy_has_a_page_with_its_default_and_its_effect(browser: Browser) -> None:
    listed = browser.get("/admin/settings").get_data(as_text=True)
    for entry in ENTRIES:
        assert f'href="/admin/settings/{entry.key}"' in listed
        page = browser.get(f"/admin/settings/{entry.key}")
        assert page.status_code == 200
        assert "Personne encore" in page.get_data(as_text=True)
    assert browser.get("/admin/settings/nothing").status_code == 404


def test_a_decision_holds_and_says_who_made_it(browser: Browser, database: Database) -> None:
    answer = browser.send("/admin/settings/late_cancel_hours", {"value": "48"})
    assert answer.location == "/admin/settings/late_cancel_hours?saved=1"
    page = browser.get("/admin/settings/late_cancel_hours").get_data(as_text=True)
    assert "Odile Exemple" in page and "de « 1 jour » à « 2 jours »" in page
    with database.reading() as db:
        assert setting(db, LATE_CANCEL_HOURS) == 48
    browser.send("/admin/settings/late_cancel_hours", {"default": "yes"})
    with database.reading() as db:
        assert setting(db, LATE_CANCEL_HOURS) == 24
        assert [(row.before, row.after) for row in history_of(db, "late_cancel_hours")] == [
            ({"is": 48}, None),
            ({"is": 24}, {"is": 48}),
        ]


def test_what_changes_nothing_is_no_change(browser: Browser, database: Database) -> None:
    browser.send("/admin/settings/late_cancel_hours", {"value": "24"})
    with database.reading() as db:
        assert history_of(db, "late_cancel_hours") == []


def test_what_cannot_be_is_refused_with_what_was_typed(browser: Browser, database: Database) -> None:
    answer = browser.send("/admin/settings/room_opens_before", {"value": "500"})
    page = answer.get_data(as_text=True)
    assert (answer.status_code, 'value="500"' in page, "de 0 à 120" in page) == (422, True, True)
    faint = browser.send("/admin/settings/accent", {"value": "#ffcc00"})
    assert (faint.status_code, "son contraste est de 1.4" in faint.get_data(as_text=True)) == (422, True)
    with database.reading() as db:
        assert network_settings(db).room.opens_before == 15


def test_the_first_language_stays_among_those_of_the_pages(browser: Browser, database: Database) -> None:
    assert browser.send("/admin/settings/languages", {"value": "en"}).status_code == 422
    browser.send("/admin/settings/locale", {"value": "en"})
    assert browser.send("/admin/settings/languages", {"value": "en"}).status_code == 303
    assert browser.send("/admin/settings/locale", {"default": "yes"}).status_code == 422
    with database.reading() as db:
        assert (network_settings(db).locale, list(network_settings(db).locales)) == ("en", ["en"])


def test_a_country_is_chosen_by_its_name_among_those_that_there_are(browser: Browser, database: Database) -> None:
    page = browser.get("/admin/settings/country").get_data(as_text=True)
    assert '<option value="FR" selected>France</option>' in page
    assert page.index(">Allemagne<") < page.index(">Belgique<") < page.index(">États-Unis<") < page.index(">Suisse<")
    assert browser.send("/admin/settings/country", {"value": "BE"}).status_code == 303
    assert browser.send("/admin/settings/country", {"value": "XX"}).status_code == 422
    with database.reading() as db:
        assert network_settings(db).country == "BE"


def test_new_mentors_start_from_what_was_decided(browser: Browser, database: Database) -> None:
    browser.send("/admin/settings/policy.per_month", {"value": ""})
    browser.send("/admin/settings/policy.notice_minutes", {"value": "2880"})
    with database.reading() as db:
        policy = network_settings(db).policy
        assert (policy.per_month, policy.notice_minutes, policy.per_day) == (None, 2880, 1)


def test_a_policy_that_was_decided_whole_is_read_field_by_field(database: Database) -> None:
    with database.writing() as db:
        decide(db, "policy", {"notice_minutes": 60, "per_month": 8})
        decide(db, "policy.per_month", 4)
        assert (setting(db, NOTICE), setting(db, PER_MONTH)) == (60, 4)
        policy, values = network_settings(db).policy, present_values(db)
        assert (policy.notice_minutes, policy.per_month) == (60, 4)
        assert (values["policy.notice_minutes"], values["policy.per_month"]) == (60, 4)


def test_rooms_open_and_close_when_it_was_decided(database: Database, browser: Browser, links: Links) -> None:
    scene = stage(database)
    with database.writing() as db:
        start = datetime(2026, 12, 9, 17, tzinfo=UTC)
        wish = BookingRequest(mentor_id=scene.alice.id, starts_at=start, theme="droit", need="Mes statuts")
        bob = db.get_one(Member, scene.bob.id)
        seat = book_slot(db, bob, wish, links=links, now=people.NOW).seat_of(bob.id)
        token = links.join_token(seat.id, seat.nonce)
    browser.send("/admin/settings/room_opens_before", {"value": "5"})
    browser.send("/admin/settings/room_closes_after", {"value": "0"})
    with database.reading() as db:

        def state(minutes: float) -> str:
            at = start + timedelta(minutes=minutes)
            return find_door(db, token, viewer_id=None, links=links, now=at).state

        assert [state(minutes) for minutes in (-5.1, -5, 59.9, 60)] == ["early", "open", "open", "late"]


def test_working_days_to_answer_are_the_networks(database: Database, browser: Browser, signed_in: SignedIn) -> None:
    scene = stage(database, policy=replace(HOURLY, confirm=Confirm.ASK))
    browser.send("/admin/settings/answer_days", {"value": "1"})
    signed_in(scene.bob).send(scene.page, {"need": "Mes statuts", "theme": "droit"}, page=scene.page)
    [booking] = bookings(database)
    assert booking.answer_due_at == datetime(2026, 12, 2, 11, tzinfo=UTC)


WORDS = {"value_fr": "parrain, parrains", "value_en": "guide, guides"}


def test_words_are_the_networks_on_pages_in_refusals_and_in_mails(
    database: Database, browser: Browser, signed_in: SignedIn
) -> None:
    scene = stage(database)
    browser.send("/admin/settings/word.mentor", WORDS)
    browser.send("/admin/settings/word.meeting", {"value_fr": "Heure utile", "value_en": "Useful hour"})
    browser.send("/admin/settings/name", {"value": "Alumni Exemple"})
    page = browser.get("/admin").get_data(as_text=True)
    assert "parrain" in page and "mentor " not in page.replace("/mentor", "")
    assert "Alumni Exemple" in page
    assert "Useful hour" in signed_in(scene.bob).get("/").get_data(as_text=True)
    refused = signed_in(scene.bob).get("/api/v1/slots?theme=nothing").get_json()
    assert refused["code"] == "unknown_theme"
    late = signed_in(scene.bob).send(f"/book/{scene.alice.id}/20261201T0300Z", {"need": "x", "theme": "droit"})
    assert "guide" in late.get_data(as_text=True)
    with database.reading() as db:
        settings = network_settings(db)
    writer = Renderer(Links("http://localhost", "s" * 40), "a@example.org", settings.name, lambda: settings)
    mail = writer.mail(outgoing("not_taken", session_payload(action="declined", role="mentee"), locale="fr"))
    assert "parrain" in mail.text
    assert "mentor" not in mail.text


def test_colours_of_the_network_take_the_place_of_ours(browser: Browser, client: Browser) -> None:
    assert "look.css" not in client.get("/").get_data(as_text=True)
    browser.send("/admin/settings/accent", {"value": "#0B5394"})
    assert '"/look.css?v=0b5394-ff9f73"' in client.get("/").get_data(as_text=True)
    sheet = client.get("/look.css?v=0b5394-ff9f73")
    assert "--accent: #0b5394;" in sheet.get_data(as_text=True)
    assert (sheet.mimetype, sheet.headers["Cache-Control"]) == ("text/css", "public, max-age=86400")


def test_with_one_language_there_is_nothing_to_switch(browser: Browser, client: Browser) -> None:
    browser.send("/admin/settings/languages", {"value": "fr"})
    page = client.get("/", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert '<html lang="fr">' in page
    assert 'name="locale"' not in page


def test_a_calendar_says_what_an_hour_is_called_here_in_the_mail_and_in_the_file_alike(
    database: Database, browser: Browser, signed_in: SignedIn
) -> None:
    scene = stage(database)
    browser.send("/admin/settings/word.meeting", {"value_fr": "Heure utile", "value_en": "Useful hour"})
    bob = signed_in(scene.bob)
    bob.send(scene.page, {"need": "Mes statuts", "theme": "droit"}, page=scene.page)
    [booking] = bookings(database)
    file = bob.get(f"/api/v1/bookings/{booking.id}.ics").get_data(as_text=True).replace("\r\n ", "")
    assert f"DESCRIPTION:Mes statuts\\n\\nUseful hour · http://localhost/bookings/{booking.id}" in file
    with database.reading() as db:
        settings = network_settings(db)
    writer = Renderer(Links("http://localhost", "s" * 40), "a@example.org", settings.name, lambda: settings)
    invite = writer.mail(outgoing("invite", session_payload(), locale="fr")).invite
    assert invite is not None
    assert "Heure utile · " in invite.description


def test_a_policy_says_whom_it_reaches_and_offers_to_reach_everybody(
    browser: Browser, odile: Member, database: Database
) -> None:
    stage(database, policy=replace(HOURLY, horizon_days=20))
    with database.writing() as db:
        db.get_one(Member, odile.id).locale = "en"
    here = "/admin/settings/policy.horizon_days"
    page = browser.get(here).get_data(as_text=True)
    assert "Applies to new mentors." in page and "1 mentor has another value" in page
    asked = browser.get(f"{here}/everybody").get_data(as_text=True)
    assert "1 mentor has another value today, and gets one email" in asked
    there = browser.send(f"{here}/everybody", {}).location
    assert there == f"{here}?reached=1"
    after = browser.get(there).get_data(as_text=True)
    assert "1 mentor has this value now, and is told." in after and "has another value" not in after
    assert "Applies to everyone from now on" in browser.get("/admin/settings/answer_days").get_data(as_text=True)
    assert browser.get("/admin/settings/answer_days/everybody").status_code == 404
