"""What nginx and Caddy do with the files of `deploy/`: each test asks the real program."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, request

from flashmeet.app import create_app
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from tests.deploy.proxies import DEPLOY, HOST, KINDS, Proxy, nginx
from tests.served import free_port, served

SECRET_ADDRESSES = ("/join/abc.s3cret", "/calendar/s3cret.ics", "/sign-in/once/s3cret.123456", "/me?next=s3cret")
HEAVY = 34_000_000


def _telling() -> Flask:
    app = Flask("telling")

    @app.route("/", defaults={"path": ""}, methods=["GET", "POST"])
    @app.route("/<path:path>", methods=["GET", "POST"])
    def tell(path: str) -> dict[str, object]:
        return {"path": path, "bytes": len(request.get_data()), "headers": dict(request.headers)}

    return app


@pytest.fixture(params=sorted(KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def telling(kind: str, tmp_path: Path) -> Iterator[Proxy]:
    """Before a program that answers with what it was asked."""
    with served(_telling()) as address, KINDS[kind](tmp_path, _port(address)) as proxy:
        yield proxy


@pytest.fixture
def alone(kind: str, tmp_path: Path) -> Iterator[Proxy]:
    """Before nobody: flashmeet is being restarted."""
    with KINDS[kind](tmp_path, free_port()) as proxy:
        yield proxy


@pytest.fixture
def serving(kind: str, tmp_path: Path, config: Config, database: Database) -> Iterator[Proxy]:
    app = create_app(replace(config, base_url=f"https://{HOST}"), database=database)
    with served(app) as address, KINDS[kind](tmp_path, _port(address)) as proxy:
        yield proxy


@pytest.fixture
def telling_below_a_path(tmp_path: Path) -> Iterator[Proxy]:
    """nginx with what the operators' page says for a path of an existing site; nothing but that is flashmeet's."""
    page = (DEPLOY.parent / "docs" / "operating.md").read_text()
    [block] = re.findall(r"^```nginx\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    with served(_telling()) as address, nginx(tmp_path, _port(address), more=block) as proxy:
        yield proxy


def _port(address: str) -> int:
    return int(address.rsplit(":", 1)[1])


def test_whatever_a_client_claims_to_be_its_own_address_is_passed_on(telling: Proxy) -> None:
    forged = {"X-Forwarded-For": "127.0.0.2, 9.9.9.9", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example"}
    told = json.loads(telling.ask("/", headers=forged).body)["headers"]
    assert told["X-Forwarded-For"] == "127.0.0.1"
    assert told["X-Forwarded-Proto"] == "https"
    assert told["Host"] == HOST


def test_a_file_of_the_largest_form_arrives_whole(telling: Proxy) -> None:
    assert json.loads(telling.ask("/", method="POST", body=bytes(30_000_000)).body)["bytes"] == 30_000_000


def test_no_log_holds_the_end_of_an_address(telling: Proxy) -> None:
    for address in SECRET_ADDRESSES:
        assert telling.ask(address).status == 200
        assert telling.ask(address, method="POST", announced=HEAVY).status == 413
    assert "/calendar" in telling.logged()
    assert "s3cret" not in telling.logged()


def test_no_log_holds_the_end_of_an_address_while_flashmeet_is_away(alone: Proxy) -> None:
    for address in SECRET_ADDRESSES:
        assert alone.ask(address).status == 503
    assert "/calendar" in alone.logged()
    assert "s3cret" not in alone.logged()


def test_whoever_comes_without_tls_is_sent_to_the_same_address_with_it(telling: Proxy) -> None:
    answer = telling.ask("/search?need=a%20b", secure=False)
    assert (answer.status, answer.headers["Location"]) == (308, f"https://{HOST}/search?need=a%20b")


@pytest.mark.parametrize("kind", ["nginx"])  # Caddy repeats the name; no other site can make a browser say one
def test_a_name_that_is_not_ours_is_not_repeated(telling: Proxy) -> None:
    answer = telling.ask("/", secure=False, headers={"Host": "evil.example"})
    assert "evil.example" not in answer.headers.get("Location", "")


def test_who_asks_for_a_page_while_flashmeet_is_away_reads_so_and_the_page_asks_anew(alone: Proxy) -> None:
    answer = alone.ask("/me")
    assert (answer.status, answer.headers["Content-Type"]) == (503, "text/html; charset=utf-8")
    assert answer.headers["Retry-After"] == "10" and answer.headers["Cache-Control"] == "no-store"
    assert "Le service redémarre" in answer.body.decode() and "The service is restarting" in answer.body.decode()
    assert b'http-equiv="refresh"' in answer.body


def test_who_sends_a_form_while_flashmeet_is_away_is_told_to_look_whether_it_arrived(alone: Proxy) -> None:
    answer = alone.ask("/bookings/1/cancel", method="POST", body=b"reason=ill")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
    assert "look first whether it is done" in answer.body.decode()
    assert b'http-equiv="refresh"' not in answer.body


@pytest.mark.parametrize("path", ["/api/v1/slots", "/mentorat/api/v1/slots"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_program_is_told_so_in_its_own_language(alone: Proxy, path: str, method: str) -> None:
    answer = alone.ask(path, method=method)
    assert (answer.status, answer.headers["Content-Type"]) == (503, "application/problem+json")
    assert json.loads(answer.body)["code"] == "unavailable"


def test_a_file_that_is_too_large_for_every_form_is_refused_in_words(telling: Proxy) -> None:
    answer = telling.ask("/me/photo", method="POST", announced=HEAVY)
    assert (answer.status, answer.headers["Content-Type"]) == (413, "text/html; charset=utf-8")
    assert "Ce fichier est trop lourd" in answer.body.decode() and "This file is too large" in answer.body.decode()


@pytest.mark.parametrize("name", ["away.html", "sent.html", "too-large.html", "away.json"])
def test_the_words_for_such_times_are_no_pages_of_the_site(telling: Proxy, name: str) -> None:
    """They would answer with a word of the proxy where flashmeet has an answer of its own."""
    answer = telling.ask(f"/{name}")
    assert answer.status == 404 or json.loads(answer.body)["path"] == name


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_flashmeets_own_headers_reach_the_browser_once(serving: Proxy) -> None:
    page = serving.ask("/", headers={"Accept-Encoding": "gzip"})
    assert page.status == 200
    sheet = re.search(rb'href="(/static/[^"]+\.css)"', gzip.decompress(page.body))
    assert sheet is not None
    for answer in (page, serving.ask(sheet[1].decode(), headers={"Accept-Encoding": "gzip"})):
        assert answer.headers.get_all("Strict-Transport-Security") == ["max-age=63072000"]
        for name in ("Content-Encoding", "Content-Security-Policy", "Cache-Control", "Server", "X-Request-Id"):
            assert len(answer.headers.get_all(name, [])) == 1, name


def test_below_a_path_of_another_site_everything_arrives_as_it_was_sent(telling_below_a_path: Proxy) -> None:
    asked = telling_below_a_path.ask("/mentorat/me", headers={"X-Forwarded-For": "9.9.9.9"})
    told = json.loads(asked.body)
    assert told["path"] == "mentorat/me"
    assert {told["headers"][name] for name in ("Host", "X-Forwarded-For", "X-Forwarded-Proto")} == {
        HOST,
        "127.0.0.1",
        "https",
    }
    large = telling_below_a_path.ask("/mentorat/admin/import", method="POST", body=bytes(30_000_000))
    assert json.loads(large.body)["bytes"] == 30_000_000
    assert telling_below_a_path.ask("/mentorat").headers["Location"].endswith("/mentorat/")


def test_below_a_path_no_log_of_the_other_site_holds_the_end_of_an_address(telling_below_a_path: Proxy) -> None:
    for address in SECRET_ADDRESSES:
        assert telling_below_a_path.ask(f"/mentorat{address}").status == 200
        large = telling_below_a_path.ask(f"/mentorat{address}", method="POST", announced=HEAVY)
        assert large.status == 413 and b"This file is too large" in large.body
    assert "s3cret" not in telling_below_a_path.logged()
