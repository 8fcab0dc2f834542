"""What the log says of a database that is away: the kind of fault, and nothing of what it holds."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from flashmeet.core.database.session import Database, fault_of, is_away


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_full_disk_is_named_and_no_value(database: Database) -> None:
    with pytest.raises(OperationalError) as raised, database.writing() as db:
        db.execute(text("PRAGMA max_page_count = 1"))
        db.execute(text("CREATE TABLE letters (words TEXT)"))
        for _ in range(100):
            db.execute(text("INSERT INTO letters VALUES (:words)"), {"words": "odile@example.org" * 10_000})
    database.engine.dispose()  # the bound is the connection's, which others would get
    assert isinstance(raised.value.orig, sqlite3.OperationalError) and is_away(raised.value)
    assert fault_of(raised.value) == "OperationalError SQLITE_FULL"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_full_disk_of_postgresql_is_named_and_away(database: Database) -> None:
    with pytest.raises(OperationalError) as raised, database.writing() as db:
        db.execute(text("DO $$ BEGIN RAISE EXCEPTION 'odile@example.org' USING ERRCODE = 'disk_full'; END $$"))
    assert is_away(raised.value) and fault_of(raised.value) == "OperationalError 53100"
