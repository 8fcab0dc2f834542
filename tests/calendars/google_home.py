"""Alice has connected her calendar at Google, or at another provider."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import select

from flashmeet.calendars.rules.sources import Access, Calendars
from flashmeet.calendars.service.accounts import connect_at_provider
from flashmeet.calendars.sources.configured import Sources, openers
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.vault import vault_of
from flashmeet.identity.models import Member
from flashmeet.schedule.models import BusyTime
from flashmeet.schedule.rules.calendars import CalendarKind
from tests import people
from tests.calendars.house import House
from tests.fakes.google import GoogleServer

HERE = "alice@example.org"


def at_provider(database: Database, config: Config) -> House:
    """Alice and Bob in an installation that knows the provider."""
    ways = Calendars(sources=Sources(openers(config)), vault=vault_of(config))
    made = House(database, config, None, ways)  # type: ignore[arg-type]  # no CalDAV server is needed here
    with database.writing() as db:
        made.ids = {
            "Alice": people.mentor(db, policy=dataclasses.replace(people.EVERY_QUARTER, horizon_days=28)).id,
            "Bob": people.member(db, "Bob").id,
        }
    return made


@pytest.fixture
def home(database: Database, config: Config, google_server: GoogleServer) -> House:
    """Alice has connected her account; nobody has looked at it yet."""
    made = at_provider(database, dataclasses.replace(config, google=google_server.settings()))
    open_again(made, google_server)
    return made


def open_again(home: House, google: GoogleServer) -> None:
    open_at(home, CalendarKind.GOOGLE, google.consents.refresh_token())


def open_at(home: House, kind: CalendarKind, refresh_token: str) -> None:
    """Alice gives her permission, anew or for the first time."""
    secrets = {"refresh_token": refresh_token}
    with home.database.writing() as db:
        source = home.ways.sources(Access(kind=kind, tzid="Europe/Paris", secrets=secrets), seconds=10)
        found = source.list_calendars()
        source.close()
        connect_at_provider(
            db,
            db.get_one(Member, home.ids["Alice"]),
            kind,
            secrets=secrets,
            calendars=found,
            vault=home.ways.vault,
            now=home.at,
        )


def busy(home: House) -> int:
    with home.database.reading() as db:
        return len(db.scalars(select(BusyTime)).all())
