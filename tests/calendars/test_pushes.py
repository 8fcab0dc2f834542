"""Google knocks when a calendar has changed: a hint, and never more than that (acceptance D4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from flashmeet.calendars.rules.sources import Calendars
from flashmeet.calendars.sources.configured import Sources, openers
from flashmeet.cli.rounds.push_renewal import PushRenewal
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.core.provider_faults import AuthFailed
from flashmeet.core.vault import vault_of
from flashmeet.messages.models import PeriodicTaskRun
from flashmeet.schedule.models import CalendarAccount, MemberCalendar
from tests.browsers import Browser
from tests.calendars.google_home import HERE, home
from tests.calendars.house import House
from tests.fakes.google import GoogleServer, Refusal
from tests.pages import app, clock, compiled
from tests.people import NOW

__all__ = ["app", "clock", "compiled", "home"]

LATER = NOW + timedelta(minutes=4)


@pytest.fixture
def links(config: Config) -> Links:
    return Links("https://meet.example.org", config.secret_key)


@pytest.fixture
def knocks(home: House, links: Links) -> PushRenewal:
    return PushRenewal(home.database, home.ways, links)


def again(knocks: PushRenewal) -> None:
    """A quarter of an hour has passed."""
    with knocks.database.writing() as db:
        db.execute(update(PeriodicTaskRun).values(due_at=NOW - timedelta(days=30)))
    knocks.once()


def row(database: Database) -> MemberCalendar:
    with database.reading() as db:
        return db.scalars(select(MemberCalendar)).one()


def due_later(database: Database) -> None:
    with database.writing() as db:
        db.execute(update(MemberCalendar).values(next_try_at=LATER))


def knock(app: Flask, channel: str, token: str, *, state: str = "exists") -> int:
    headers = {"X-Goog-Channel-ID": channel, "X-Goog-Channel-Token": token, "X-Goog-Resource-State": state}
    return Browser(app).post("/hooks/google", headers=headers).status_code


def test_a_channel_is_opened_once_and_renewed_before_it_ends(knocks: PushRenewal, google_server: GoogleServer) -> None:
    knocks.once()
    again(knocks)
    [channel] = google_server.channels
    assert google_server.channels[channel]["address"] == "https://meet.example.org/hooks/google"
    kept = row(knocks.database)
    assert (kept.push["channel"], kept.push_until is not None) == (channel, True)
    with knocks.database.writing() as db:
        db.execute(update(MemberCalendar).values(push_until=datetime.now(UTC) + timedelta(hours=23)))
    again(knocks)
    [renewed] = google_server.channels
    assert renewed != channel
    assert row(knocks.database).push["channel"] == renewed


def test_a_provider_that_will_not_knock_troubles_nobody(knocks: PushRenewal, google_server: GoogleServer) -> None:
    google_server.fails["events.watch"] = [Refusal(403, "push.notSupportedForRequestedResource")]
    knocks.once()
    kept = row(knocks.database)
    assert (kept.push, kept.fault, kept.failing_since) == ({}, "", None)


def test_an_account_that_shut_us_out_is_not_asked_to_knock(knocks: PushRenewal, google_server: GoogleServer) -> None:
    with knocks.database.writing() as db:
        for account in db.scalars(select(CalendarAccount)).unique():
            account.fault = AuthFailed.code
    knocks.once()
    assert google_server.asked_for("events.watch") == []


def test_nobody_is_asked_to_knock_where_there_is_no_https(home: House, google_server: GoogleServer) -> None:
    PushRenewal(home.database, home.ways, Links("http://localhost", home.config.secret_key)).once()
    assert google_server.asked_for("events.watch") == []


def test_a_knock_makes_us_look_sooner(
    knocks: PushRenewal, google_server: GoogleServer, app: Flask, database: Database
) -> None:
    knocks.once()
    [channel] = google_server.channels
    token = google_server.channels[channel]["token"]
    due_later(database)
    assert knock(app, channel, token, state="sync") == 204
    assert row(database).next_try_at == LATER
    assert knock(app, channel, token) == 204
    assert row(database).next_try_at == NOW


def test_a_forged_knock_changes_nothing(
    knocks: PushRenewal, google_server: GoogleServer, app: Flask, database: Database
) -> None:
    knocks.once()
    [channel] = google_server.channels
    token = google_server.channels[channel]["token"]
    due_later(database)
    for wrong in ((channel, ""), (channel, "x"), (channel, "é"), (channel + "0", token), ("", token), ("x" * 99, "")):
        assert knock(app, *wrong) == 404
    other = f"{row(database).id}-{'0' * 32}"
    assert knock(app, other, knocks.links.push_token(other)) == 204  # a channel that was replaced knocks once more
    assert row(database).next_try_at == LATER


def test_without_a_knock_the_change_is_found_by_looking_round(home: House, google_server: GoogleServer) -> None:
    home.look()
    due = row(home.database).next_try_at
    assert due - home.at <= timedelta(minutes=15)
    google_server.busy(HERE, "dentist", datetime(2026, 12, 9, 9, tzinfo=UTC))
    home.at = due
    home.look()
    assert not home.listed()


def test_a_disconnected_calendar_knocks_at_nothing(
    knocks: PushRenewal, google_server: GoogleServer, app: Flask, database: Database
) -> None:
    knocks.once()
    [channel] = google_server.channels
    with database.writing() as db:
        db.delete(db.scalars(select(MemberCalendar)).one())
    assert knock(app, channel, google_server.channels[channel]["token"]) == 204


def test_the_ways_of_an_installation_without_google_know_no_google(config: Config) -> None:
    assert Calendars(sources=Sources(openers(config)), vault=vault_of(config)) is not None
    assert set(openers(config)) == {"caldav", "ics"}
