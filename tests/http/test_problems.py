"""What a refusal looks like."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, TimeoutError

from flashmeet.core import errors
from flashmeet.core.database.session import Database
from flashmeet.http.admission.access import access
from flashmeet.http.responses.problems import status_of
from flashmeet.http.services import reading
from tests.browsers import Browser
from tests.http.conftest import World, asking
from tests.refusals import every_refusal

pytestmark = pytest.mark.both_databases

CONTRACT = {
    "too_late": 422,
    "beyond_horizon": 422,
    "not_offered": 422,
    "theme_not_offered": 422,
    "unknown_theme": 422,
    "yourself": 422,
    "slot_taken": 409,
    "you_are_busy": 409,
    "quota_reached": 422,
    "calendar_unavailable": 503,
    "idempotency_mismatch": 422,
    "read_only": 403,
    "not_found": 404,
    "not_signed_in": 401,
    "too_many_requests": 429,
    "invalid": 422,
    "missing": 422,
    "wrong_code": 422,
}
ALL = every_refusal()


def test_the_statuses_of_the_contract() -> None:
    assert {kind.code: status_of(kind) for kind in ALL if kind.code in CONTRACT} == CONTRACT


def test_every_refusal_has_a_status_that_is_a_refusal() -> None:
    assert {kind for kind in ALL if not 400 <= HTTPStatus(status_of(kind)) < 600} == set()


def raising(app: Flask, error: Exception) -> None:
    """Two addresses where this happens: of a page, and of the API."""

    @access("anyone")
    def view() -> str:
        raise error

    app.add_url_rule("/raise", "raise_page", view, methods=["GET", "POST"])
    app.add_url_rule("/api/raise", "raise_api", view)


def test_a_program_reads_a_problem_document(app: Flask, client: Browser) -> None:
    raising(app, errors.SlotTaken(datetime(2027, 2, 10, 14, tzinfo=UTC)))
    answer = client.get("/api/raise", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
    told = answer.get_json()
    assert told.pop("detail") == "This hour has just been taken."
    assert told == {
        "type": "urn:flashmeet:problem:slot_taken",
        "title": "Slot taken",
        "status": 409,
        "code": "slot_taken",
        "starts_at": "2027-02-10T14:00:00Z",
    }


def test_a_person_reads_a_page(app: Flask, client: Browser) -> None:
    raising(app, errors.AlreadyOver())
    answer = client.get("/raise")
    assert (answer.status_code, answer.mimetype) == (409, "text/html")
    assert 'data-code="already_over"' in answer.get_data(as_text=True)


def test_who_turns_out_to_be_nobody_is_asked_to_sign_in(app: Flask, client: Browser) -> None:
    raising(app, errors.NotSignedIn())
    assert client.get("/raise?need=x").location == "/sign-in?next=%2Fraise%3Fneed%3Dx"
    assert client.get("/api/raise").status_code == 401


def test_a_script_of_a_page_reads_a_problem_document(app: Flask, client: Browser) -> None:
    raising(app, errors.AlreadyOver())
    answer = client.get("/raise", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")


@pytest.mark.parametrize("path", ["/raise", "/api/raise"])
def test_what_nobody_expected_is_said_calmly_and_shows_nothing(app: Flask, client: Browser, path: str) -> None:
    raising(app, RuntimeError("postgresql://user:secret@host"))
    answer = client.get(path)
    assert answer.status_code == 500
    assert "secret" not in answer.get_data(as_text=True)
    assert "unexpected" in answer.get_data(as_text=True)


GONE = (OperationalError("SELECT 1", {}, Exception("gone")), TimeoutError("no connection in 10 s"))


@pytest.mark.parametrize("error", GONE, ids=["gone", "none free"])
@pytest.mark.parametrize("path", ["/raise", "/api/raise"])
def test_a_database_that_is_away_is_worth_another_try(app: Flask, client: Browser, error: Exception, path: str) -> None:
    raising(app, error)
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_with_no_database_at_all_every_page_says_so(
    app: Flask, world: World, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = asking(app, world, "Bob", api=False)

    def away(*_: object, **__: object) -> None:
        raise OperationalError("connect", {}, Exception("refused"))

    for opens in ("request_reading", "new_reader", "new_writer"):
        monkeypatch.setattr(database, opens, away)
    for path in ("/", "/sign-in", "/me", "/healthz", "/readyz", "/metrics", "/api/v1/me", "/api/v1/slots"):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "5"), path
    assert browser.post("/sign-in", data={"email": "x"}).status_code in (400, 503)


def test_a_page_cannot_write_where_it_only_looks(app: Flask, client: Browser) -> None:
    @access("anyone")
    def view() -> str:
        with reading() as db:
            db.execute(text("DELETE FROM member"))
            db.commit()
        return "written"

    app.add_url_rule("/writes", "writes", view)
    assert client.get("/writes").status_code >= 500


def test_too_many_requests_say_when_to_come_back(app: Flask, client: Browser) -> None:
    raising(app, errors.TooManyRequests(seconds=42))
    assert client.get("/raise").headers["Retry-After"] == "42"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/no/such/page", 404, "not_found"),
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("POST", "/api/v1/me", 405, "method_not_allowed"),
        ("POST", "/healthz", 405, "method_not_allowed"),
    ],
)
def test_what_flask_refuses_is_said_in_our_words(
    client: Browser, method: str, path: str, status: int, code: str
) -> None:
    answer = client.open(path, method=method, headers={"Accept": "application/json"})
    assert answer.json is not None
    assert (answer.status_code, answer.json["status"], answer.json["code"]) == (status, status, code)
    assert ("Allow" in answer.headers) == (status == 405)


def test_what_nobody_expected_is_logged_with_where_it_happened_and_nobodys_data(
    app: Flask, client: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    raising(app, RuntimeError("what happened"))
    client.get("/raise?email=bob@example.org")
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert isinstance(record.msg, dict)
    assert (record.msg["event"], record.msg["rule"]) == ("unexpected", "/raise")
    assert repr(record.msg["exc_info"]) == "RuntimeError('what happened')"
    assert "bob" not in caplog.text
