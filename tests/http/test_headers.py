"""What goes with every answer."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask, url_for

from flashmeet.app import create_app
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from tests.browsers import Browser, Clock

PROMISED = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; connect-src 'self'; object-src 'none'; "
        "frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), geolocation=()",
}
EVERY_KIND = (
    ("GET", "/sign-in", 200),
    ("GET", "/me", 303),
    ("GET", "/no/such/page", 404),
    ("POST", "/no/such/page", 404),
    ("DELETE", "/sign-in", 405),
    ("POST", "/sign-in", 400),
    ("GET", "/api/v1/me", 401),
    ("GET", "/api/v1/nothing", 404),
    ("GET", "/healthz", 200),
    ("GET", "/metrics", 200),
    ("OPTIONS", "/sign-in", 200),
    ("HEAD", "/sign-in", 200),
    ("GET", "/static/img/favicon.svg", 200),
    ("GET", "/static/nothing.css", 404),
    ("GET", "/boom", 500),
)


@pytest.fixture
def secure(config: Config, database: Database, clock: Clock) -> Browser:
    """The same behind a proxy that speaks TLS."""
    app = create_app(replace(config, base_url="https://meet.example.org"), database=database, clock=clock)
    app.test_client_class = Browser
    browser = Browser(app)
    browser.environ_base |= {"HTTP_HOST": "meet.example.org", "HTTP_X_FORWARDED_PROTO": "https"}
    return browser


def test_every_kind_of_answer_carries_them(app: Flask, client: Browser) -> None:
    app.add_url_rule("/boom", "boom", boom)
    for method, path, status in EVERY_KIND:
        answer = client.open(path, method=method)
        assert answer.status_code == status, (method, path)
        assert {name: answer.headers.get(name) for name in PROMISED} == PROMISED, (method, path)
        assert len(answer.headers["X-Request-Id"]) == 16


def boom() -> str:
    raise ZeroDivisionError


boom.__dict__["access"] = frozenset({"anyone"})


def test_what_is_made_for_one_person_is_kept_by_nobody(app: Flask, client: Browser) -> None:
    app.add_url_rule("/boom", "boom", boom)
    for method, path, _ in EVERY_KIND:
        if "/static/img" not in path:
            assert client.open(path, method=method).headers["Cache-Control"] == "no-store", (method, path)


def test_a_file_may_be_kept_for_good_where_its_address_names_its_content(app: Flask, client: Browser) -> None:
    with app.test_request_context():
        named = url_for("static", filename="img/favicon.svg")
    assert named != "/static/img/favicon.svg"
    assert client.get(named).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/static/img/favicon.svg").headers["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_files_set_no_cookie(client: Browser) -> None:
    assert "Set-Cookie" not in client.get("/static/img/favicon.svg").headers


def test_where_there_is_tls_browsers_are_told_to_stay_with_it(secure: Browser, client: Browser) -> None:
    assert secure.get("/sign-in").headers["Strict-Transport-Security"] == "max-age=63072000"
    assert "Strict-Transport-Security" not in client.get("/sign-in").headers


def test_the_cookie_is_for_this_site_over_tls_alone(secure: Browser) -> None:
    cookie = secure.get("/sign-in").headers["Set-Cookie"]
    assert cookie.startswith("__Host-flashmeet=")
    assert cookie.split("; ", 1)[1] == "Secure; HttpOnly; Path=/; SameSite=Lax"


def test_forms_work_over_tls_although_no_referrer_is_sent(secure: Browser) -> None:
    page = secure.get("/sign-in", base_url="https://meet.example.org")
    token = page.get_data(as_text=True).split('csrf_token" value="')[1].split('"')[0]
    form = {"email": "bob@example.org", "csrf_token": token}
    assert secure.post("/sign-in", data=form, base_url="https://meet.example.org").status_code == 303


def test_pages_load_nothing_from_elsewhere_and_carry_no_script_of_their_own(client: Browser) -> None:
    page = client.get("/sign-in").get_data(as_text=True)
    told_to_others = re.sub(r'<meta property="og:[^>]+>', "", page)  # whole addresses of our own, which nobody loads
    assert "http://" not in told_to_others.replace('xmlns="http://', "") and "https://" not in told_to_others
    assert " style=" not in page and "<style" not in page
    assert all("src=" in tag.split(">")[0] for tag in page.split("<script")[1:])
