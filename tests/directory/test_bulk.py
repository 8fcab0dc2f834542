"""Acts on everybody of a filter: whom they change, in steps, and what undoing them gives back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.audit.models import AuditEntry
from flashmeet.core.database.session import Database
from flashmeet.core.errors import BulkUnderWay, ChangedMeanwhile, NobodyConcerned
from flashmeet.core.links import Links
from flashmeet.directory.models import BulkAct
from flashmeet.directory.queries import progress_of
from flashmeet.directory.rules.bulk import IN_REQUEST, UNDO_WITHIN, BulkKind, BulkState
from flashmeet.directory.rules.filters import EVERYBODY, MemberFilter
from flashmeet.directory.service.bulk import begin_bulk, carry_on_bulk, undo_bulk
from flashmeet.identity.acts import Act
from flashmeet.identity.models import Member
from flashmeet.identity.rules import AgreedHours
from flashmeet.messages.models import OutboxMessage
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.themes.service import create_theme
from tests import people
from tests.browsers import Browser, Clock
from tests.directory.test_person import book, text
from tests.people import NOW


@pytest.fixture
def boss(db: Session) -> Member:
    return people.member(db, "Odile", administrator=True, mentee=False)


def waiting(db: Session, *names: str) -> list[Member]:
    return [people.member(db, name, mentor=True, approved=False) for name in names]


def begun(
    db: Session,
    kind: BulkKind,
    *,
    by: Member,
    people: int,
    wanted: MemberFilter = EVERYBODY,
    theme: str = "",
    hours: AgreedHours = AgreedHours.KEEP,
) -> BulkAct:
    return begin_bulk(db, wanted, kind, theme=theme, hours=hours, people=people, by=by, now=NOW)


def carried(db: Session, act: BulkAct, *, limit: int = 2) -> dict[str, int]:
    while carry_on_bulk(db, now=NOW, limit=limit):
        pass
    assert act.state in (BulkState.DONE, BulkState.UNDONE)
    return {state.value: count for state, count in progress_of(db, act).items() if count}


def test_an_act_changes_everybody_of_the_filter_in_steps_and_nobody_else(db: Session, boss: Member) -> None:
    mentors = waiting(db, "Ada", "Ben", "Cleo")
    other = people.member(db, "Zed", mentor=True, approved=False, graduation_year=1999)
    for each in mentors:
        each.graduation_year = 2012
    act = begun(db, BulkKind.APPROVE, by=boss, people=3, wanted=MemberFilter(first_year=2010))
    assert carry_on_bulk(db, now=NOW, limit=2) == 2
    assert [each.approved for each in mentors] == [True, True, False]
    assert act.state == BulkState.RUNNING
    assert carried(db, act) == {"done": 3}
    assert ([each.approved for each in mentors], other.approved) == ([True] * 3, False)


def test_a_number_that_has_changed_since_it_was_said_is_asked_again(db: Session, boss: Member) -> None:
    waiting(db, "Ada", "Ben")
    with pytest.raises(ChangedMeanwhile):
        begun(db, BulkKind.APPROVE, by=boss, people=1)
    with pytest.raises(NobodyConcerned):
        begun(db, BulkKind.RESUME, by=boss, people=2)


def test_undoing_changes_back_only_what_is_still_as_the_act_left_it(db: Session, boss: Member) -> None:
    ada, ben, cleo = (people.mentor(db, name) for name in ("Ada", "Ben", "Cleo"))
    act = begun(db, BulkKind.PAUSE, by=boss, people=3)
    assert carried(db, act) == {"done": 3}
    held_at = ada.held_at
    assert (held_at, ada.approved) == (NOW, False)
    ben.approved, ben.held_at = True, None
    cleo.held_at = NOW + timedelta(hours=1)
    db.flush()
    undo_bulk(db, act.id, now=NOW)
    assert carried(db, act) == {"undone": 1, "kept": 2}
    assert [(each.approved, each.held_at) for each in (ada, ben)] == [(True, None), (True, None)]
    assert (cleo.approved, cleo.held_at) == (False, NOW + timedelta(hours=1))


def test_an_act_is_undone_once_for_thirty_days(db: Session, boss: Member) -> None:
    waiting(db, "Ada")
    act = begun(db, BulkKind.APPROVE, by=boss, people=1)
    with pytest.raises(BulkUnderWay):
        undo_bulk(db, act.id, now=NOW)
    carried(db, act)
    with pytest.raises(BulkUnderWay):
        undo_bulk(db, act.id, now=NOW + UNDO_WITHIN)
    undo_bulk(db, act.id, now=NOW + UNDO_WITHIN - timedelta(seconds=1))
    carried(db, act)
    with pytest.raises(BulkUnderWay):
        undo_bulk(db, act.id, now=NOW)


def test_roles_are_taken_with_the_hours_and_given_back_without_them(db: Session, boss: Member, links: Links) -> None:
    alice, bob = people.mentor(db, mentee=False), people.member(db, "Bob")
    hour = book(db, links, bob, alice)
    act = begun(db, BulkKind.TAKE_MENTOR, by=boss, people=1, hours=AgreedHours.CANCEL)
    carried(db, act)
    assert (alice.roles, hour.status) == (["mentee"], BookingStatus.CANCELLED)
    undo_bulk(db, act.id, now=NOW)
    carried(db, act)
    assert (alice.roles, hour.status) == (["mentor"], BookingStatus.CANCELLED)


def test_who_has_no_other_role_stays_a_mentee(db: Session, boss: Member) -> None:
    people.member(db, "Bob")
    both = people.member(db, "Both", mentor=True)
    act = begun(db, BulkKind.TAKE_MENTEE, by=boss, people=1)
    carried(db, act)
    assert both.roles == ["mentor"]


def test_a_theme_comes_back_with_its_line(db: Session, boss: Member) -> None:
    tax = create_theme(db, names={"fr": "Fiscalité", "en": "Tax"}, synonyms=[])
    alice, ada = people.mentor(db), people.mentor(db, "Ada")
    given = begun(db, BulkKind.GIVE_THEME, by=boss, people=2, theme=tax.slug)
    carried(db, given)
    assert {each.theme_id for each in alice.offers} >= {tax.id}
    taken = begun(db, BulkKind.TAKE_THEME, by=boss, people=2, theme="droit")
    carried(db, taken)
    assert [each.theme_id for each in ada.offers] == [tax.id]
    undo_bulk(db, taken.id, now=NOW)
    carried(db, taken)
    assert {each.proof for each in ada.offers} == {"", "Quinze ans de droit des affaires"}


def test_each_change_is_on_the_record_of_its_person(db: Session, boss: Member) -> None:
    ada, ben = waiting(db, "Ada", "Ben")
    act = begun(db, BulkKind.APPROVE, by=boss, people=2)
    ben.approved = True
    db.flush()
    assert carried(db, act) == {"done": 1, "left": 1}
    found = db.execute(select(AuditEntry.to_id, AuditEntry.by_id).where(AuditEntry.act == Act.CHANGED_IN_BULK)).all()
    assert [tuple(each) for each in found] == [(ada.id, boss.id)]


def test_the_page_says_what_follows_and_few_are_changed_at_once(
    office: Browser, database: Database, links: Links, clock: Clock
) -> None:
    with database.writing() as db:
        alice, bob = people.mentor(db), people.member(db, "Bob")
        people.mentor(db, "Ada")
        book(db, links, bob, alice)
    page = text(office, "/admin/members/bulk/new?act=pause&only=mentor")
    for words in ("This changes 2 people", "1 hour to come is agreed", "Mentors concerned: 1"):
        assert words in page, words
    begins = {"act": "pause", "only": "mentor", "people": "3"}
    assert office.send("/admin/members/bulk", begins).status_code == 409
    answer = office.send("/admin/members/bulk", {**begins, "people": "2", "hours": "keep"})
    assert "Done for 2 people." in text(office, answer.location)
    clock.move(minutes=5)
    undone = office.send(f"{answer.location}/undo")
    assert "Undone for 2 people." in text(office, undone.location)
    assert "Pause the mentors" in text(office, "/admin/members/bulk")
    with database.reading() as db:
        assert db.get_one(Member, alice.id).bookable
        told = select(OutboxMessage.payload).where(OutboxMessage.kind == "mentor_decided")
        told = told.where(OutboxMessage.recipient_id == alice.id).order_by(OutboxMessage.id)
        assert [each["action"] for each in db.scalars(told)] == ["held", "approved"]


def test_many_are_left_to_the_worker_and_the_page_shows_how_far_it_is(office: Browser, database: Database) -> None:
    with database.writing() as db:
        waiting(db, *(f"M{number}" for number in range(IN_REQUEST + 5)))
    begins = {"act": "approve", "only": "waiting", "people": str(IN_REQUEST + 5)}
    where = office.send("/admin/members/bulk", begins).location
    assert f"{IN_REQUEST} of {IN_REQUEST + 5}" in text(office, where)
    with database.writing() as db:
        carry_on_bulk(db, now=NOW)
    assert f"Done for {IN_REQUEST + 5} people." in text(office, where)


def test_writing_to_them_is_offered_where_messages_to_many_know_the_filter(office: Browser, database: Database) -> None:
    with database.writing() as db:
        people.member(db, "Bob"), people.member(db, "Ben")
    assert "/admin/outreach/new?role=mentee&amp;never=yes" in text(office, "/admin/members?only=mentee&never=yes")
    assert "/admin/outreach/new?q=b&amp;role=mentee" in text(office, "/admin/members?q=b&only=mentee")
    assert "/admin/outreach/new" not in text(office, "/admin/members?only=suspended")


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"only": "mentor", "theme": "droit"}, ["Alice"]),
        ({"from": "2015", "to": "2010"}, ["Bob"]),
        ({"language": "en"}, ["Bob"]),
        ({"never": "yes", "only": "mentee", "q": "b"}, ["Bob"]),
        ({"only": "approved"}, ["Alice"]),
        ({"theme": "no-such-theme"}, []),
    ],
)
def test_the_list_is_filtered_by(office: Browser, database: Database, fields: dict[str, str], found: list[str]) -> None:
    with database.writing() as db:
        people.mentor(db, signed_in_at=NOW)
        people.member(db, "Bob", graduation_year=2012, languages=["fr", "en"])
        people.member(db, "Charlie", mentor=True, approved=False, graduation_year=2020, signed_in_at=NOW)
    office.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = office.get("/admin/members", query_string=fields).get_data(as_text=True)
    assert [name for name in ("Alice", "Bob", "Charlie") if f"{name.lower()}@example.org" in page] == found
