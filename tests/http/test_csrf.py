"""Forms that only our own pages may send."""

from __future__ import annotations

import time

import pytest
from flask import Flask

from flashmeet.http.admission.csrf import WITHOUT_TOKEN
from tests.browsers import Browser
from tests.http.conftest import World, asking


def test_every_form_of_a_page_needs_its_token(app: Flask, world: World) -> None:
    browser = asking(app, world, "Bob", api=False)
    let_in = [
        path
        for rule, path in world.paths(app, "POST")
        if not path.startswith(WITHOUT_TOKEN) and browser.post(path).status_code not in (400, 404)
    ]
    assert let_in == []


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
def test_a_made_up_token_is_none(client: Browser, token: str) -> None:
    client.get("/sign-in")
    assert client.post("/language", data={"locale": "en", "csrf_token": token}).status_code == 400


def test_a_token_of_another_browser_is_none(app: Flask, client: Browser) -> None:
    client.get("/sign-in")
    assert client.post("/language", data={"locale": "en", "csrf_token": Browser(app).token()}).status_code == 400


def test_scripts_may_send_the_token_as_a_header(client: Browser) -> None:
    token = client.token()
    assert client.post("/language", data={"locale": "en"}, headers={"X-CSRFToken": token}).status_code == 303


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 400), ("same-site", 400), ("same-origin", 303), ("none", 303)]
)
def test_a_form_of_another_site_is_refused_even_with_a_token(client: Browser, site: str, status: int) -> None:
    answer = client.send("/language", {"locale": "en"}, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == status


def test_a_form_of_another_site_signs_nobody_out(app: Flask, world: World) -> None:
    """It comes without the cookie (SameSite=Lax); a fresh cookie in the answer would take the old one's place."""
    for path in ("/sign-out", "/sign-in", f"/book/{world.ids['Alice']}/20261209T0900Z", "/no/such/page"):
        answer = Browser(app).post(path, data={"need": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
        assert "Set-Cookie" not in answer.headers, path


def test_the_token_lasts_as_long_as_the_session(client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    token = client.token()
    later = time.time() + 20 * 3600
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    assert client.post("/language", data={"locale": "en", "csrf_token": token}).status_code == 303
