"""What is turned away before any view is asked."""

from __future__ import annotations

from dataclasses import replace

from flashmeet.app import create_app
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from tests.browsers import Browser

STRANGERS = ("evil.example", "localhost.evil.example", "", "a b", "[::2]", "127.0.0.2", "localhost:99999")
PATHS = ("/sign-in", "/api/v1/me", "/static/img/favicon.svg", "/no/such/page", "/healthz")
OURSELVES = ("localhost", "localhost:8000", "127.0.0.1:8000", "[::1]", "[::1]:8000", "LOCALHOST")


def test_a_host_that_is_not_ours_gets_400(client: Browser) -> None:
    asked = {(host, path): client.get(path, headers={"Host": host}).status_code for host in STRANGERS for path in PATHS}
    assert asked == dict.fromkeys(asked, 400)


def test_on_one_machine_every_name_of_it_is_ours(client: Browser) -> None:
    asked = {host: client.get("/sign-in", headers={"Host": host}).status_code for host in OURSELVES}
    assert asked == dict.fromkeys(OURSELVES, 200)


def test_an_installation_answers_to_its_name_alone(config: Config, database: Database) -> None:
    app = create_app(replace(config, base_url="https://meet.example.org"), database=database)
    asked = [app.test_client().get("/sign-in", headers={"Host": host}) for host in ("meet.example.org", "localhost")]
    assert [answer.status_code for answer in asked] == [200, 400]


def test_an_unknown_host_is_told_so_in_words(client: Browser) -> None:
    page = client.get("/sign-in", headers={"Host": "evil.example"})
    assert 'data-code="bad_request"' in page.get_data(as_text=True)
    assert "evil.example" not in page.get_data(as_text=True)


def test_a_character_that_no_database_keeps_is_no_input(client: Browser) -> None:
    for path in ("/search?need=%00", "/book/1/%00", "/demo/%00", "/api/v1/slots?theme=%00", "/join/%00"):
        assert client.get(path).status_code in (400, 404), path


def test_nor_is_it_in_a_form(client: Browser) -> None:
    assert client.send("/sign-in", {"email": "bob\0@example.org"}).status_code == 400


def test_a_number_that_no_row_has_is_an_unknown_address(client: Browser) -> None:
    for number in (2**63, 10**30, "-1", "1.5", "x"):
        assert client.get(f"/mentors/{number}").status_code == 404
        assert client.get(f"/api/v1/bookings/{number}").status_code == 404


def test_more_than_a_megabyte_is_too_much(client: Browser) -> None:
    answer = client.post("/sign-in", data={"email": "x" * 1_100_000})
    assert (answer.status_code, 'data-code="too_large"' in answer.get_data(as_text=True)) == (413, True)


def test_a_proxy_is_believed_where_there_is_one_only(config: Config, database: Database, client: Browser) -> None:
    secure = create_app(replace(config, base_url="https://meet.example.org"), database=database)
    seen: list[str | None] = []

    def look() -> str:
        from flask import request

        seen.append(request.remote_addr)
        return request.scheme

    look.__dict__["access"] = frozenset({"anyone"})
    for app in (secure, client.application):
        app.add_url_rule("/look", "look", look)
    headers = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    behind = secure.test_client().get("/look", headers={**headers, "Host": "meet.example.org"})
    assert (behind.get_data(as_text=True), client.get("/look", headers=headers).get_data(as_text=True)) == (
        "https",
        "http",
    )
    assert seen == ["203.0.113.7", "127.0.0.1"]
