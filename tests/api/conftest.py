"""The application on each database in turn, and people who call it. Alice mentors, Bob books, Charlie may not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.identity.service.tokens import create_token
from tests import people
from tests.api.callers import Caller
from tests.api.policies import with_policy
from tests.apps import app_for
from tests.browsers import Clock
from tests.databases import statements_of
from tests.people import NOW

Join = Callable[..., Caller]
A_FORTNIGHT = with_policy(horizon_days=14)


@pytest.fixture
def clock() -> Clock:
    """Stands at NOW, a Tuesday; `clock.move(minutes=10)`."""
    return Clock(NOW)


@pytest.fixture
def app(config: Config, database: Database, clock: Clock) -> Flask:
    return app_for(config, database=database, clock=clock)


@pytest.fixture
def token_of(database: Database) -> Callable[..., str]:
    def make(member: Member, *, read_only: bool = False) -> str:
        with database.writing() as db:
            return create_token(db, db.get_one(Member, member.id), read_only=read_only, now=NOW)

    return make


@pytest.fixture
def join(app: Flask, database: Database, token_of: Callable[..., str]) -> Join:
    """`join("Bob")`; `join("Alice", mentor=True)` mentors law every day from 8 to 20 for a fortnight, or as told."""

    def _join(name: str, *, mentor: bool = False, read_only: bool = False, **more: Any) -> Caller:
        with database.writing() as db:
            people.law(db)
            person = (
                people.mentor(db, name, **{"policy": A_FORTNIGHT, **more})
                if mentor
                else people.member(db, name, **more)
            )
        return Caller(app, token=token_of(person, read_only=read_only), member_id=person.id)

    return _join


@pytest.fixture
def alice(join: Join) -> Caller:
    return join("Alice", mentor=True)


@pytest.fixture
def bob(join: Join) -> Caller:
    return join("Bob")


@pytest.fixture
def charlie(join: Join) -> Caller:
    return join("Charlie")


@pytest.fixture
def nobody(app: Flask) -> Caller:
    return Caller(app)


@pytest.fixture
def statements(database: Database) -> Callable[..., int]:
    """`statements(bob.get, "/bookings")`: how many the database was asked."""

    def count(ask: Callable[..., object], *args: object, **more: object) -> int:
        seen = statements_of(database)
        ask(*args, **more)
        return len(seen)

    return count
