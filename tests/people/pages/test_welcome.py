"""Joining: by a link, by one's domain, or by an application; every answer is the same for known and unknown."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from flashmeet.core.database.engine import Database
from flashmeet.core.links import Links
from flashmeet.core.settings.service import decide
from flashmeet.identity.models import Member
from flashmeet.identity.service.revoke import lock_member
from flashmeet.messages.models import OutboxMessage
from flashmeet.people.models import Invitation, TermsAcceptance
from flashmeet.people.rules.joining import Offer
from flashmeet.people.service.invitations import make_invitation
from flashmeet.people.service.joining import forget_unproved
from tests import people
from tests.browsers import Browser, Clock
from tests.databases import gives_up_waiting
from tests.people import NOW
from tests.terms import announced

SignedIn = Callable[[Member | int], Browser]
FORM: dict[str, Any] = {
    "first_name": "Nadia",
    "last_name": "Morel",
    "email": "Nadia@ecole.example",
    "graduation_year": "2024",
    "role": "mentee",
    "commitments": ["0"],
}
_CHANGING = re.compile(r'(name="csrf_token" value="|X-Request-Id: |Set-Cookie: flashmeet=)[^"\s;]+')


@pytest.fixture
def odile(database: Database) -> Member:
    with database.writing() as db:
        return people.member(db, "Odile", administrator=True, mentee=False, locale="en")


def open_door(database: Database, mode: str, *domains: str) -> None:
    with database.writing() as db:
        decide(db, "joining", mode)
        decide(db, "mail_domains", list(domains))


def invitation(database: Database, odile: Member, links: Links, **more: Any) -> str:
    offer = Offer(**{"label": "2026", "role": "any", "approves": False, "days": 30, "uses": 10, **more})
    with database.writing() as db:
        made = make_invitation(db, offer, by=odile, now=NOW)
        return f"/welcome/{links.invitation_token(made.id, made.nonce)}"


def code_for(database: Database, email: str) -> str:
    with database.reading() as db:
        query = select(OutboxMessage).join(Member, Member.id == OutboxMessage.recipient_id)
        rows = db.scalars(query.where(Member.email == email, OutboxMessage.kind == "sign_in_code"))
        return str(max(rows, key=lambda row: row.id).payload["code"])


def join(browser: Browser, database: Database, way: str = "/welcome", **more: Any) -> TestResponse:
    form = {**FORM, **more}
    asked = browser.send(way, form, page=way)
    assert asked.location == "/welcome/code", asked.get_data(as_text=True)
    code = code_for(database, form["email"].lower())
    return browser.send("/welcome/code", {"code": code}, page="/welcome/code")


def member(database: Database, email: str = "nadia@ecole.example") -> Member:
    with database.reading() as db:
        found = db.scalars(select(Member).where(Member.email == email)).one()
        assert found.offers is not None
        return found


def count(database: Database) -> int:
    with database.reading() as db:
        return db.scalar(select(func.count()).select_from(Member)) or 0


def test_a_closed_door_says_so_and_takes_nobody(client: Browser, database: Database) -> None:
    page = client.get("/welcome")
    assert (page.status_code, "Sur invitation" in page.get_data(as_text=True)) == (200, True)
    assert client.send("/welcome", FORM).status_code == 403
    assert count(database) == 0


def test_an_invitation_makes_a_member_once_the_address_is_proved(
    client: Browser, database: Database, odile: Member, links: Links
) -> None:
    way = invitation(database, odile, links)
    asked = client.send(way, FORM, page=way)
    unproved = member(database)
    assert (unproved.first_name, unproved.joining, unproved.suspended) == ("", "proof", True)
    assert client.get("/me").status_code == 303
    done = client.send("/welcome/code", {"code": code_for(database, "nadia@ecole.example")}, page=asked.location)
    assert done.location == "/me"
    nadia = member(database)
    assert (nadia.name, nadia.roles, nadia.graduation_year) == ("Nadia Morel", ["mentee"], 2024)
    assert (nadia.joining, nadia.suspended, nadia.confirmed_at) == (None, False, NOW)
    assert client.get("/me").status_code == 200


def test_a_mentor_waits_for_approval_unless_the_invitation_gives_it(
    app: Flask, database: Database, odile: Member, links: Links
) -> None:
    plain, approving = invitation(database, odile, links), invitation(database, odile, links, approves=True)
    for email, way in (("a@ecole.example", plain), ("b@ecole.example", approving)):
        assert join(Browser(app), database, way, email=email, role="both").location == "/welcome/mentor"
    assert [member(database, f"{name}@ecole.example").bookable for name in "ab"] == [False, True]


def test_an_invitation_ends_with_its_last_use_its_day_or_a_word(
    app: Flask, database: Database, odile: Member, clock: Clock, signed_in: SignedIn
) -> None:
    links = Links("http://localhost", str(app.secret_key))
    once = invitation(database, odile, links, uses=1)
    join(Browser(app), database, once)
    assert Browser(app).get(once).status_code == 403
    short = invitation(database, odile, links, days=1)
    taken_back = invitation(database, odile, links)
    number = taken_back.split("/")[-1].split("-")[0]
    assert signed_in(odile).send(f"/admin/joining/{number}/revoke").status_code == 303
    assert Browser(app).get(taken_back).status_code == 403
    clock.move(days=1)
    assert Browser(app).get(short).status_code == 403
    assert Browser(app).get(short[:-1] + ("x" if short[-1] != "x" else "y")).status_code == 404


def test_of_two_who_hold_the_last_place_one_gets_it(
    app: Flask, database: Database, odile: Member, links: Links
) -> None:
    way = invitation(database, odile, links, uses=1)
    browsers = {name: Browser(app) for name in ("a", "b")}
    for name, browser in browsers.items():
        browser.send(way, {**FORM, "email": f"{name}@ecole.example"}, page=way)
    answers = [
        browser.send("/welcome/code", {"code": code_for(database, f"{name}@ecole.example")}, page="/welcome/code")
        for name, browser in browsers.items()
    ]
    assert [answer.status_code for answer in answers] == [303, 403]
    with database.reading() as db:
        assert db.scalars(select(Invitation.uses)).all() == [1]


def test_an_address_of_our_domains_opens_the_door_and_another_is_told_which(
    client: Browser, database: Database
) -> None:
    open_door(database, "domains", "ecole.example")
    refused = client.send("/welcome", {**FORM, "email": "x@other.example"})
    assert (refused.status_code, "@ecole.example" in refused.get_data(as_text=True)) == (422, True)
    assert count(database) == 0
    assert join(client, database).location == "/me"


def test_an_application_waits_for_an_administrator(
    client: Browser, database: Database, odile: Member, signed_in: SignedIn
) -> None:
    open_door(database, "approval")
    assert join(client, database, role="mentor").location == "/welcome/waiting"
    assert client.get("/welcome/waiting").status_code == 200
    assert client.get("/me").status_code == 303
    nadia, office = member(database), signed_in(odile)
    assert "nadia@ecole.example" in office.get("/admin/members?only=applied").get_data(as_text=True)
    assert office.send(f"/admin/members/{nadia.id}/approve").status_code == 404
    assert office.send(f"/admin/members/{nadia.id}/admit").status_code == 303
    with database.reading() as db:
        kinds = db.scalars(select(OutboxMessage.kind).where(OutboxMessage.recipient_id == nadia.id)).all()
    assert (member(database).bookable, kinds.count("joined")) == (True, 1)
    assert office.send(f"/admin/members/{nadia.id}/admit").status_code == 404


def test_who_is_turned_away_leaves_nothing_behind(
    client: Browser, database: Database, odile: Member, signed_in: SignedIn
) -> None:
    open_door(database, "approval")
    join(client, database)
    assert signed_in(odile).send(f"/admin/members/{member(database).id}/turn-away").status_code == 303
    assert count(database) == 1


def test_who_never_proves_an_address_is_forgotten(client: Browser, database: Database, clock: Clock) -> None:
    open_door(database, "approval")
    client.send("/welcome", FORM)
    with database.writing() as db:
        assert forget_unproved(db, now=clock.at + timedelta(days=2)) == 0
        assert forget_unproved(db, now=clock.at + timedelta(days=2, seconds=1)) == 1
    assert count(database) == 0


def test_each_field_that_cannot_be_read_is_said_and_the_rest_is_kept(client: Browser, database: Database) -> None:
    open_door(database, "approval")
    for name, text in (("email", "nobody"), ("first_name", " "), ("graduation_year", "MM"), ("role", "king")):
        answer = client.send("/welcome", {**FORM, name: text})
        assert (answer.status_code, 'value="Morel"' in answer.get_data(as_text=True)) == (422, True), name
    unticked = client.send("/welcome", {**FORM, "commitments": []})
    assert (unticked.status_code, "Cochez" in unticked.get_data(as_text=True)) == (422, True)
    assert count(database) == 0


def test_terms_in_force_are_accepted_on_the_way_in(client: Browser, database: Database) -> None:
    open_door(database, "approval")
    with database.writing() as db:
        announced(db, in_force_at=NOW)
    assert client.send("/welcome", FORM).status_code == 422
    open_door(database, "domains", "ecole.example")
    join(client, database, commitments=["0", "1"])
    with database.reading() as db:
        proof = db.scalars(select(TermsAcceptance)).one()
        assert (proof.member_id, proof.version, proof.locale) == (member(database).id, 1, "fr")


def told(answer: TestResponse, email: str) -> tuple[int, str, str]:
    body = answer.get_data(as_text=True).replace(email, "EMAIL")
    return answer.status_code, _CHANGING.sub(r"\1", str(answer.headers)), _CHANGING.sub(r"\1", body)


def test_a_member_and_a_stranger_read_the_same_and_the_member_stays_as_they_were(
    app: Flask, database: Database
) -> None:
    open_door(database, "approval")
    with database.writing() as db:
        people.member(db, "Bob")
        people.member(db, "Eve", suspended=True)
    pages = {}
    for email in ("bob@example.org", "eve@example.org", "neu@example.org"):
        browser = Browser(app)
        asked = browser.send("/welcome", {**FORM, "email": email})
        wrong = browser.send("/welcome/code", {"code": "12"}, page="/welcome/code")
        pages[email] = [told(answer, email) for answer in (asked, browser.get("/welcome/code"), wrong)]
    assert pages["bob@example.org"] == pages["neu@example.org"] == pages["eve@example.org"]
    assert join(Browser(app), database, email="bob@example.org", role="mentor").location == "/me"
    bob = member(database, "bob@example.org")
    assert (bob.first_name, bob.roles) == ("Bob", ["mentee"])


def test_asking_takes_the_same_time_for_both(app: Flask, database: Database) -> None:
    open_door(database, "approval")
    del app.config["SIGN_IN_ANSWERS_AFTER"]
    with database.writing() as db:
        people.member(db, "Bob")
    for email in ("bob@example.org", "neu@example.org"):
        browser = Browser(app)
        token, began = browser.token(), time.perf_counter()
        browser.post("/welcome", data={**FORM, "email": email, "csrf_token": token})
        assert time.perf_counter() - began >= 0.3


def test_looking_at_an_invitation_uses_nothing_up(
    client: Browser, database: Database, odile: Member, links: Links
) -> None:
    way = invitation(database, odile, links, uses=1)
    for _ in range(3):
        assert client.get(way).status_code == 200
    assert join(client, database, way).location == "/me"


def test_an_administrator_makes_a_link_and_sees_who_came(
    app: Flask, database: Database, odile: Member, signed_in: SignedIn
) -> None:
    office = signed_in(odile)
    assert office.send("/admin/joining", {"label": "", "role": "any", "days": "30", "uses": "5"}).status_code == 422
    assert office.send("/admin/joining", {"label": "x", "role": "any", "days": "0", "uses": "5"}).status_code == 422
    office.send("/admin/joining", {"label": "Promotion 2026", "role": "mentor", "days": "30", "uses": "5"})
    page = office.get("/admin/joining").get_data(as_text=True)
    found = re.search(r"http://localhost(/welcome/\d+-[0-9a-f]+)", page)
    assert found is not None
    join(Browser(app), database, found[1], role="mentor")
    page = office.get("/admin/joining").get_data(as_text=True)
    assert "1 of 5 have joined" in page
    assert "created by Odile" in page


def test_who_asks_again_has_the_days_to_prove_it_anew(client: Browser, database: Database, clock: Clock) -> None:
    open_door(database, "approval")
    client.send("/welcome", FORM)
    clock.at += timedelta(days=2, minutes=-1)
    client.send("/welcome", FORM)
    with database.writing() as db:
        assert forget_unproved(db, now=clock.at + timedelta(minutes=9)) == 0
    assert count(database) == 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_who_is_proving_an_address_is_not_forgotten_meanwhile(
    client: Browser, database: Database, clock: Clock
) -> None:
    open_door(database, "approval")
    client.send("/welcome", FORM)
    late = clock.at + timedelta(days=3)
    with database.new_writer() as joining, database.new_writer() as forgetting:
        gives_up_waiting(forgetting)
        newcomer = joining.scalars(select(Member).where(Member.joining == "proof")).one()
        lock_member(joining, newcomer.id)
        assert forget_unproved(forgetting, now=late) == 0
        forgetting.commit()
        newcomer.joining = None
        joining.commit()
    with database.writing() as db:
        assert forget_unproved(db, now=late) == 0


def test_whoever_joins_goes_on_where_they_were(
    client: Browser, database: Database, odile: Member, links: Links
) -> None:
    way, search = invitation(database, odile, links), "/search?need=Relire+mes+statuts"
    assert join(client, database, way, next=search).location == search


def test_the_search_door_keeps_the_need_for_joining(client: Browser, database: Database) -> None:
    open_door(database, "approval")
    door = client.get("/search?need=Relire+mes+statuts").get_data(as_text=True)
    assert 'href="/welcome?next=%2Fsearch%3Fneed%3DRelire%2Bmes%2Bstatuts"' in door
    page = client.get("/welcome?next=/search%3Fneed%3Dx").get_data(as_text=True)
    assert 'name="next" value="/search?need=x"' in page


@pytest.mark.parametrize("path", ["/", "/search?need=droit", "/sign-in"])
def test_the_front_doors_say_how_to_join_where_joining_is_open(client: Browser, database: Database, path: str) -> None:
    for mode, shown in (("approval", True), ("closed", False)):
        open_door(database, mode)
        assert ("/welcome" in client.get(path).get_data(as_text=True)) is shown
