"""The list on `/setup`: what it says, what its buttons do, and whom it is for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.http.services import install, services_of
from flashmeet.identity.models import Member
from flashmeet.messages.channels.mail_records import MailRecords
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.people.rules.terms import Draft
from flashmeet.people.service.terms import announce_terms, withdraw_terms
from flashmeet.setup.adapters import Trials
from flashmeet.setup.models import ChannelTrial
from flashmeet.setup.rules.steps import StepKey, StepState, to_do
from flashmeet.setup.rules.trials import TRIALS
from flashmeet.setup.service.facts import Setup, setup_of
from flashmeet.themes.models import Theme
from flashmeet.themes.rules.understanding import ByWords
from flashmeet.themes.service import create_theme, recognised_theme
from tests import people
from tests.browsers import Browser
from tests.fakes.smtp import SmtpServer
from tests.people import NOW
from tests.people.pages.test_sign_in import ask, mailed_code

SignedIn = Callable[[Member | int], Browser]
Trying = Callable[..., SmtpServer]


@pytest.fixture
def odile(database: Database) -> Member:
    with database.writing() as db:
        return people.member(db, "Odile", administrator=True, mentee=False, locale="en")


def found(database: Database, config: Config, odile: Member) -> Setup:
    with database.reading() as db:
        return setup_of(db, config, db.get_one(Member, odile.id), now=NOW)


def state(setup: Setup, key: StepKey) -> tuple[StepState, str]:
    return next((each.state, each.said) for each in setup.steps if each.key == key)


def test_an_empty_network_is_told_everything_that_is_missing(database: Database, config: Config, odile: Member) -> None:
    left = {each.said for each in to_do(found(database, config, odile).steps)}
    assert left >= {"name.shipped", "contact.missing", "themes.none", "people.none", "mentors.none", "texts.unwritten"}


def test_mentors_count_once_they_can_be_booked(database: Database, config: Config, odile: Member) -> None:
    with database.writing() as db:
        people.mentor(db, "Alice")
        people.mentor(db, "Zoe", rules=())
        people.mentor(db, "Yann", approved=False)
    facts = found(database, config, odile).facts
    assert (facts.members, facts.mentors, facts.mentors_open, facts.themes_open) == (4, 2, 1, 1)


def test_terms_that_were_withdrawn_are_none(database: Database, config: Config, odile: Member) -> None:
    assert state(found(database, config, odile), StepKey.TERMS) == (StepState.TO_DO, "terms.missing")
    with database.writing() as db:
        by = db.get_one(Member, odile.id)
        announced = Draft(texts={"fr": "Soyez là."}, commitments=[], in_force_at=NOW + timedelta(days=30))
        version = announce_terms(db, announced, by=by, now=NOW).version
    assert state(found(database, config, odile), StepKey.TERMS) == (StepState.DONE, "terms.there")
    with database.writing() as db:
        withdraw_terms(db, version, now=NOW)
    assert state(found(database, config, odile), StepKey.TERMS) == (StepState.TO_DO, "terms.missing")


def test_the_page_is_for_administrators(database: Database, odile: Member, signed_in: SignedIn) -> None:
    with database.writing() as db:
        bob = people.member(db, "Bob")
    assert signed_in(bob).get("/setup").status_code == 404
    page = signed_in(odile).get("/setup").get_data(as_text=True)
    assert "There are none, so no need leads anywhere." in page
    assert "starter themes are missing" in page


def test_the_missing_starter_themes_are_offered_at_any_time(
    database: Database, odile: Member, signed_in: SignedIn
) -> None:
    with database.writing() as db:
        people.law(db)
    browser = signed_in(odile)
    assert "7 starter themes are missing" in browser.get("/setup").get_data(as_text=True)
    browser.send("/setup/themes", {"theme": ["premier-emploi", "droit"]}, page="/setup")
    assert "6 starter themes are missing" in browser.get("/setup").get_data(as_text=True)
    browser.send("/setup/themes", page="/setup")
    with database.reading() as db:
        assert len(db.scalars(select(Theme)).all()) == 8
    assert "starter themes are missing" not in browser.get("/setup").get_data(as_text=True)
    assert browser.send("/setup/themes", {"theme": "no-such"}, page="/setup").status_code == 404


def test_a_theme_with_a_starters_name_takes_its_words_and_keeps_its_own(
    database: Database, config: Config, odile: Member, signed_in: SignedIn
) -> None:
    with database.writing() as db:
        theme = create_theme(db, names={"fr": "DROIT"}, synonyms=["code de procédure"])
    assert state(found(database, config, odile), StepKey.THEMES) == (StepState.TO_DO, "themes.wordless")
    browser = signed_in(odile)
    assert browser.send(f"/setup/themes/{theme.id}/words", page="/setup").status_code == 303
    assert state(found(database, config, odile), StepKey.THEMES)[0] == StepState.DONE
    with database.reading() as db:
        after = db.get_one(Theme, theme.id)
        assert after.names == {"fr": "DROIT", "en": "Law"}
        assert "code de procédure" in after.synonyms["fr"]
        for need in ("les statuts de ma start-up", "company bylaws", "code de procédure"):
            assert recognised_theme(db, need, by=ByWords()) is not None


def test_a_theme_with_a_name_of_its_own_takes_nobodys_words(
    database: Database, odile: Member, signed_in: SignedIn
) -> None:
    with database.writing() as db:
        theme = create_theme(db, names={"fr": "Jonglage"})
    assert signed_in(odile).send(f"/setup/themes/{theme.id}/words", page="/setup").status_code == 404


def tried(database: Database) -> ChannelTrial:
    with database.reading() as db:
        return db.get_one(ChannelTrial, ChannelName.MAIL)


@pytest.fixture
def trying(app: Flask, config: Config, smtp_server: SmtpServer) -> Trying:
    """Has the application send through the fake server, with a DNS that says these records."""

    def start(records: MailRecords | None = None, *, asked: list[int] | None = None) -> SmtpServer:
        through, here = replace(config, smtp=smtp_server.settings(), mail_from="us@example.org"), services_of(app)

        def records_of(_domain: str) -> MailRecords | None:
            if asked is not None:
                asked.append(here.database.engine.pool.checkedout())  # type: ignore[attr-defined]  # of our pools
            return records

        there = {**here.bound, TRIALS: Trials(through, lambda: NOW, records_of)}
        install(app, replace(here, config=through, bound=there))
        return smtp_server

    return start


def test_a_mail_on_trial_leaves_as_every_other_and_its_answer_is_kept(
    trying: Trying, database: Database, odile: Member, signed_in: SignedIn
) -> None:
    server = trying(MailRecords(spf="v=spf1 -all", dmarc="", dkim="mail"))
    page = signed_in(odile).send("/setup/mail", page="/setup", follow_redirects=True).get_data(as_text=True)
    assert [each.sender for each in server.received] == ["us@example.org"]
    assert server.to("odile@example.org")[0]["Subject"].startswith("Test email from")
    assert (tried(database).fault, tried(database).records) == (
        "",
        {"domain": "example.org", "spf": "v=spf1 -all", "dkim": "mail", "dmarc": ""},
    )
    assert "DNS lacks DMARC for example.org" in page
    assert "_dmarc.example.org" in page


def test_what_the_server_refuses_is_told_in_words(
    trying: Trying, database: Database, odile: Member, signed_in: SignedIn
) -> None:
    trying().sender_answer = "550 5.7.1 who are you"
    page = signed_in(odile).send("/setup/mail", page="/setup", follow_redirects=True).get_data(as_text=True)
    assert "the server does not let FLASHMEET_MAIL_FROM send" in page
    assert tried(database).records is None


def test_a_test_proves_nothing_about_another_server(
    app: Flask, trying: Trying, odile: Member, signed_in: SignedIn
) -> None:
    trying()
    signed_in(odile).send("/setup/mail", page="/setup")
    here = services_of(app)
    assert state(found(here.database, here.config, odile), StepKey.MAIL) == (StepState.DONE, "mail.tried")
    moved = replace(here.config, mail_from="others@example.org")
    assert state(found(here.database, moved, odile), StepKey.MAIL) == (StepState.TO_DO, "mail.changed")


def test_nothing_is_asked_of_the_outside_while_a_transaction_is_open(
    trying: Trying, odile: Member, signed_in: SignedIn
) -> None:
    held: list[int] = []
    trying(asked=held)
    signed_in(odile).send("/setup/mail", page="/setup")
    assert held == [0]


def test_an_sms_goes_to_a_proven_number_only(odile: Member, signed_in: SignedIn) -> None:
    assert signed_in(odile).send("/setup/sms", page="/setup").status_code == 404


def came_in(database: Database, client: Browser, email: str) -> str:
    """Signs in with the mailed code and out again; returns where that leads."""
    ask(client, email)
    answer = client.send("/sign-in/code", {"code": mailed_code(database)})
    return answer.location


def test_an_administrator_who_comes_in_for_the_first_time_lands_on_the_list(
    database: Database, odile: Member, client: Browser
) -> None:
    assert came_in(database, client, "odile@example.org") == "/setup/first"
    assert client.get("/setup/first").location == "/setup"
    client.send("/sign-out", page="/setup")
    assert came_in(database, client, "odile@example.org") == "/me"


def test_nobody_else_is_led_there(database: Database, client: Browser) -> None:
    with database.writing() as db:
        people.member(db, "Bob")
    assert came_in(database, client, "bob@example.org") == "/me"
