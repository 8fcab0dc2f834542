"""Nothing of an erased member is left in any text of the database, and others keep what is theirs."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.engine import Database
from flashmeet.i18n.catalogue import translations
from flashmeet.identity.models import Member
from flashmeet.identity.rules import is_tombstone
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.outbox import UNFINISHED
from flashmeet.privacy.service.wipe import FORMER, wipe
from tests import people
from tests.people import NOW
from tests.privacy.world import Person, person, texts_of


@pytest.fixture
def world(database: Database) -> tuple[Person, Person]:
    with database.writing() as db:
        people.law(db)
        third = people.member(db, "Charlie")
        return person(db, "Alice", third=third), person(db, "Bob", third=third)


def erase(database: Database, member: Member) -> None:
    with database.writing() as db:
        wipe(db, db.get_one(Member, member.id), now=NOW)


def left(database: Database, canaries: list[str]) -> dict[str, list[str]]:
    with database.reading() as db:
        texts = texts_of(db)
    found = {place: [each for each in canaries if each in text] for place, text in texts.items()}
    return {place: each for place, each in found.items() if each}


def test_no_text_of_the_database_holds_anything_of_an_erased_member(
    database: Database, world: tuple[Person, Person]
) -> None:
    alice, _ = world
    erase(database, alice.member)
    assert left(database, alice.canaries) == {}


def test_everybody_else_keeps_what_is_theirs(database: Database, world: tuple[Person, Person]) -> None:
    alice, bob = world
    before = left(database, bob.canaries)
    erase(database, alice.member)
    assert left(database, bob.canaries) == before


def test_hours_stay_counted(database: Database, world: tuple[Person, Person]) -> None:
    def hours() -> int:
        with database.reading() as db:
            return db.scalar(select(func.count()).select_from(Booking)) or 0

    before = hours()
    erase(database, world[0].member)
    assert hours() == before


def test_a_tombstone_has_nobodys_name_and_nobodys_address(database: Database, world: tuple[Person, Person]) -> None:
    alice, _ = world
    erase(database, alice.member)
    with database.reading() as db:
        member = db.get_one(Member, alice.member.id)
        assert member.name == translations("fr").gettext(FORMER)
        assert is_tombstone(member.email)
        assert (member.phone, member.photo_at, member.roles, member.suspended) == (None, None, [], True)


def test_nothing_waits_for_an_erased_member(database: Database, world: tuple[Person, Person]) -> None:
    alice, _ = world
    erase(database, alice.member)
    with database.reading() as db:
        waiting = select(OutboxMessage).where(OutboxMessage.recipient_id == alice.member.id)
        assert db.scalars(waiting.where(OutboxMessage.state.in_(UNFINISHED))).all() == []
