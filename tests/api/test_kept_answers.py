"""Answers that a client may keep have a tag, and are not sent again while they are the same."""

from __future__ import annotations

import pytest
from flask import Flask

from flashmeet.core.database.session import Database
from flashmeet.themes.models import Theme
from tests.api.callers import Caller
from tests.loops import for_each

KEPT = ("/themes", "/themes/droit", "/slots", "/mentors", "/mentors/{alice}", "/openapi.json")


@for_each("path", KEPT)
def test_an_answer_that_the_client_has_is_not_sent_again(path: str, alice: Caller, bob: Caller) -> None:
    path = path.format(alice=alice.id)
    first = bob.get(path)
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "private, no-cache")
    again = bob("GET", path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])


@pytest.mark.both_databases
def test_an_answer_that_changed_is_sent(alice: Caller, bob: Caller, database: Database) -> None:
    tag = bob.get("/themes").headers["ETag"]
    with database.writing() as db:
        db.query(Theme).one().names = {"fr": "Droit des affaires", "en": "Business law"}
    again = bob("GET", "/themes", headers={"If-None-Match": tag})
    assert (again.status_code, again.headers["ETag"] == tag) == (200, False)


def test_a_tag_opens_nothing_to_others(app: Flask, bob: Caller) -> None:
    tag = bob.get("/themes").headers["ETag"]
    stranger = Caller(app)("GET", "/themes", headers={"If-None-Match": tag})
    assert (stranger.status_code, stranger.headers["Cache-Control"]) == (401, "no-store")
