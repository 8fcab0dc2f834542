"""What is past its period goes, in steps; what is not, stays; and it can be said before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from flashmeet.core.database.engine import Database
from flashmeet.core.database.types import UtcDateTime
from flashmeet.identity.models import ApiToken
from flashmeet.identity.service.tokens import create_token, revoke_token
from flashmeet.messages.models import OutboxMessage
from flashmeet.models import Base
from flashmeet.privacy.queries import table_of
from flashmeet.privacy.rules.entries import Takes
from flashmeet.privacy.rules.periods import TOKENS_KEPT
from flashmeet.privacy.rules.register import ENTRIES
from flashmeet.privacy.service.retention import keep_periods, leaving_this_week, past_their_period
from flashmeet.programme.service.to_do import send_digests
from tests import people
from tests.people import NOW
from tests.privacy.world import Person, person, texts_of

AGES = timedelta(days=4000)


@pytest.fixture
def world(database: Database) -> Person:
    """Alice, about whom everything is kept, and every time of which was just now."""
    with database.writing() as db:
        people.law(db)
        it = person(db, "Alice", third=people.member(db, "Charlie"))
        for table in (each for each in Base.metadata.sorted_tables if each.name != "audit_entry"):
            times = {each.name: NOW for each in table.columns if isinstance(each.type, UtcDateTime)}
            times |= {"ends_at": NOW + timedelta(hours=1)} if {"starts_at", "ends_at"} <= times.keys() else {}
            keyed = {each.name for each in table.primary_key.columns}
            if times.keys() - keyed:
                db.execute(update(table).values({name: at for name, at in times.items() if name not in keyed}))
    return it


def words_with_a_period() -> set[str]:
    """`table.column` of what goes after some time."""
    found = set()
    for entry in ENTRIES:
        for period in entry.periods:
            if period.takes is Takes.ROWS:
                found |= {f"{entry.table}.{each.name}" for each in table_of(entry.table).columns}
            else:
                words = (*" ".join(entry.own.values()).split(), *entry.texts.split(), *entry.wiped.split())
                found |= {f"{entry.table}.{name}" for name in words}
    return found


def test_every_word_with_a_period_is_gone_once_it_is_over_and_no_other(database: Database, world: Person) -> None:
    with database.writing() as db:
        keep_periods(db, now=NOW + AGES)
    with database.reading() as db:
        texts = texts_of(db)
    marked = [each for each in world.canaries if each.startswith("canary.")]
    left = {place for place, text in texts.items() for each in marked if each in text}
    there = {".".join(each.split(".")[2:4]) for each in marked}
    assert left - {"blocked_number.phone"} == there - words_with_a_period(), "the member's number is there too"


def test_what_is_within_its_period_stays(database: Database, world: Person) -> None:
    with database.reading() as db:
        before = texts_of(db)
    with database.writing() as db:
        keep_periods(db, now=NOW - timedelta(seconds=1))
    with database.reading() as db:
        assert texts_of(db) == before


def test_it_is_said_before_what_would_go_and_nothing_goes_by_saying(database: Database, world: Person) -> None:
    with database.reading() as db:
        before = texts_of(db)
        said = past_their_period(db, now=NOW + AGES)
        assert {each.table for each in said} >= {"booking", "thread_message", "outbox", "unmet"}
        assert texts_of(db) == before
    with database.writing() as db:
        assert keep_periods(db, now=NOW + AGES) >= sum(1 for each in said)
        assert past_their_period(db, now=NOW + AGES) == []
        assert keep_periods(db, now=NOW + AGES) == 0


def test_large_tables_go_in_steps(database: Database) -> None:
    counts = table_of("rate_count")
    with database.writing() as db:
        db.execute(insert(counts), [{"key": f"k{n}", "count": 1, "expires_at": NOW} for n in range(5)])
    steps = []
    for _ in range(4):
        with database.writing() as db:
            steps.append(keep_periods(db, now=NOW, limit=2))
    assert steps == [2, 2, 1, 0]
    with database.reading() as db:
        assert db.scalars(select(counts.c.key)).all() == []


@pytest.mark.parametrize("ended", ["expired", "revoked"])
def test_a_key_for_programs_is_forgotten_a_year_after_it_ended(database: Database, ended: str) -> None:
    with database.writing() as db:
        bob = people.member(db, "Bob")
        create_token(db, bob, read_only=True, now=NOW)
        token = db.scalars(select(ApiToken)).one()
        if ended == "revoked":
            revoke_token(db, bob, token.id, now=NOW)
        over = (NOW if ended == "revoked" else token.expires_at) + TOKENS_KEPT
    for at, left in ((over - timedelta(seconds=1), 1), (over, 0)):
        with database.writing() as db:
            keep_periods(db, now=at)
            assert len(db.scalars(select(ApiToken)).all()) == left


def test_what_leaves_within_a_week_is_said_on_monday_without_codes_and_forms(database: Database) -> None:
    with database.writing() as db:
        odile = people.member(db, "Odile", administrator=True)
        db.execute(insert(table_of("rate_count")), [{"key": "k", "count": 1, "expires_at": NOW}])
        charlie, law = people.member(db, "Charlie"), people.law(db)
        for days in (350, 360):
            at = NOW - timedelta(days=days)
            row = {"member_id": charlie.id, "theme_id": law.id, "day": at.date(), "cause": "search", "at": at}
            db.execute(insert(table_of("unmet")), [row])
    with database.reading() as db:
        assert leaving_this_week(db, now=NOW) == 1
    monday = datetime(2026, 11, 30, 8, tzinfo=UTC)
    with database.writing() as db:
        send_digests(db, now=monday)
        digest = db.scalars(select(OutboxMessage).where(OutboxMessage.recipient_id == odile.id)).one()
        assert digest.payload["leaving"] == leaving_this_week(db, now=monday) == 1
