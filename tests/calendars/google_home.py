"""Alice has connected her Google Calendar."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import select

from flashmeet.adapters.calendar_sources import Sources, openers
from flashmeet.adapters.vault import vault_of
from flashmeet.config import Config
from flashmeet.domain.calendars import Access
from flashmeet.domain.ports import Calendars
from flashmeet.service.calendars.at_providers import connect_at_provider
from flashmeet.store.database import Database
from flashmeet.store.models import BusyTime, Member
from tests import people
from tests.calendars.house import House
from tests.fakes.google import GoogleServer

HERE = "alice@example.org"
ACCESS = Access(kind="google", tzid="Europe/Paris")


@pytest.fixture
def home(database: Database, config: Config, google_server: GoogleServer) -> House:
    """Alice has connected her account; nobody has looked at it yet."""
    config = dataclasses.replace(config, google=google_server.settings())
    ways = Calendars(sources=Sources(openers(config)), vault=vault_of(config))
    made = House(database, config, None, ways)  # type: ignore[arg-type]  # no CalDAV server is needed here
    with database.writing() as session:
        made.ids = {"Alice": people.mentor(session).id, "Bob": people.member(session, "Bob").id}
    open_again(made, google_server)
    return made


def open_again(home: House, google: GoogleServer) -> None:
    """Alice gives her permission, anew or for the first time."""
    secrets = {"refresh_token": google.consents.refresh_token()}
    with home.database.writing() as session:
        access = dataclasses.replace(ACCESS, secrets=secrets)
        source = home.ways.sources(access, seconds=10)
        found = source.list_calendars()
        source.close()
        connect_at_provider(
            session,
            session.get_one(Member, home.ids["Alice"]),
            "google",
            secrets=secrets,
            calendars=found,
            vault=home.ways.vault,
            now=home.at,
        )


def busy(home: House) -> int:
    with home.database.reading() as session:
        return len(session.scalars(select(BusyTime)).all())
