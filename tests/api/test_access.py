"""Who may speak to the API at all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.routing import Rule

from flashmeet.core.database.session import Database
from flashmeet.http.admission import rate_limits
from flashmeet.http.admission.identity import READING_METHODS
from flashmeet.identity.models import ApiToken, Member
from tests.api.callers import Caller, refused, told
from tests.api.conftest import Join
from tests.browsers import Browser, Clock

AT = "2026-12-09T17:00:00Z"


def operations(app: Flask) -> list[tuple[str, str]]:
    """Method and path of every operation that needs a token."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")]
    return [
        (method, _path(rule))
        for rule in rules
        if rule.endpoint != "api.openapi_document"
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def _path(rule: Rule) -> str:
    path = rule.rule.removeprefix("/api/v1")
    for name in rule.arguments:
        path = path.replace(f"<int:{name}>", "1").replace(f"<{name}>", "1")
    return path


def test_nobody_gets_in_without_a_token(app: Flask, nobody: Caller) -> None:
    assert len(operations(app)) == 32
    for method, path in operations(app):
        assert refused(nobody(method, path)) == (401, "not_signed_in")
    assert nobody.get("/me").headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_that_is_unknown_revoked_or_of_a_suspended_member_opens_nothing(
    nobody: Caller, bob: Caller, charlie: Caller, database: Database, clock: Clock
) -> None:
    for header in ("Bearer fm_wrong", "Bearer", "Basic Ym9iOmJvYg==", "fm_wrong"):
        assert refused(nobody("GET", "/me", headers={"Authorization": header})) == (401, "not_signed_in")
    with database.writing() as db:
        db.query(ApiToken).filter_by(member_id=bob.id).one().revoked_at = clock.at
        db.get_one(Member, charlie.id).suspended = True
    assert refused(bob.get("/me")) == (401, "token_revoked")
    assert refused(charlie.get("/me")) == (401, "not_signed_in")


def test_a_token_that_may_only_read_changes_nothing(app: Flask, join: Join) -> None:
    reader = join("Rita", mentor=True, read_only=True)
    for method, path in operations(app):
        if method not in READING_METHODS:
            assert refused(reader(method, path)) == (403, "read_only")
    assert told(reader.get("/me"))["id"] == reader.id


def test_what_is_for_mentors_alone_is_not_there_for_others(bob: Caller) -> None:
    body = {"tzid": "Europe/Paris"}
    assert refused(bob.get("/me/availability")) == (404, "not_found")
    assert refused(bob.put("/me/availability", body)) == (404, "not_found")
    assert refused(bob.get("/me/leave")) == (404, "not_found")
    assert refused(bob.post("/me/leave", {"first": "2026-12-09", "last": "2026-12-09"})) == (404, "not_found")
    assert refused(bob.delete("/me/leave/1")) == (404, "not_found")


def test_a_cookie_reads_the_calendar_file_and_writes_nothing(app: Flask, alice: Caller, bob: Caller) -> None:
    made = told(bob.book(alice.id, AT), 201)
    app.test_client_class = Browser
    browser = app.test_client()
    assert isinstance(browser, Browser)
    browser.sign_in(bob.id)
    path = f"/api/v1/bookings/{made['id']}"
    assert browser.get(f"{path}.ics").mimetype == "text/calendar"
    assert refused(browser.post(f"{path}/cancel", json={})) == (401, "not_signed_in")
    assert told(bob.get(f"/bookings/{made['id']}"))["status"] == "confirmed"


def test_head_answers_as_get_without_the_body(bob: Caller) -> None:
    asked = bob("HEAD", "/me")
    assert (asked.status_code, asked.mimetype, asked.get_data()) == (200, "application/json", b"")


def test_a_token_may_ask_twice_a_second_and_more() -> None:
    assert rate_limits.TOKEN.most * 60 / rate_limits.TOKEN.seconds >= 120


def test_a_token_that_asks_too_often_is_told_when_to_come_again_and_no_other_token_is(
    bob: Caller, charlie: Caller, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "TOKEN", replace(rate_limits.TOKEN, most=25))
    for _ in range(25):
        told(bob.get("/me"))
    answer = bob.get("/me")
    assert refused(answer) == (429, "too_many_requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= rate_limits.TOKEN.seconds
    told(charlie.get("/me"))
    clock.move(seconds=rate_limits.TOKEN.seconds)
    told(bob.get("/me"))


def test_what_a_private_answer_says_is_kept_by_nobody(bob: Caller) -> None:
    assert bob.get("/me").headers["Cache-Control"] == "no-store"
