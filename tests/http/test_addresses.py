"""Addresses in templates: the same as Flask's, each built once."""

from __future__ import annotations

from typing import Any

import flask
import pytest
from flask import Flask

from flashmeet.http.responses import addresses


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows by every endpoint of which Flask builds an address for a template."""
    asked: list[str] = []

    def build(endpoint: str, **values: Any) -> str:
        asked.append(endpoint)
        return flask.url_for(endpoint, **values)

    monkeypatch.setattr(addresses, "url_for", build)
    return asked


def test_the_second_page_of_a_kind_builds_no_address_again(app: Flask, built: list[str]) -> None:
    visitor = app.test_client()
    first = visitor.get("/help").text
    assert built
    built.clear()
    assert visitor.get("/help").text.count("href=") == first.count("href=")
    assert built == []


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        ("search.search", {}),
        ("book.brief", {"mentor_id": 7, "stamp": "20261209T1700Z"}),
        ("static", {"filename": "css/flashmeet.css"}),
        ("search.search", {"need": "é & ?", "theme": None}),
        ("home.home", {"_external": True}),
        ("home.home", {"_anchor": "free"}),
    ],
)
def test_an_address_is_that_of_flask_the_first_time_and_the_second(
    app: Flask, endpoint: str, values: dict[str, Any]
) -> None:
    with app.test_request_context("/"):
        url_for = app.jinja_env.globals["url_for"]
        assert callable(url_for)
        assert [url_for(endpoint, **values) for _ in range(2)] == [flask.url_for(endpoint, **values)] * 2


def test_values_that_are_equal_but_written_otherwise_have_addresses_of_their_own(app: Flask) -> None:
    with app.test_request_context("/"):
        url_for = app.jinja_env.globals["url_for"]
        assert callable(url_for)
        assert [url_for("search.search", page=each) for each in (1, True, 1.0)] == [
            "/search?page=1",
            "/search?page=True",
            "/search?page=1.0",
        ]


def test_a_process_keeps_a_bounded_number_of_addresses(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "MOST", 10)
    known = addresses.Addresses(app)
    with app.test_request_context("/"):
        for number in range(100):
            assert known.address("mentors.mentor", mentor_id=number) == f"/mentors/{number}"
    assert 0 < len(known._built) <= 10
