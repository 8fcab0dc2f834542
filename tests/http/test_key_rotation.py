"""The secret key is replaced while people are signed in and links are under way."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask

from flashmeet.app import create_app
from flashmeet.calendars.rules.consent import Consents
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.core.vault import vault_of
from tests import people
from tests.browsers import Browser, Clock
from tests.people import NOW

OLD, NEW = "an-old-key-of-thirty-two-characters-", "a-new-key-of-thirty-two-characters--"


def with_keys(config: Config, *keys: str) -> Config:
    return replace(config, secret_key=keys[0], former_keys=keys[1:])


def app_with(config: Config, database: Database, clock: Clock, *keys: str) -> Flask:
    app = create_app(with_keys(config, *keys), database=database, clock=clock)
    app.test_client_class = Browser
    return app


def moved(browser: Browser, app: Flask) -> Browser:
    """The same browser, with its cookies, before an application with other keys."""
    other = Browser(app)
    other._cookies = dict(browser._cookies or {})
    return other


def test_who_is_signed_in_stays_so_and_their_open_form_is_taken(
    config: Config, database: Database, clock: Clock
) -> None:
    with database.writing() as db:
        bob = people.member(db, "Bob", locale="en")
    before = Browser(app_with(config, database, clock, OLD)).sign_in(bob)
    token = before.token("/me/security")
    after = moved(before, app_with(config, database, clock, NEW, OLD))
    assert after.get("/me").status_code == 200
    assert after.post("/me/security/links", data={"csrf_token": token, "confirmed": "yes"}).status_code == 303
    alone = moved(before, app_with(config, database, clock, NEW))
    assert alone.get("/me").status_code == 303
    assert alone.post("/me/security/links", data={"csrf_token": token, "confirmed": "yes"}).status_code in (303, 400)


def test_what_is_signed_anew_is_signed_with_the_first_key(config: Config, database: Database, clock: Clock) -> None:
    with database.writing() as db:
        bob = people.member(db, "Bob", locale="en")
    both = Browser(app_with(config, database, clock, NEW, OLD)).sign_in(bob)
    token = both.token("/me/security")
    alone = moved(both, app_with(config, database, clock, NEW))
    assert alone.get("/me").status_code == 200
    assert alone.post("/me/security/links", data={"csrf_token": token, "confirmed": "yes"}).status_code == 303
    old = moved(both, app_with(config, database, clock, OLD))
    assert old.get("/me").status_code == 303


def test_links_sent_before_open_and_new_ones_need_the_first_key_alone(
    config: Config, database: Database, clock: Clock
) -> None:
    with database.writing() as db:
        bob = people.member(db, "Bob", locale="en")
    old, both, new = (Links.of(with_keys(config, *keys)) for keys in ((OLD,), (NEW, OLD), (NEW,)))
    browser = Browser(app_with(config, database, clock, NEW, OLD))
    sent, fresh = old.mail_off(bob.id, "reminders"), both.mail_off(bob.id, "reminders")
    assert [browser.get(each).status_code for each in (sent, fresh)] == [200, 200]
    assert fresh == new.mail_off(bob.id, "reminders") != sent
    assert both.opens_reply(old.reply_token(1, "n"), seat_id=1, nonce="n")
    assert not new.opens_reply(old.reply_token(1, "n"), seat_id=1, nonce="n")
    assert both.reply_token(1, "n") == new.reply_token(1, "n")
    assert both.opens_push(old.push_token("c"), channel="c")


def test_a_consent_under_way_is_answered_as_it_was_begun() -> None:
    old, both = Consents(OLD), Consents(NEW, (OLD,))
    begun = old.begin("google", "login", now=NOW)
    assert both.answered(begun.state, "google", "login", now=NOW) == begun
    fresh = both.begin("google", "login", now=NOW)
    assert Consents(NEW).answered(fresh.state, "google", "login", now=NOW) == fresh


def test_what_was_encrypted_opens_and_is_encrypted_anew_with_the_first_key(config: Config) -> None:
    old, both, new = (vault_of(with_keys(config, *keys)) for keys in ((OLD,), (NEW, OLD), (NEW,)))
    assert new.open(both.rotate(old.shut({"password": "x"}))) == {"password": "x"}
