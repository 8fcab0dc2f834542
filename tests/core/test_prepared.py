"""A statement that is built once says the same as one that is built anew; a lost connection is replaced unseen."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import pytest
from sqlalchemy import NullPool, Select, create_engine, select, text

from flashmeet.core.database.lists import among
from flashmeet.core.database.prepared import any_rows, columns, prepared
from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from tests import people
from tests.databases import statements_of
from tests.people import NOW

_built: list[str] = []


@prepared
def _older(ids: Collection[int], before: datetime) -> Select[int, str]:
    _built.append("once")
    query = select(Member.id, Member.first_name).where(among(Member.id, ids), Member.created_at <= before)
    return query.order_by(Member.id)


def test_it_is_built_once_for_all_values(database: Database) -> None:
    _built.clear()
    with database.writing() as db:
        alice, bob = people.member(db, "Alice"), people.member(db, "Bob")
        for ids in ([alice.id], [alice.id, bob.id], []):
            rows = columns(db, *_older(ids, NOW + timedelta(days=1)))
            assert [row.id for row in rows] == ids
        assert columns(db, *_older([alice.id], before=NOW - timedelta(days=3650))) == []
    assert len(_built) <= 1


def test_it_sees_what_the_unit_of_work_has_not_written_yet(database: Database) -> None:
    with database.writing() as db:
        alice = people.member(db, "Alice")
        alice.first_name = "Alix"
        assert [row.first_name for row in columns(db, *_older([alice.id], NOW + timedelta(days=1)))] == ["Alix"]


@prepared
def _named(name: str) -> Select[Member]:
    return select(Member).where(Member.first_name == name).order_by(Member.id).limit(1)


def test_one_statement_tells_which_of_several_would_find_anything(database: Database) -> None:
    with database.writing() as db:
        alice = people.member(db, "Alice")
        late = NOW + timedelta(days=1)
        statements = statements_of(database)
        assert list(any_rows(db, _older([alice.id], late), _named("Alice"))) == [True, True]
        assert list(any_rows(db, _older([], late), _named("Alice"))) == [False, True]
        assert list(any_rows(db, _older([alice.id], late), _named("Bob"))) == [True, False]
        assert len(statements) == 3


def test_a_connection_that_the_server_closed_is_replaced_before_anybody_uses_it(database: Database) -> None:
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no server that closes connections")
    with database.reading() as db:
        pid = db.scalar(text("SELECT pg_backend_pid()"))
    elsewhere = create_engine(database.engine.url, poolclass=NullPool)
    with elsewhere.connect() as other:
        assert other.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    with database.reading() as db:
        assert db.scalar(text("SELECT pg_backend_pid()")) != pid


def test_taking_a_connection_asks_the_server_nothing(database: Database) -> None:
    with database.reading() as db:
        db.scalar(text("SELECT 1"))
    statements = statements_of(database)
    with database.reading() as db:
        db.scalar(text("SELECT 2"))
    assert [each for each in statements if not each.startswith(("BEGIN", "PRAGMA"))] == ["SELECT 2"]
