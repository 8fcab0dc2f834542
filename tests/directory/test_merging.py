"""Two rows of one person become one, and nothing of either is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.core.database.session import Database
from flashmeet.core.errors import MergeRefused, NotFound, SlotTaken
from flashmeet.core.links import Links
from flashmeet.directory.models import MemberNote
from flashmeet.directory.service import merging
from flashmeet.directory.service.merging import merge_members
from flashmeet.directory.service.notes import write_note
from flashmeet.identity.models import LoginSession, Member, MentorTheme
from flashmeet.messages.models import OutboxMessage
from flashmeet.models import Base
from flashmeet.schedule.models import AvailabilityRule, Claim, Opening
from tests import people
from tests.browsers import Browser
from tests.directory.test_person import book
from tests.people import NOW


@pytest.fixture
def db(database: Database) -> Iterator[Session]:
    with database.writing() as db:
        yield db


def merged(db: Session, stays: Member, other: Member, *take: str) -> Member:
    return merge_members(db, stays.id, other.id, take=take, now=NOW)


def test_hours_seats_claims_and_messages_lead_to_the_one_who_stays(db: Session, links: Links) -> None:
    alice, bob, double = people.mentor(db), people.member(db, "Bob"), people.member(db, "Bobby")
    booked = book(db, links, double, alice)
    merged(db, bob, double)
    db.expire_all()
    assert db.get_one(Booking, booked.id).mentee_id == bob.id
    assert set(db.scalars(select(Seat.member_id).where(Seat.booking_id == booked.id))) == {alice.id, bob.id}
    assert db.scalar(select(func.count()).where(Claim.member_id == bob.id)) == 4
    told = db.scalars(select(OutboxMessage)).all()
    assert {message.recipient_id for message in told} == {alice.id, bob.id}
    assert double.id not in {message.payload.get(name) for message in told for name in merging.PEOPLE}


def test_the_mailbox_that_goes_loses_the_invites_and_the_one_that_stays_has_them(db: Session, links: Links) -> None:
    alice, bob, double = people.mentor(db), people.member(db, "Bob"), people.member(db, "Bobby")
    his = book(db, links, bob, alice)
    doubles = book(db, links, double, alice, day=10)
    merged(db, bob, double)
    rows = db.scalars(select(OutboxMessage).where(OutboxMessage.kind.in_(("invite", "invite_withdrawn")))).all()
    withdrawn = [row for row in rows if row.kind == "invite_withdrawn"]
    assert [(row.subject, row.payload["to"]) for row in withdrawn] == [(f"booking:{doubles.id}", "bobby@example.org")]
    assert (his.sequence, doubles.sequence) == (0, 2)
    again = {row.recipient_id for row in rows if row.subject == f"booking:{doubles.id}" and row.version == 2}
    assert again == {alice.id, bob.id}


def test_a_mentor_who_was_there_twice_gives_the_hours_of_both_rows_once(db: Session, links: Links) -> None:
    first, second = people.mentor(db, "Alice"), people.mentor(db, "Alicia")
    bob = people.member(db, "Bob")
    book(db, links, bob, second)
    rules = db.scalar(select(func.count()).where(AvailabilityRule.member_id == first.id))
    merged(db, first, second)
    assert db.scalar(select(func.count()).where(AvailabilityRule.member_id == first.id)) == rules
    assert db.scalar(select(func.count()).where(Opening.mentor_id == second.id)) == 0
    assert db.scalar(select(func.count()).where(MentorTheme.mentor_id == first.id)) == 1
    with pytest.raises(SlotTaken):
        book(db, links, people.member(db, "Charlie"), first)


def test_a_schedule_goes_over_where_the_one_who_stays_has_none(db: Session, links: Links) -> None:
    bob, alice = people.member(db, "Bob"), people.mentor(db)
    merged(db, bob, alice)
    assert db.get_one(Member, bob.id).roles == ["mentee", "mentor"]
    assert db.scalar(select(func.count()).where(Opening.mentor_id == bob.id))
    book(db, links, people.member(db, "Charlie"), db.get_one(Member, bob.id))


def test_what_is_empty_is_filled_and_what_differs_is_taken_where_it_was_chosen(db: Session) -> None:
    bob = people.member(db, "Bob", company="Arcade", graduation_year=2012)
    double = people.member(db, "Bobby", company="Medisens", headline="Juriste", graduation_year=2013, external_id="k7")
    merged(db, bob, double, "graduation_year")
    stays = db.get_one(Member, bob.id)
    assert (stays.first_name, stays.company, stays.headline) == ("Bob", "Arcade", "Juriste")
    assert (stays.graduation_year, stays.external_id, stays.email) == (2013, "k7", "bob@example.org")


def test_the_other_row_lets_nobody_in_and_shows_no_name(db: Session, database: Database) -> None:
    bob, double = people.member(db, "Bob"), people.member(db, "Bobby")
    times = {"created_at": NOW, "seen_at": NOW, "proved_at": NOW, "expires_at": NOW + timedelta(days=9)}
    db.add(LoginSession(member_id=double.id, secret_hash="x", **times))
    write_note(db, double, "Rappelle en janvier", by=people.member(db, "Odile", administrator=True), now=NOW)
    merged(db, bob, double)
    gone = db.get_one(Member, double.id)
    assert gone.erased_at == NOW
    assert "Bobby" not in gone.name
    assert "bobby" not in gone.email
    assert db.scalar(select(func.count()).select_from(LoginSession)) == 0
    assert db.scalars(select(MemberNote.member_id)).all() == [bob.id]
    for table in Base.metadata.sorted_tables:
        for column in merging._leads_to_members(table):
            assert not db.scalar(select(func.count()).where(column == double.id)), (table.name, column.name)


@pytest.mark.parametrize(
    ("mine", "theirs", "approved"),
    [
        ({"mentor": False}, {"approved": False}, False),  # the approval of who does not mentor says nothing
        ({"mentor": False}, {"approved": False, "held_at": NOW}, False),
        ({"mentor": True}, {"approved": False, "held_at": NOW}, False),
        ({"mentor": True, "approved": False, "held_at": NOW}, {}, False),
        ({"mentor": True, "approved": False}, {}, True),
        ({"mentor": False}, {}, True),
    ],
)
def test_two_rows_are_no_way_round_an_administrators_approval(
    db: Session, mine: dict[str, Any], theirs: dict[str, Any], approved: bool
) -> None:
    stays, other = people.member(db, "Alice", **mine), people.member(db, "Alicia", **{"mentor": True, **theirs})
    held = next((each.held_at for each in (stays, other) if each.mentor and each.held_at), None)
    merged(db, stays, other)
    assert (stays.mentor, stays.approved, stays.held_at) == (True, approved, held)


def test_who_came_by_either_row_has_come(db: Session) -> None:
    bob = people.member(db, "Bob")
    double = people.member(db, "Bobby", signed_in_at=NOW, seen_on=NOW.date())
    merged(db, bob, double)
    assert (bob.signed_in_at, bob.seen_on) == (NOW, NOW.date())


@pytest.mark.parametrize("suspended", [(True, False), (False, True)])
def test_a_suspension_is_neither_lifted_nor_spread_by_making_one_of_two(
    db: Session, suspended: tuple[bool, bool]
) -> None:
    bob, double = (
        people.member(db, name, suspended=each) for name, each in zip(("Bob", "Bobby"), suspended, strict=True)
    )
    with pytest.raises(MergeRefused) as refused:
        merged(db, bob, double)
    assert refused.value.facts == {"reason": "one_suspended"}


def test_two_who_met_who_are_taken_at_once_or_who_administer_stay_two(db: Session, links: Links) -> None:
    alice, bob, other = people.mentor(db), people.member(db, "Bob"), people.mentor(db, "Zoe")
    double = people.member(db, "Bobby")
    book(db, links, bob, alice)
    with pytest.raises(MergeRefused, match="merge_refused") as met:
        merged(db, alice, bob)
    assert met.value.facts == {"reason": "have_met"}
    book(db, links, double, other)
    with pytest.raises(MergeRefused) as busy:
        merged(db, bob, double)
    assert busy.value.facts == {"reason": "same_time"}
    odile = people.member(db, "Odile", administrator=True)
    with pytest.raises(MergeRefused) as office:
        merged(db, double, odile)
    assert office.value.facts == {"reason": "administers"}
    with pytest.raises(NotFound):
        merged(db, bob, bob)


def test_the_page_shows_both_and_makes_one(office: Browser, database: Database) -> None:
    with database.writing() as db:
        bob = people.member(db, "Bob", phone="+33612345678", company="Arcade")
        double = people.member(db, "Bobby", phone="+33612345678", company="Medisens")
    path = f"/admin/members/{bob.id}/merge/{double.id}"
    assert path in office.get(f"/admin/members/{bob.id}").get_data(as_text=True)
    page = office.get(path).get_data(as_text=True)
    assert "bobby@example.org" in page
    assert "Medisens" in page
    assert office.send(path, {"take": ["company"]}).location == f"/admin/members/{bob.id}"
    with database.reading() as db:
        assert db.get_one(Member, bob.id).company == "Medisens"
    assert office.get(f"/admin/members/{double.id}").status_code == 404
