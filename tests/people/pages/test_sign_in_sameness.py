"""Nobody learns from the sign-in whether an address belongs to a member: not by page, header, limit or time."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from flashmeet.bookings.service.holds import MOST_OF_ALL
from flashmeet.core.database.session import Database
from flashmeet.core.secrets import hashed
from flashmeet.http.admission import rate_limits
from flashmeet.identity.models import Member, SignInCode
from flashmeet.messages.models import OutboxMessage
from flashmeet.schedule.models import BrowserHold, Claim, Holder
from flashmeet.schedule.service.openings import refresh_openings
from tests import people
from tests.browsers import Browser, Clock

SLOT = "20261209T1700Z"
_CHANGING = re.compile(r'(name="csrf_token" value="|X-Request-Id: |Set-Cookie: flashmeet=)[^"\s;]+')


@pytest.fixture
def alice(database: Database) -> Member:
    """A mentor who is free on 9 December; Bob is a member too."""
    with database.writing() as db:
        people.member(db, "Bob")
        return people.mentor(db)


def told(answer: TestResponse, email: str) -> tuple[int, str, str]:
    """Everything that comes back, without what is new in every answer."""
    body = answer.get_data(as_text=True).replace(email, "EMAIL")
    return answer.status_code, _CHANGING.sub(r"\1", str(answer.headers)), _CHANGING.sub(r"\1", body)


def journey(app: Flask, email: str, way: str) -> list[tuple[int, str, str]]:
    browser = Browser(app)
    asked = browser.send("/sign-in", {"email": email, "next": way})
    page = browser.get(asked.location)
    wrong = browser.send("/sign-in/code", {"code": "12", "next": way}, page=asked.location)
    return [told(answer, email) for answer in (asked, page, wrong)]


@pytest.mark.parametrize("way", ["", "/search?need=x", f"/book/%s/{SLOT}"])
def test_known_and_unknown_addresses_get_the_same_pages(app: Flask, alice: Member, way: str) -> None:
    way = way.replace("%s", str(alice.id))
    assert journey(app, "bob@example.org", way) == journey(app, "eve@example.org", way)


def test_both_write_a_code_and_only_one_has_a_member(app: Flask, database: Database, alice: Member) -> None:
    journey(app, "bob@example.org", "")
    journey(app, "eve@example.org", "")
    with database.reading() as db:
        owners = db.scalars(select(SignInCode.member_id).order_by(SignInCode.id)).all()
    assert [owner is None for owner in owners] == [False, True]


@pytest.mark.parametrize("email", ["bob@example.org", "eve@example.org"])
def test_no_answer_leaves_before_the_moment_that_is_the_same_for_both(app: Flask, alice: Member, email: str) -> None:
    del app.config["SIGN_IN_ANSWERS_AFTER"]
    browser = Browser(app)
    token = browser.token()
    began = time.perf_counter()
    browser.post("/sign-in", data={"email": email, "next": f"/book/{alice.id}/{SLOT}", "csrf_token": token})
    assert time.perf_counter() - began >= 0.3


def ask(app: Flask, email: str, alice: Member, *, stamp: str = SLOT, sender: str = "192.0.2.1") -> Browser:
    """A fresh browser asks for a code on the way to that hour."""
    browser = Browser(app)
    browser.environ_base["REMOTE_ADDR"] = sender
    browser.send("/sign-in", {"email": email, "next": f"/book/{alice.id}/{stamp}?need=x"})
    return browser


def held(database: Database) -> list[tuple[int, str, int]]:
    with database.reading() as db:
        found = db.scalars(select(BrowserHold).order_by(BrowserHold.starts_at))
        return [(each.mentor_id, f"{each.starts_at:%Y%m%dT%H%MZ}", int(each.expires_at.timestamp())) for each in found]


def seen(app: Flask) -> list[tuple[int, str]]:
    """What a visitor can count, and all else that the public pages say."""
    pages = [Browser(app).get(path) for path in ("/", "/search?theme=droit", "/search")]
    return [(page.status_code, _CHANGING.sub(r"\1", page.text)) for page in pages]


@pytest.mark.parametrize("email", ["bob@example.org", "eve@example.org", "suspended@example.org"])
def test_the_hour_is_held_ten_minutes_for_the_browser_whoever_asks_and_no_visitor_sees_it(
    app: Flask, database: Database, alice: Member, clock: Clock, email: str
) -> None:
    with database.writing() as db:
        people.member(db, "Suspended", suspended=True)
    clock.move(minutes=1)  # past an hour that begins now
    before = seen(app)
    ask(app, email, alice)
    assert held(database) == [(alice.id, SLOT, int(clock.at.timestamp()) + 600)]
    assert seen(app) == before
    with database.writing() as db:
        refresh_openings(db, alice.id, now=clock.at)
    clock.move(minutes=2)
    assert seen(app) == before
    with database.reading() as db:
        assert (db.scalars(select(Holder)).all(), db.scalars(select(Claim)).all()) == ([], [])


def test_an_address_range_holds_few_hours_and_a_browser_one(app: Flask, database: Database, alice: Member) -> None:
    stamps = ["20261209T1700Z", "20261216T1700Z", "20261216T1800Z", "20261223T1700Z"]
    for number, stamp in enumerate(stamps):
        ask(app, f"m{number}@example.org", alice, stamp=stamp, sender=f"2001:db8::{number}")
    assert [stamp for _, stamp, _ in held(database)] == stamps[:3]
    other = ask(app, "bob@example.org", alice, stamp=stamps[3], sender="198.51.100.1")
    assert [stamp for _, stamp, _ in held(database)] == stamps
    other.send("/sign-in", {"email": "bob@example.org", "next": f"/book/{alice.id}/20261223T1800Z"})
    assert [stamp for _, stamp, _ in held(database)] == [*stamps[:3], "20261223T1800Z"]


def test_what_is_held_is_held_for_one(app: Flask, database: Database, alice: Member) -> None:
    first = ask(app, "eve@example.org", alice)
    ask(app, "bob@example.org", alice, sender="198.51.100.1")
    with first.session_transaction() as kept, database.reading() as db:
        assert db.scalars(select(BrowserHold.browser)).all() == [hashed(kept["browser"])]


def test_all_browsers_together_hold_so_many_hours_and_no_more(
    app: Flask, database: Database, alice: Member, clock: Clock
) -> None:
    far = clock.at + timedelta(days=400)
    holds = [
        {
            "browser": f"browser {number}",
            "sender": f"sender {number}",
            "mentor_id": alice.id,
            "starts_at": far + timedelta(minutes=number),
            "ends_at": far + timedelta(minutes=number),
            "expires_at": clock.at + timedelta(minutes=5),
        }
        for number in range(MOST_OF_ALL)
    ]
    with database.writing() as db:
        db.execute(insert(BrowserHold), holds)
    ask(app, "bob@example.org", alice)
    assert len(held(database)) == MOST_OF_ALL
    clock.move(minutes=5)
    ask(app, "bob@example.org", alice)
    assert [stamp for _, stamp, _ in held(database)] == [SLOT]


@pytest.mark.parametrize("stamp", ["20261209T0300Z", "20261209T1707Z", "20261309T1700Z", "nonsense"])
def test_an_hour_that_cannot_be_had_is_passed_over_in_silence(
    app: Flask, database: Database, alice: Member, stamp: str
) -> None:
    way = f"/book/{alice.id}/{stamp}"
    assert journey(app, "bob@example.org", way) == journey(app, "eve@example.org", way)
    with database.reading() as db:
        assert db.scalars(select(BrowserHold)).all() == []


def codes_sent(database: Database) -> list[str]:
    with database.reading() as db:
        rows = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "sign_in_code").order_by(OutboxMessage.id))
        return [str(row.payload["code"]) for row in rows]


@pytest.mark.parametrize("email", ["bob@example.org", "eve@example.org"])
def test_one_mailbox_is_sent_six_codes_an_hour_and_then_the_one_that_is_still_good(
    app: Flask, database: Database, alice: Member, clock: Clock, email: str
) -> None:
    asked = [Browser(app).send("/sign-in", {"email": email}).status_code for _ in range(8)]
    assert asked == [303] * 8
    assert len(set(codes_sent(database))) == (6 if email.startswith("bob") else 0)
    clock.move(minutes=10)
    assert Browser(app).send("/sign-in", {"email": email}).status_code == 429
    clock.move(minutes=50)
    assert Browser(app).send("/sign-in", {"email": email}).status_code == 303


def test_the_code_that_is_still_good_signs_in_who_asked_after_others(
    app: Flask, database: Database, alice: Member
) -> None:
    for _ in range(6):
        Browser(app).send("/sign-in", {"email": "bob@example.org"})
    bob = Browser(app)
    asked = bob.send("/sign-in", {"email": "bob@example.org"})
    entered = bob.send("/sign-in/code", {"code": codes_sent(database)[-1]}, page=asked.location)
    assert (entered.status_code, bob.get("/me").status_code) == (303, 200)


def test_whoever_signed_in_in_a_browser_before_is_kept_out_of_it_by_nobody(
    app: Flask, database: Database, alice: Member, clock: Clock
) -> None:
    bob = Browser(app)
    asked = bob.send("/sign-in", {"email": "bob@example.org"})
    assert bob.send("/sign-in/code", {"code": codes_sent(database)[-1]}, page=asked.location).status_code == 303
    bob.send("/sign-out", page="/me")
    for _ in range(6):
        Browser(app).send("/sign-in", {"email": "bob@example.org"})
    clock.move(minutes=10)
    assert Browser(app).send("/sign-in", {"email": "bob@example.org"}).status_code == 429
    asked = bob.send("/sign-in", {"email": "bob@example.org"})
    own = codes_sent(database)[-1]
    assert asked.status_code == 303
    stranger = Browser(app)
    assert stranger.send("/sign-in", {"email": "bob@example.org"}).status_code == 429
    assert bob.send("/sign-in/code", {"code": own}, page=asked.location).status_code == 303
    assert bob.get("/me").status_code == 200


def test_while_somebody_guesses_across_mailboxes_a_code_takes_two_tries_and_the_administrator_is_told(
    app: Flask, database: Database, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "WRONG_CODES", replace(rate_limits.WRONG_CODES, most=3))
    with database.writing() as db:
        odile = people.member(db, "Odile", administrator=True, locale="en")
    admin = Browser(app).sign_in(odile)
    told = "Somebody is guessing sign-in codes"
    assert told not in admin.get("/admin").text
    for number in range(3):
        guesser = Browser(app)
        asked = guesser.send("/sign-in", {"email": f"m{number}@example.org"})
        guesser.send("/sign-in/code", {"code": "1"}, page=asked.location)
    assert told in admin.get("/admin").text
    bob = Browser(app)
    asked = bob.send("/sign-in", {"email": "bob@example.org"})
    right = codes_sent(database)[-1]
    tried = [bob.send("/sign-in/code", {"code": code}, page=asked.location).status_code for code in ("1", "2", right)]
    assert tried == [422, 422, 422]


def test_one_address_cannot_ask_without_end(app: Flask, alice: Member) -> None:
    browser = Browser(app)
    token = browser.token()
    asked = [
        browser.post("/sign-in", data={"email": f"m{number}@example.org", "csrf_token": token}) for number in range(101)
    ]
    assert [answer.status_code for answer in asked] == [303] * 100 + [429]
    assert 0 < int(asked[-1].headers["Retry-After"]) <= 600
