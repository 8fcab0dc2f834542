"""Nothing of an erased member is left in any text of the database, and others keep what is theirs."""

from __future__ import annotations

import pytest
from sqlalchemy import JSON, func, insert, select, true, update
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.engine import Database
from flashmeet.i18n.catalogue import translations
from flashmeet.identity.models import BlockedNumber, Member
from flashmeet.identity.rules import BlockReason, is_tombstone
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.write import mail
from flashmeet.messages.rules.outbox import UNFINISHED
from flashmeet.privacy.queries import about_any, table_of
from flashmeet.privacy.rules.messages import ERASED
from flashmeet.privacy.rules.register import ENTRIES
from flashmeet.privacy.rules.traces import TRACES
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


def test_no_word_that_others_wrote_names_who_was_erased(database: Database, world: tuple[Person, Person]) -> None:
    alice, bob = world
    named = f"Merci {alice.member.name}, {alice.member.email}"
    number = str(alice.member.phone)
    with database.writing() as db:
        ask = table_of("request_ask")
        of_bob = ask.c.id == bob.rows["request_ask"]["id"]
        db.execute(update(ask).where(of_bob).values(mentor_id=alice.member.id))
        for trace in TRACES:
            table = table_of(trace.table)
            near = about_any(table, trace.near, alice.member.id) if trace.near else true()
            words = {"it": [named, {"at": number}]} if isinstance(table.c[trace.column].type, JSON) else named
            db.execute(update(table).where(near).values({trace.column: words}))
    erase(database, alice.member)
    assert left(database, [alice.member.name, alice.member.email, number]) == {}
    with database.reading() as db:
        assert db.scalar(select(Booking.need).where(Booking.id == alice.rows["booking:mentor_id"]["id"])) == (
            f"Merci {translations('fr').gettext(FORMER)}, {translations('fr').gettext(FORMER)}"
        )


def test_a_longer_name_and_a_longer_address_are_somebody_elses(database: Database) -> None:
    with database.writing() as db:
        jean = people.member(db, "Jean")
        jean.last_name = "Martin"
        said = (
            "Jean Martin, Jean Martinez, Anne-Jean Martin, Jean Martin-Roux, jean@example.org, marie.jean@example.org"
        )
        note(db, people.member(db, "Charlie"), said)
    erase(database, jean)
    former = translations("fr").gettext(FORMER)
    assert notes(database) == [
        f"{former}, Jean Martinez, Anne-Jean Martin, Jean Martin-Roux, {former}, marie.jean@example.org"
    ]


@pytest.mark.both_databases
def test_a_whole_name_is_taken_out_however_its_letters_are_written(database: Database) -> None:
    written = ("zoé étienne", "Zoé ÉTIENNE", "ZOÉ ÉTIENNE", "ZOÉ@example.ORG")
    with database.writing() as db:
        zoe, charlie = people.member(db, "Zoé"), people.member(db, "Charlie")
        zoe.last_name, zoe.email = "Étienne", "zoé@example.org"
        for each in written:
            note(db, charlie, each)
            mail(db, charlie.id, ERASED.saying({}), f"told:{each}", now=NOW)
            db.execute(update(OutboxMessage).where(OutboxMessage.subject == f"told:{each}").values(payload=[each]))
        note(db, charlie, "zoé")
    erase(database, zoe)
    former = translations("fr").gettext(FORMER)
    assert sorted(notes(database)) == [former] * len(written) + ["zoé"]
    with database.reading() as db:
        assert db.scalars(select(OutboxMessage.payload)).all() == [[former]] * len(written)


def test_the_only_name_of_who_has_one_is_taken_out_where_they_are_near_and_stays_a_word_elsewhere(
    database: Database,
) -> None:
    with database.writing() as db:
        rose, charlie = people.member(db, "Rose"), people.member(db, "Charlie")
        rose.last_name = ""
        note(db, charlie, "Rose est une fleur")
        of_rose = {"mentor_id": rose.id, "mentor": "Rose", "need": "Roseraie"}
        of_nobody = {"minutes": rose.id, "text": "Rose"}
        for number, payload in enumerate((of_rose, of_nobody)):
            mail(db, charlie.id, ERASED.saying({}), f"told:{number}", now=NOW)
            db.execute(update(OutboxMessage).where(OutboxMessage.subject == f"told:{number}").values(payload=payload))
    erase(database, rose)
    assert notes(database) == ["Rose est une fleur"]
    with database.reading() as db:
        told = db.scalars(select(OutboxMessage.payload).order_by(OutboxMessage.id)).all()
    assert told == [{**of_rose, "mentor": translations("fr").gettext(FORMER)}, of_nobody]


def note(db: Session, about: Member, text: str) -> None:
    db.execute(insert(table_of("member_note")).values(member_id=about.id, text=text, written_at=NOW))


def notes(database: Database) -> list[str]:
    with database.reading() as db:
        return list(db.scalars(select(table_of("member_note").c.text)))


NOBODY_IS_NAMED = frozenset(
    {
        *("audit_entry.browser", "audit_entry.network"),  # ours
        *("booking.agreed_tzid", "booking.agreed_wall", "booking.mentee_tzid", "booking.mentee_wall"),
        *("booking.mentee_phone", "booking.mentor_phone"),
        *("day_offer.place", "day_offer.programme"),  # before anybody has asked for the day
    }
)


def test_all_that_one_person_writes_and_another_may_be_named_in_is_searched() -> None:
    """What belongs to both of an hour goes with either; what is one's own stays when the other is erased."""
    written = {
        f"{entry.table}.{column}"
        for entry in ENTRIES
        for column in (*" ".join(entry.own.values()).split(), *(entry.texts.split() if len(entry.paths) == 1 else ()))
        if table_of(entry.table).c[column].type.python_type is str
    }
    assert written - {f"{trace.table}.{trace.column}" for trace in TRACES} == NOBODY_IS_NAMED


def test_everybody_else_keeps_what_is_theirs(database: Database, world: tuple[Person, Person]) -> None:
    alice, bob = world
    before = left(database, bob.canaries)
    erase(database, alice.member)
    assert left(database, bob.canaries) == before


def test_the_stop_of_a_number_that_two_members_share_stays_for_the_other(database: Database) -> None:
    with database.writing() as db:
        bob, double, zoe = (people.member(db, name, phone=f"+336123456{end}") for name, end in OF_NUMBERS)
        db.add_all(
            BlockedNumber(phone=each, reason=BlockReason.OPTED_OUT, blocked_at=NOW) for each in {bob.phone, zoe.phone}
        )
    for each in (double, zoe):
        erase(database, each)
    with database.reading() as db:
        assert db.scalars(select(BlockedNumber.phone)).all() == [bob.phone]


OF_NUMBERS = (("Bob", "78"), ("Bobby", "78"), ("Zoe", "79"))


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
