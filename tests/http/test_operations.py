"""What an operator's machines ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, text, update

from flashmeet.app import create_app
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.core.zones import VERSION
from flashmeet.identity.models import LoginSession
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.write import send
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.kinds import Message
from flashmeet.people.rules.messages import SIGN_IN_CODE
from tests.browsers import Browser, Clock
from tests.http.conftest import World, mark_schema
from tests.people import NOW


def test_health_is_web_and_database_and_names_the_zone_data(client: Browser) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "tzdata": VERSION})


def test_ready_means_that_the_schema_is_this_programs(client: Browser, database: Database) -> None:
    with database.writing() as db:
        mark_schema(db)
    assert client.get("/readyz").status_code == 200
    with database.writing() as db:
        db.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    assert client.get("/readyz").status_code == 503


def test_metrics_tell_what_waits_and_for_how_long_and_nobodys_name(
    client: Browser, world: World, database: Database, clock: Clock
) -> None:
    with database.writing() as db:
        db.execute(update(OutboxMessage).values(state="sent"))
        for number, state in enumerate(("waiting", "waiting", "parked")):
            send(
                db,
                subject=f"t:{number}",
                version=0,
                recipient_id=world.ids["Bob"],
                channel=ChannelName.MAIL,
                message=Message(SIGN_IN_CODE, {}),
                now=NOW,
                due_at=NOW - timedelta(minutes=number),
            )
            db.execute(update(OutboxMessage).where(OutboxMessage.subject == f"t:{number}").values(state=state))
    told = client.get("/metrics").get_data(as_text=True)
    assert 'flashmeet_outbox_rows{channel="mail",state="waiting"} 2.0' in told
    assert 'flashmeet_outbox_rows{channel="mail",state="parked"} 1.0' in told
    assert "flashmeet_outbox_late_seconds 60.0" in told
    assert 'flashmeet_outbox_age_seconds{channel="mail"} 60.0' in told
    assert f'flashmeet_tzdata_info{{version="{VERSION}"}} 1.0' in told
    assert "@" not in told and "bob" not in told.lower()


def test_every_line_of_the_log_names_the_route_and_not_the_address(
    client: Browser, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    client.get(f"/join/{world.known['token']}?email=bob@example.org")
    told = caplog.text
    assert "/join/<token>" in told
    assert world.known["token"] not in told and "bob@" not in told


@pytest.fixture
def demo(config: Config, database: Database, clock: Clock) -> Browser:
    return Browser(create_app(replace(config, env="demo"), database=database, clock=clock))


def test_a_demo_link_signs_in_with_one_button_as_often_as_one_likes(
    demo: Browser, world: World, config: Config
) -> None:
    path = Links(config.base_url, config.secret_key).demo(world.ids["Bob"]).removeprefix(config.base_url)
    for _ in range(3):
        browser = Browser(demo.application)
        assert "Bob Exemple" in browser.get(path).get_data(as_text=True)
        assert browser.send(path, page=path).location == "/me"
        assert browser.get("/sign-in").location == "/me"


def test_changing_the_person_ends_the_session_before(
    demo: Browser, world: World, config: Config, database: Database
) -> None:
    links = Links(config.base_url, config.secret_key)
    with database.writing() as db:
        db.execute(delete(LoginSession))
    for who in ("Bob", "Odile"):
        path = links.demo(world.ids[who]).removeprefix(config.base_url)
        demo.send(path, page=path)
    with database.reading() as db:
        assert [row.member_id for row in db.query(LoginSession)] == [world.ids["Odile"]]


def test_a_demo_link_opens_nothing_elsewhere(app: Flask, client: Browser, world: World, config: Config) -> None:
    path = Links(config.base_url, config.secret_key).demo(world.ids["Bob"]).removeprefix(config.base_url)
    assert (client.get(path).status_code, client.send(path).status_code) == (404, 404)


@pytest.mark.parametrize("spoil", [lambda token: token[:-1], lambda token: "1" + token, lambda _: "1-", lambda _: "x"])
def test_a_demo_link_cannot_be_made_up(demo: Browser, world: World, config: Config, spoil: object) -> None:
    token = Links(config.base_url, config.secret_key).demo(world.ids["Bob"]).rsplit("/", 1)[1]
    assert demo.get(f"/demo/{spoil(token)}").status_code == 404  # type: ignore[operator]  # a function, told as a parameter


def test_a_suspended_member_has_no_demo(demo: Browser, world: World, config: Config) -> None:
    path = Links(config.base_url, config.secret_key).demo(world.ids["Eve"]).removeprefix(config.base_url)
    assert demo.get(path).status_code == 404


def test_metrics_are_for_this_machine_and_for_who_has_the_token(config: Config, database: Database) -> None:
    app = create_app(replace(config, metrics_token="a-token-for-prometheus"), database=database)
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}

    def status(**headers: str) -> int:
        return Browser(app).get("/metrics", headers=headers, environ_base=elsewhere).status_code

    assert status(Authorization="Bearer a-token-for-prometheus") == 200
    assert [status(), status(Authorization="Bearer another"), status(Authorization="Bearer \u00e9")] == [404, 404, 404]
    assert Browser(app).get("/metrics").status_code == 200
    closed = create_app(config, database=database)
    asked = Browser(closed).get("/metrics", headers={"Authorization": "Bearer None"}, environ_base=elsewhere)
    assert asked.status_code == 404


def test_behind_the_proxy_metrics_are_closed_to_its_callers(config: Config, database: Database) -> None:
    app = create_app(replace(config, base_url="https://localhost"), database=database)
    forwarded = {"X-Forwarded-For": "127.0.0.1, 192.0.2.7", "X-Forwarded-Proto": "https"}
    assert Browser(app).get("/metrics", headers=forwarded).status_code == 404


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_a_public_installation_answers_this_machine_under_any_name_and_others_under_its_own(
    config: Config, database: Database, path: str
) -> None:
    with database.writing() as db:
        mark_schema(db)
    browser = Browser(create_app(replace(config, base_url="https://meet.example.org"), database=database))
    for host in ("127.0.0.1:8000", "localhost", "web:8000"):
        assert browser.get(path, headers={"Host": host}).status_code == 200
        forwarded = {"Host": host, "X-Forwarded-For": "192.0.2.7"}
        assert browser.get(path, headers=forwarded).status_code == 400
    assert browser.get("/sign-in", headers={"Host": "127.0.0.1:8000"}).status_code == 400
