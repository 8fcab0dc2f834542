"""The relay: credentials of its own for each seat, for a limited time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask import Flask

from flashmeet.app import create_app
from flashmeet.core.config import Config, TurnServer
from flashmeet.core.database.session import Database
from flashmeet.rooms.rules.room import turn_server
from tests import people
from tests.browsers import Browser, Clock
from tests.people import NOW
from tests.rooms.room.hours import Hour
from tests.rooms.room.pages import Page


def test_the_credential_is_the_hmac_sha1_of_expiry_and_seat() -> None:
    made = turn_server("turn:relay.example.org:3478", "north", seat_id=7, until=datetime(2027, 1, 1, tzinfo=UTC))
    assert made.username == "1798761600:7"
    # printf %s 1798761600:7 | openssl dgst -sha1 -hmac north -binary | base64
    assert made.credential == "zCGDqCcSU6Fyj2itI1e5EFXcUuQ="


def test_several_ways_to_the_relay_are_told_apart() -> None:
    made = turn_server("turn:a.example.org, turns:a.example.org:443?transport=tcp", "s", seat_id=1, until=NOW)
    assert made.urls == ("turn:a.example.org", "turns:a.example.org:443?transport=tcp")


def test_a_page_gets_a_relay_that_outlives_the_call(
    config: Config, database: Database, hour: Hour, clock: Clock
) -> None:
    turned = replace(config, turn=TurnServer(url="turn:relay.example.org:3478", secret="north"))
    app = create_app(turned, database=database, clock=clock)
    app.test_client_class = Browser
    page = Page(app.test_client(), hour.bobs_link).load()  # type: ignore[arg-type]  # the line above says which class
    (server,) = page.post("enter", {}).json["ice_servers"]  # type: ignore[index]  # entering answers with a document
    expiry, seat = server["username"].split(":")
    assert int(expiry) >= (NOW + timedelta(minutes=90)).timestamp()
    assert int(seat) == hour.bob_seat.id


def test_without_a_relay_nobody_else_is_asked(hour: Hour, visitor: Callable[[], Browser], app: Flask) -> None:
    page = Page(visitor(), hour.bobs_link).load()
    answer = page.post("enter", {}).json
    assert answer is not None
    assert answer["ice_servers"] == []


def test_the_administrator_is_told_where_there_is_none(
    config: Config, database: Database, clock: Clock, app: Flask
) -> None:
    with database.writing() as db:
        odile = people.member(db, "Odile", administrator=True, locale="en")
    without = Browser(app).sign_in(odile).get("/setup").get_data(as_text=True)
    assert "No relay is set" in without
    turned = replace(config, turn=TurnServer(url="turn:relay.example.org:3478", secret="north"))
    having = create_app(turned, database=database, clock=clock)
    assert "No relay is set" not in Browser(having).sign_in(odile).get("/setup").get_data(as_text=True)


def test_the_check_before_the_call_gets_a_credential_for_some_minutes(
    config: Config, database: Database, hour: Hour, clock: Clock
) -> None:
    turned = replace(config, turn=TurnServer(url="turn:relay.example.org:3478", secret="north"))
    clock.move(days=-2)  # the check may be done long before
    page = Page(Browser(create_app(turned, database=database, clock=clock)), hour.bobs_link).load()
    (server,) = page.post("relay", {}).json["ice_servers"]  # type: ignore[index]  # it answers with a document
    assert int(server["username"].split(":")[0]) == (clock() + timedelta(minutes=5)).timestamp()
