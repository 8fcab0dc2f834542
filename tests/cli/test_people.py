"""`flashmeet token` and `flashmeet admin`."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from flashmeet.app import create_app
from flashmeet.cli.installation import now
from flashmeet.core.config import Config
from flashmeet.identity.models import ApiToken, Member
from flashmeet.identity.service.logins import open_login
from flashmeet.identity.service.tokens import known_token
from tests import people
from tests.cli.commands import Here

ODILE = "odile@example.org,Odile,Marchand,administrator,yes,,,,,,,,,"
BOB = "bob@example.org,Bob,,mentee,yes,,,,,,,,,"


@pytest.fixture(autouse=True)
def _people(here: Here) -> None:
    here.import_rows(ODILE, BOB)


def tokens(here: Here) -> int:
    with here.database.reading() as db:
        return db.scalar(select(func.count()).select_from(ApiToken).where(ApiToken.revoked_at.is_(None))) or 0


def test_tokens_are_printed_one_a_line_in_the_order_asked_and_nothing_else(here: Here) -> None:
    lines = here.done("token", "create", "Bob@example.org", "odile@example.org", "bob@example.org").splitlines()
    with here.database.reading() as db:
        known = [known_token(db, line, now=now()) for line in lines]
        names = [each.bearer.first_name for each in known if each is not None]
    assert names == ["Bob", "Odile", "Bob"]
    assert len(set(lines)) == 3


def test_a_read_only_token_says_so(here: Here) -> None:
    (line,) = here.done("token", "create", "bob@example.org", "--read-only").splitlines()
    with here.database.reading() as db:
        token = known_token(db, line, now=now())
        assert token is not None
        assert token.read_only


def test_one_unknown_address_and_no_token_is_made(here: Here) -> None:
    answer = here.run("token", "create", "bob@example.org", "nobody@example.org")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == "flashmeet: nobody here has the address nobody@example.org. No token was made.\n"
    assert tokens(here) == 0


def test_a_reset_ends_sessions_and_tokens_and_its_link_signs_in_once(here: Here) -> None:
    here.done("token", "create", "odile@example.org", "bob@example.org")
    with here.database.writing() as db:
        odile = db.scalars(select(Member).where(Member.administrator)).one()
        secret = open_login(db, odile, now=now())
    link = here.done("admin", "reset", "Odile@example.org").strip()
    with here.database.reading() as db:
        assert people.signed_in(db, secret, now=now()) is None
    assert tokens(here) == 1
    assert link.startswith("http://127.0.0.1:8000/sign-in/once/")
    path = link.removeprefix("http://127.0.0.1:8000")
    assert [opens(here, path) for _ in range(2)] == [True, False]


def opens(here: Here, path: str) -> bool:
    """Whether that link signs a browser in; looking at the page first uses nothing up."""
    app = create_app(Config.from_env(here.environment), database=here.database)
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    assert browser.get(path).status_code == 200
    token = browser.get(path).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    return browser.post(path, data={"csrf_token": token}).headers.get("Location") in ("/me", "/setup/first")


def test_only_an_administrator_is_reset(here: Here) -> None:
    answer = here.run("admin", "reset", "bob@example.org")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("flashmeet: no administrator has the address bob@example.org. Nothing was changed.")
    assert "flashmeet admin add" in answer.err


def test_whoever_is_added_becomes_an_administrator_and_keeps_the_rest(here: Here) -> None:
    link = here.done("admin", "add", "Bob@example.org").strip()
    with here.database.reading() as db:
        bob = db.scalars(select(Member).where(Member.email == "bob@example.org")).one()
        assert (bob.roles, bob.first_name) == (["mentee", "administrator"], "Bob")
    path = link.removeprefix("http://127.0.0.1:8000")
    assert [opens(here, path) for _ in range(2)] == [True, False]


def test_somebody_new_becomes_an_administrator_with_a_name(here: Here) -> None:
    answer = here.run("admin", "add", "charlie@example.org", "--name", "Charlie de la Tour")
    assert (answer.code, answer.out.startswith("http://127.0.0.1:8000/sign-in/once/")) == (0, True)
    assert answer.err.startswith("charlie@example.org is a new administrator.")
    with here.database.reading() as db:
        charlie = db.scalars(select(Member).where(Member.email == "charlie@example.org")).one()
        assert (charlie.roles, charlie.name, charlie.tzid) == (["administrator"], "Charlie de la Tour", "Europe/Paris")
    assert "was an administrator already" in here.run("admin", "add", "charlie@example.org").err


def test_a_suspended_administrator_is_let_in_again_and_no_address_is_refused(here: Here) -> None:
    with here.database.writing() as db:
        db.scalars(select(Member).where(Member.administrator)).one().suspended = True
    here.done("admin", "add", "odile@example.org")
    with here.database.reading() as db:
        assert not db.scalars(select(Member).where(Member.administrator)).one().suspended
    answer = here.run("admin", "add", "odile")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == "flashmeet: write the address as name@example.org. Nothing was changed.\n"
