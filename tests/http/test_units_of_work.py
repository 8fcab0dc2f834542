"""A request reads by one session: one transaction, ended before anything else begins, gone when it has answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from flask import Flask
from psycopg.pq import TransactionStatus
from sqlalchemy import event, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from flashmeet.core.database.engine import Database
from flashmeet.core.database.engine import db as flask_db
from flashmeet.core.database.session import begin_reading
from flashmeet.core.limits import Limit
from flashmeet.http.admission.rate_limits import spend
from flashmeet.http.services import close_reading, reading, services, writing
from flashmeet.identity.models import Member
from tests import people
from tests.databases import statements_of


@pytest.fixture
def alice_id(database: Database) -> int:
    with database.writing() as db:
        return people.mentor(db, "Alice").id


@pytest.fixture
def begun(database: Database) -> Iterator[list[str]]:
    """Each transaction that begins: what it is for."""
    seen: list[str] = []

    def note(connection: object) -> None:
        seen.append("read" if connection.get_execution_options().get("flashmeet_read") else "write")  # type: ignore[attr-defined]

    event.listen(database.engine, "begin", note)
    yield seen
    event.remove(database.engine, "begin", note)


def connections_in_use(database: Database) -> int:
    return int(database.engine.pool.checkedout())  # type: ignore[attr-defined]


def rename(db: Session, member_id: int, name: str) -> None:
    db.get_one(Member, member_id).first_name = name


def test_a_request_that_reads_twice_runs_one_transaction_on_one_copy_of_each_row(
    app: Flask, alice_id: int, begun: list[str]
) -> None:
    with app.test_request_context("/"):
        with reading() as first:
            one = first.get_one(Member, alice_id)
            with reading() as nested:
                assert nested is first
        with reading() as second:
            assert second.get_one(Member, alice_id) is one
    assert begun == ["read"]


def test_the_pages_of_a_request_read_in_one_transaction(
    app: Flask, alice_id: int, begun: list[str], signed_in: Callable[[int], object]
) -> None:
    browser = signed_in(alice_id)
    begun.clear()
    assert browser.get("/me").status_code == 200  # type: ignore[attr-defined]
    assert begun == ["read"]


def test_what_reads_cannot_write(app: Flask, database: Database, alice_id: int) -> None:
    with app.test_request_context("/"), pytest.raises(DBAPIError), reading() as db:
        rename(db, alice_id, "Nobody")
        db.commit()
    with pytest.raises(DBAPIError), database.reading() as db:
        db.execute(text("DELETE FROM member"))
    with database.reading() as db:
        assert db.get_one(Member, alice_id).first_name != "Nobody"


def test_a_read_waits_for_no_begin_and_no_rollback_of_postgresql(app: Flask, database: Database, alice_id: int) -> None:
    if database.engine.dialect.name == "sqlite":
        pytest.skip("a file answers at once")
    statements = statements_of(database)
    with app.test_request_context("/"), reading() as db:
        db.get_one(Member, alice_id)
        assert transaction_of(db) == TransactionStatus.IDLE
    assert [each for each in statements if not each.startswith("SELECT")] == []
    with database.writing() as db:
        db.get_one(Member, alice_id)
        assert transaction_of(db) == TransactionStatus.INTRANS


def test_rows_that_are_read_in_parts_are_read_in_one_transaction_that_writes_nothing(
    database: Database, alice_id: int
) -> None:
    with database.reading() as db:
        begin_reading(db)
        assert [*db.scalars(select(Member.id).execution_options(yield_per=1))] == [alice_id]
        if database.engine.dialect.name != "sqlite":
            assert transaction_of(db) == TransactionStatus.INTRANS
        with pytest.raises(DBAPIError):
            db.execute(text("DELETE FROM member"))
    with database.reading() as db:
        assert db.get_one(Member, alice_id).id == alice_id


def transaction_of(db: Session) -> TransactionStatus:
    driver: Any = db.connection().connection.driver_connection
    return cast(TransactionStatus, driver.info.transaction_status)


def test_a_read_that_the_database_refused_does_not_spoil_the_next_one(app: Flask, alice_id: int) -> None:
    with app.test_request_context("/"):
        with pytest.raises(DBAPIError), reading() as db:
            db.execute(text("SELECT nothing FROM nowhere"))
        with reading() as db:
            assert db.get_one(Member, alice_id).id == alice_id


def test_what_a_request_wrote_it_sees(app: Flask, alice_id: int, begun: list[str]) -> None:
    with app.test_request_context("/"):
        with reading() as db:
            db.get_one(Member, alice_id)
        with writing() as db:
            rename(db, alice_id, "Alix")
        with reading() as db:
            assert db.get_one(Member, alice_id).first_name == "Alix"
    assert begun == ["read", "write", "read"]


def test_a_request_never_holds_two_connections(app: Flask, database: Database, alice_id: int) -> None:
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": "192.0.2.1"}):
        for other in (writing, services().database.reading, services().database.writing):
            with reading() as db:
                db.get_one(Member, alice_id)
            assert connections_in_use(database) == 1
            with other() as db:
                db.get_one(Member, alice_id)
                assert connections_in_use(database) == 1
        with reading() as db:
            db.get_one(Member, alice_id)
        spend(Limit(name="test", most=5, seconds=60), "anybody")
        assert connections_in_use(database) == 0


def test_nothing_is_held_once_reading_was_closed(app: Flask, database: Database, alice_id: int) -> None:
    with app.test_request_context("/"):
        with reading() as db:
            db.get_one(Member, alice_id)
        close_reading()
        assert connections_in_use(database) == 0


def test_the_session_is_removed_when_the_request_has_answered(app: Flask, database: Database, alice_id: int) -> None:
    with app.test_request_context("/"):
        with reading() as db:
            one = db.get_one(Member, alice_id)
        assert one in db
        assert flask_db.session.registry.has()
    assert one not in db
    assert connections_in_use(database) == 0
    with app.test_request_context("/"):
        assert not flask_db.session.registry.has()


def test_worker_and_commands_need_no_request(database: Database, alice_id: int) -> None:
    with database.writing() as db:
        rename(db, alice_id, "Alix")
    with database.reading() as db:
        assert db.get_one(Member, alice_id).first_name == "Alix"
