"""Rows that are written past the ORM's flush are the rows that a flush would write, and are held as it would."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import Table, func, select
from sqlalchemy.exc import StatementError

from flashmeet.core.database.bulk import insert_new
from flashmeet.core.database.new_rows import write_in_bulk, write_new
from flashmeet.core.database.session import Database
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.schedule.models import Claim, Holder
from flashmeet.schedule.rules.booked_hour import HolderKind
from tests import people
from tests.databases import statements_of
from tests.people import NOW

LATER = NOW + timedelta(minutes=10)
_CLAIM, _OUTBOX = cast(Table, Claim.__table__), cast(Table, OutboxMessage.__table__)


def test_a_new_row_holds_what_a_flush_would_write(database: Database) -> None:
    with database.writing() as db:
        bob = people.member(db, "Bob")
        written, flushed = (Holder(kind=HolderKind.HOLD, member_id=bob.id, expires_at=LATER) for _ in range(2))
        write_new(db, written)
        db.add(flushed)
        db.flush()
        assert db.get(Holder, written.id) is written
        assert written not in db.dirty
    with database.reading() as db:
        one, other = db.execute(select(*Holder.__table__.c).order_by(Holder.id)).mappings()
        assert {**one, "id": 0} == {**other, "id": 0}
        assert one["id"] == written.id


def test_rows_in_bulk_hold_what_a_flush_would_write_and_know_their_keys(database: Database) -> None:
    with database.writing() as db:
        ids = [people.member(db, name).id for name in ("Bob", "Charlie")]
        written, flushed = (
            [Holder(kind=HolderKind.HOLD, member_id=each, expires_at=LATER) for each in ids] for _ in "ab"
        )
        write_in_bulk(db, written)
        db.add_all(flushed)
        db.flush()
        assert not any(row in db for row in written)
    with database.reading() as db:
        rows = db.execute(select(*Holder.__table__.c).order_by(Holder.id)).mappings().all()
        assert [{**row, "id": 0} for row in rows[:2]] == [{**row, "id": 0} for row in rows[2:]]
        assert [row["id"] for row in rows[:2]] == [row.id for row in written]


def test_a_new_row_that_changes_later_is_written_again(database: Database) -> None:
    with database.writing() as db:
        holder = Holder(kind=HolderKind.HOLD, member_id=people.member(db, "Bob").id, expires_at=LATER)
        db.add(holder)
        write_new(db, holder)
        holder.expires_at = None
    with database.reading() as db:
        assert db.scalars(select(Holder.expires_at)).all() == [None]


def test_several_rows_are_one_statement_and_each_knows_its_key(database: Database) -> None:
    with database.writing() as db:
        ids = [people.member(db, name).id for name in ("Bob", "Charlie", "Dora")]
        rows = [Holder(kind=HolderKind.HOLD, member_id=each) for each in reversed(ids)]
        statements = statements_of(database)
        write_new(db, *rows, told_apart_by="member_id")
        assert len(statements) == 1
        assert dict(db.execute(select(Holder.id, Holder.member_id)).all()) == {row.id: row.member_id for row in rows}


def test_the_key_of_a_row_that_was_rolled_back_can_be_given_again(database: Database) -> None:
    """As SQLite does; what the session held under it is no row any more."""
    with database.writing() as db:
        bob = people.member(db, "Bob")
        lost = Holder(kind=HolderKind.HOLD, member_id=bob.id)
        nested = db.begin_nested()
        write_new(db, lost)
        nested.rollback()
        kept = Holder(kind=HolderKind.OFFER, member_id=bob.id)
        write_new(db, kept)
        assert db.get(Holder, kept.id) is kept
    with database.reading() as db:
        assert db.scalars(select(Holder.kind)).all() == [HolderKind.OFFER]


def test_new_rows_are_counted_and_those_there_already_are_left_as_they_are(database: Database) -> None:
    with database.writing() as db:
        bob = people.member(db, "Bob")
        holders = [Holder(kind=HolderKind.HOLD, member_id=bob.id) for _ in range(2)]
        for each in holders:
            write_new(db, each)
        first, second = (
            [{"member_id": bob.id, "tick": tick, "holder_id": each.id} for tick in ticks]
            for each, ticks in zip(holders, ((1, 2), (2, 3, 4)), strict=True)
        )
        assert insert_new(db, _CLAIM, first) == 2
        assert insert_new(db, _CLAIM, second) == 2
        assert insert_new(db, _CLAIM, second[:1]) == 0
        rows = db.execute(select(Claim.tick, Claim.holder_id).order_by(Claim.tick)).all()
        assert [each == holders[0].id for _, each in rows] == [True, True, False, False]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_any_number_of_rows_is_one_text_and_one_parameter(database: Database) -> None:
    """So that SQLAlchemy compiles it, the driver reads it and PostgreSQL plans it once."""
    with database.writing() as db:
        holder = Holder(kind=HolderKind.HOLD, member_id=people.member(db, "Bob").id)
        write_new(db, holder)
        statements = statements_of(database)
        for ticks in ((1,), (2, 3), range(10, 400)):
            rows = [{"member_id": holder.member_id, "tick": tick, "holder_id": holder.id} for tick in ticks]
            assert insert_new(db, _CLAIM, rows) == len(rows)
    assert len([each for each in statements if each.startswith("INSERT")]) == 3
    assert len({each for each in statements if each.startswith("INSERT")}) == 1


def test_what_a_row_says_is_stored_as_it_is(database: Database) -> None:
    payload: dict[str, object] = {"name": "Zoé “dite” Ö'Connor\\ 漢字 🎓", "at": None, "list": [1, "%s", {"a": ":b"}]}
    row: dict[str, object] = {
        "subject": "s:1",
        "version": 0,
        "recipient_id": 0,
        "channel": "mail",
        "kind": "invite",
        "payload": payload,
        "lane": None,
        "state": OutboxState.WAITING,
        "due_at": LATER + timedelta(microseconds=1),
        "message_key": "k",
        "created_at": NOW,
    }
    with database.writing() as db:
        row["recipient_id"] = people.member(db, "Bob").id
        assert insert_new(db, _OUTBOX, [row]) == 1
    with database.reading() as db:
        [found] = db.execute(select(*_OUTBOX.c)).mappings()
        assert {name: found[name] for name in row} == row
        assert (found["doubts"], found["sent_to"]) == (0, "")
        assert db.scalar(select(func.count()).select_from(OutboxMessage)) == 1
    with pytest.raises((ValueError, StatementError), match="naive"), database.writing() as db:
        insert_new(db, _OUTBOX, [row | {"due_at": NOW.replace(tzinfo=None)}])
