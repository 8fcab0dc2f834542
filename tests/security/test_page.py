"""Where I am signed in, which programs act for me, my links; ending one of them, or all."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.identity.models import ApiToken, LoginSession, Member
from flashmeet.identity.service.feeds import open_feed
from flashmeet.identity.service.tokens import create_token, revoke_token
from tests import people
from tests.browsers import Browser, Clock
from tests.people import NOW

SignedIn = Callable[[Member | int], Browser]
WISH = {"name": "Mon script", "scope": "read", "days": "30"}


def ask(browser: Browser, token: str, *, method: str = "GET", path: str = "/api/v1/bookings") -> tuple[int, str]:
    """What a program with the token is told; it has no cookie."""
    answer = Browser(browser.application).open(
        path, method=method, json={} if method == "POST" else None, headers=bearer(token)
    )
    return answer.status_code, "" if answer.status_code < 400 else str(answer.get_json()["code"])


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def made(browser: Browser, **wish: str) -> str:
    """The token that the page shows once."""
    page = browser.send("/me/security/tokens", {**WISH, **wish}).get_data(as_text=True)
    found = re.search(r"fm_[\w-]{43}", page)
    assert found is not None, page
    return found[0]


def login_ids(database: Database, member: Member) -> list[int]:
    with database.reading() as db:
        query = select(LoginSession.id).where(LoginSession.member_id == member.id).order_by(LoginSession.id)
        return list(db.scalars(query))


def test_other_browsers_are_signed_out_and_this_one_stays(database: Database, signed_in: SignedIn) -> None:
    with database.writing() as db:
        bob, charlie = people.member(db, "Bob", locale="en"), people.member(db, "Charlie")
    here, phone, stranger = signed_in(bob), signed_in(bob), signed_in(charlie)
    page = here.get("/me/security").get_data(as_text=True)
    assert (page.count("This browser"), page.count("Another browser")) == (1, 1)
    assert here.send("/me/security/others").status_code == 303
    assert [browser.get("/me").status_code for browser in (here, phone, stranger)] == [200, 303, 200]


def test_one_browser_is_signed_out_by_its_member_and_by_nobody_else(database: Database, signed_in: SignedIn) -> None:
    with database.writing() as db:
        bob, charlie = people.member(db, "Bob"), people.member(db, "Charlie")
    here, phone, stranger = signed_in(bob), signed_in(bob), signed_in(charlie)
    of_the_phone = f"/me/security/browsers/{login_ids(database, bob)[1]}/end"
    assert stranger.send(of_the_phone).status_code == 404
    assert phone.get("/me").status_code == 200
    assert here.send(of_the_phone).status_code == 303
    assert [browser.get("/me").status_code for browser in (here, phone)] == [200, 303]


def test_a_browser_is_known_by_its_name_and_by_when_it_was_last_here(
    database: Database, signed_in: SignedIn, clock: Clock
) -> None:
    with database.writing() as db:
        bob = people.member(db, "Bob", locale="en")
    here = signed_in(bob)
    with database.writing() as db:
        login = db.scalars(select(LoginSession)).one()
        login.browser = "Firefox, Linux"
        before = login.seen_at
    assert "Firefox, Linux" in here.get("/me/security").get_data(as_text=True)
    for minutes, seen in ((59, before), (61, before.replace(hour=before.hour + 1, minute=before.minute + 1))):
        clock.at = before
        clock.move(minutes=minutes)
        here.get("/me")
        with database.reading() as db:
            assert db.scalars(select(LoginSession.seen_at)).one() == seen


def test_a_token_is_shown_once_and_says_what_it_may_do(database: Database, signed_in: SignedIn, clock: Clock) -> None:
    with database.writing() as db:
        bob = people.member(db, "Bob", locale="en")
    here = signed_in(bob)
    token = made(here)
    page = here.get("/me/security").get_data(as_text=True)
    assert (token in page, "Mon script" in page, "never used" in page) == (False, True, True)
    assert ask(here, token) == (200, "")
    assert ask(here, token, method="POST", path="/api/v1/bookings") == (403, "read_only")
    assert "never used" not in here.get("/me/security").get_data(as_text=True)
    assert ask(here, made(here, scope="write"), method="POST", path="/api/v1/bookings")[1] != "read_only"
    clock.move(days=30)
    assert ask(here, token) == (401, "token_expired")


def test_a_token_without_a_name_or_of_another_length_is_not_made(database: Database, signed_in: SignedIn) -> None:
    with database.writing() as db:
        bob = people.member(db, "Bob", locale="en")
    here = signed_in(bob)
    for wrong in ({"name": " "}, {"name": "a" * 61}, {"scope": "all"}, {"days": "4000"}, {"days": "9" * 5_000}):
        answer = here.send("/me/security/tokens", WISH | wrong)
        assert (answer.status_code, 'aria-invalid="true"' in answer.text) == (422, True), wrong
    with database.reading() as db:
        assert db.scalars(select(ApiToken)).all() == []


def test_so_many_live_tokens_and_no_more(
    database: Database, signed_in: SignedIn, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flashmeet.identity.service.tokens.MOST_TOKENS", 2)
    with database.writing() as db:
        bob, charlie = people.member(db, "Bob"), people.member(db, "Charlie")
        create_token(db, charlie, read_only=True, now=NOW)
        create_token(db, bob, read_only=True, now=NOW)
        his = db.scalars(select(ApiToken.id).where(ApiToken.member_id == bob.id)).one()
        revoke_token(db, bob, his, now=NOW)
    here = signed_in(bob)
    made(here, days="7"), made(here)
    assert here.send("/me/security/tokens", WISH).status_code == 422
    clock.move(days=7)
    made(signed_in(bob))


def test_a_token_is_taken_back_by_its_member_and_by_nobody_else(database: Database, signed_in: SignedIn) -> None:
    with database.writing() as db:
        bob, charlie = people.member(db, "Bob"), people.member(db, "Charlie")
    here, stranger = signed_in(bob), signed_in(charlie)
    token = made(here)
    with database.reading() as db:
        path = f"/me/security/tokens/{db.scalars(select(ApiToken.id)).one()}/revoke"
    assert stranger.send(path).status_code == 404
    assert ask(here, token) == (200, "")
    assert here.send(path).status_code == 303
    refused = Browser(here.application).get("/api/v1/bookings", headers=bearer(token))
    assert (refused.status_code, refused.get_json()["code"]) == (401, "token_revoked")
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert "Mon script" not in here.get("/me/security").get_data(as_text=True)


def test_signing_out_everywhere_ends_all_of_it_and_says_so(
    database: Database, signed_in: SignedIn, client: Browser, links: Links
) -> None:
    with database.writing() as db:
        bob, charlie = people.member(db, "Bob", locale="en"), people.member(db, "Charlie")
        tokens = [create_token(db, bob, read_only=False, now=NOW) for _ in range(3)]
        other = create_token(db, charlie, read_only=True, now=NOW)
        feed, others = (links.feed(open_feed(db, who, now=NOW)).removeprefix(links.base_url) for who in (bob, charlie))
    here, phone, stranger = signed_in(bob), signed_in(bob), signed_in(charlie)
    stop = f"/mail-off/{links.mail_off_token(bob.id, 'reminders')}"
    assert (client.get(feed).status_code, client.get(stop).status_code) == (200, 200)
    said = here.send("/me/security/everywhere").get_data(as_text=True)
    for fact in (
        "2 browsers were signed out.",
        "3 API tokens were taken back.",
        "The calendar feed was closed.",
        "Every personal link in earlier messages stopped working.",
    ):
        assert fact in said
    assert [browser.get("/me").status_code for browser in (here, phone, stranger)] == [303, 303, 200]
    assert [ask(client, token) for token in (*tokens, other)] == [(401, "token_revoked")] * 3 + [(200, "")]
    assert (client.get(feed).status_code, client.get(stop).status_code) == (404, 410)
    assert client.get(others).status_code == 200


def test_renewed_links_leave_who_is_signed_in_alone(database: Database, signed_in: SignedIn, links: Links) -> None:
    with database.writing() as db:
        bob = people.member(db, "Bob", locale="en")
    here = signed_in(bob)
    assert here.send("/me/security/links").status_code == 303
    assert here.get("/me").status_code == 200
    assert here.get(f"/mail-off/{links.mail_off_token(bob.id, 'reminders')}").status_code == 410
    assert here.get(f"/mail-off/{links.given(1).mail_off_token(bob.id, 'reminders')}").status_code == 200


def test_an_administrator_sees_and_ends_what_a_member_was_given(database: Database, signed_in: SignedIn) -> None:
    with database.writing() as db:
        odile = people.member(db, "Odile", administrator=True, locale="en")
        bob = people.member(db, "Bob")
        token = create_token(db, bob, read_only=True, name="Le script de Bob", now=NOW)
        token_id = db.scalars(select(ApiToken.id)).one()
    admin, his = signed_in(odile), signed_in(bob)
    page = f"/admin/members/{bob.id}/access"
    assert his.get(page).status_code == 404
    assert "Le script de Bob" in admin.get(page).get_data(as_text=True)
    assert admin.send(f"{page.replace(str(bob.id), str(odile.id))}/tokens/{token_id}/revoke").status_code == 404
    assert admin.send(f"{page}/tokens/{token_id}/revoke").status_code == 303
    assert ask(his, token) == (401, "token_revoked")
    ended = admin.send(f"{page}/end")
    assert "1 browser was signed out." in admin.get(ended.location).get_data(as_text=True)
    assert (his.get("/me").status_code, admin.get("/admin").status_code) == (303, 200)
