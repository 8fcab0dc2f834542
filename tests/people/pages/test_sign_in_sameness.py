"""Nobody learns from the sign-in whether an address belongs to a member: not by page, header, limit or time."""

from __future__ import annotations

import re
import time

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member, SignInCode
from flashmeet.schedule.models import Claim, Holder
from flashmeet.schedule.rules.booked_hour import HolderKind
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


def test_the_hour_is_held_ten_minutes_for_a_known_address_that_asks_on_the_way_to_it(
    app: Flask, database: Database, alice: Member, clock: Clock
) -> None:
    journey(app, "bob@example.org", f"/book/{alice.id}/{SLOT}?need=x")
    with database.reading() as db:
        holder = db.scalars(select(Holder)).one()
        claims = db.scalars(select(Claim.member_id)).all()
    assert (holder.kind, holder.mentor_id, f"{holder.starts_at:%Y%m%dT%H%MZ}") == (HolderKind.HOLD, alice.id, SLOT)
    assert holder.expires_at is not None
    assert (holder.expires_at - clock.at).total_seconds() == 600
    assert claims.count(alice.id) == 4


@pytest.mark.parametrize("stamp", ["20261209T0300Z", "20261209T1707Z", "20261309T1700Z", "nonsense"])
def test_an_hour_that_cannot_be_had_is_passed_over_in_silence(
    app: Flask, database: Database, alice: Member, stamp: str
) -> None:
    way = f"/book/{alice.id}/{stamp}"
    assert journey(app, "bob@example.org", way) == journey(app, "eve@example.org", way)
    with database.reading() as db:
        assert db.scalars(select(Holder)).all() == []


@pytest.mark.parametrize("email", ["bob@example.org", "eve@example.org"])
def test_one_mailbox_is_sent_six_codes_an_hour(app: Flask, alice: Member, clock: Clock, email: str) -> None:
    asked = [Browser(app).send("/sign-in", {"email": email}).status_code for _ in range(7)]
    assert asked == [303] * 6 + [429]
    clock.move(hours=1)
    assert Browser(app).send("/sign-in", {"email": email}).status_code == 303


def test_one_address_cannot_ask_without_end(app: Flask, alice: Member) -> None:
    browser = Browser(app)
    token = browser.token()
    asked = [
        browser.post("/sign-in", data={"email": f"m{number}@example.org", "csrf_token": token}) for number in range(101)
    ]
    assert [answer.status_code for answer in asked] == [303] * 100 + [429]
    assert 0 < int(asked[-1].headers["Retry-After"]) <= 600
