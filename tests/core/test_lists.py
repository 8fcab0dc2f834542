"""A list of ids, however long, is one parameter of one statement."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.database.engine import Database
from flashmeet.core.database.lists import among
from flashmeet.identity.models import Member
from tests import people
from tests.databases import plans_of, statements_of


def _names(db: Session, ids: list[int]) -> list[str]:
    query = select(Member.first_name).where(among(Member.id, ids)).order_by(Member.first_name)
    return list(db.scalars(query))


def test_a_list_selects_those_it_names_and_an_empty_one_nobody(db: Session) -> None:
    alice, bob = people.member(db, "Alice"), people.member(db, "Bob")
    people.member(db, "Charlie")
    assert _names(db, [bob.id, alice.id, bob.id, 2**62]) == ["Alice", "Bob"]
    assert _names(db, []) == []
    assert list(db.scalars(select(Member.first_name).where(~among(Member.id, [alice.id, bob.id])))) == ["Charlie"]


def test_the_statement_is_the_same_for_lists_of_any_length(database: Database) -> None:
    statements = statements_of(database)
    with database.reading() as db:
        for length in (0, 3, 40_000):
            _names(db, list(range(1, length + 1)))
    assert len({each for each in statements if each.startswith("SELECT")}) == 1


def test_postgresql_reads_the_list_once_and_not_for_every_row(database: Database) -> None:
    def look() -> None:
        with database.reading() as db:
            query = select(Member.first_name).where(~among(Member.id, [1, 2, 3]))
            list(db.scalars(query))

    [plan] = plans_of(database, look)
    assert "cstring" not in plan
    if database.engine.dialect.name == "postgresql":
        assert "'{1,2,3}'::bigint[]" in plan
