"""What a request costs, as laws: how many statements at most."""

from __future__ import annotations

import pytest

from flashmeet.core.database.session import Database
from flashmeet.core.settings.policies import Policy
from tests import people
from tests.api.callers import Caller, told
from tests.api.conftest import Join, join, token_of
from tests.databases import repeats_of, statements_of

__all__ = ["join", "token_of"]
AT, BEFORE = "2026-12-09T17:00:00Z", "2026-12-10T08:00:00Z"


@pytest.mark.parametrize(("policy", "most"), [(people.FREE, 25), (Policy(per_week=2, notice_minutes=0), 28)])
def test_booking_an_hour_reads_each_fact_once(join: Join, database: Database, policy: Policy, most: int) -> None:
    """But schedule and calendars, which are read again once the mentor is locked. `Policy()` has limits to count."""
    alice, bob, charlie = join("Alice", mentor=True, policy=policy), join("Bob"), join("Charlie")
    _books(charlie, alice, BEFORE)
    statements, again = statements_of(database), repeats_of(database)
    _books(bob, alice, AT)
    asked = [each for each in statements if not each.startswith(("BEGIN", "PRAGMA"))]
    by_twos = database.engine.dialect.name == "sqlite"  # there the two seats are inserted one by one
    assert len(asked) <= most + by_twos
    assert {_table(each) for each in again} == {"mentor_policy", "calendar"}


def _table(statement: str) -> str:
    return statement.partition("FROM ")[2].split()[0]


def _books(who: Caller, mentor: Caller, at: str) -> None:
    told(who.book(mentor.id, at), 201)
