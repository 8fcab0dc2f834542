"""Suggestions from the opening index: who never appears, what it costs, and what a member can dismiss (F9)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.service.agenda import current_theme
from flashmeet.core.database.session import Database
from flashmeet.core.settings.policies import Policy
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.availability import LeavePeriod, Span, WeeklyRule
from flashmeet.schedule.rules.dayparts import DayPart
from flashmeet.schedule.service.dismissals import dismiss
from flashmeet.schedule.service.leave import take_leave
from flashmeet.schedule.service.pauses import pause
from flashmeet.schedule.service.suggestions import suggestions
from flashmeet.schedule.service.waitlist import record_unmet_need
from flashmeet.seed.network import Plan, seed_people
from flashmeet.themes.adapters.understanding import understanding
from flashmeet.themes.rules.changes import UnmetCause
from flashmeet.themes.service import find_theme
from tests import people
from tests.databases import statements_of
from tests.people import NOW
from tests.scene import HOURLY
from tests.use_cases import Book


@pytest.fixture
def bob(db: Session) -> Member:
    return people.member(db, "Bob", languages=["fr"], graduation_year=2020)


def suggested(db: Session, bob: Member, **more: Any) -> list[str]:
    found = suggestions(db, bob, theme=people.law(db), now=NOW, limit=9, **more)
    return [each.mentor.first_name for each in found]


def test_only_those_are_suggested_who_can_help_now(db: Session, bob: Member, book: Book) -> None:
    people.mentor(db, "Alice", policy=HOURLY)
    people.mentor(db, "Unapproved", policy=HOURLY, approved=False)
    people.mentor(db, "Suspended", policy=HOURLY, suspended=True)
    people.mentor(db, "German", policy=HOURLY, languages=["de"])
    people.mentor(db, "Silent", policy=HOURLY, languages=[])
    away = people.mentor(db, "Away", policy=HOURLY)
    leave = LeavePeriod(NOW.date() - timedelta(days=1), NOW.date() + timedelta(days=60))
    take_leave(db, away, leave, now=NOW)
    pause(db, people.mentor(db, "Paused", policy=HOURLY), now=NOW)
    full = people.mentor(db, "Full", policy=Policy(per_day=1, per_week=1, per_month=1, horizon_days=20))
    book(people.member(db, "Other"), full, NOW.replace(hour=12) + timedelta(days=5))
    db.flush()
    assert suggested(db, bob) == ["Alice"]


@pytest.mark.parametrize(
    ("need", "first"),
    [
        ("Mon patron m’a viré sans préavis", "Salma"),
        ("Mon propriétaire veut augmenter le loyer de ma boutique", "Igor"),
        ("Is our newsletter fine with privacy rules?", "Dora"),
    ],
)
def test_who_has_done_what_is_nearest_to_the_need_comes_first_and_it_is_said_why(
    db: Session, bob: Member, need: str, first: str
) -> None:
    lines = {
        "Alice": "Quinze ans de droit des affaires",
        "Salma": "Avocate en droit du travail, j’ai défendu cent salariés licenciés",
        "Igor": "Je rédige et renégocie des baux commerciaux",
        "Dora": "Data protection officer in a bank",
    }
    for name, line in lines.items():
        people.mentor(db, name, policy=HOURLY, headline="").offers[0].proof = line
    db.flush()
    asked: dict[str, Any] = {"theme": people.law(db), "need": need, "now": NOW, "limit": 9}
    found = suggestions(db, bob, by=understanding(), **asked)
    assert found[0].mentor.first_name == first
    assert "near" in found[0].match.reasons
    again = suggestions(db, bob, by=understanding(), **asked)
    assert [each.mentor.id for each in again] == [each.mentor.id for each in found]
    assert all("near" not in each.match.reasons for each in suggestions(db, bob, **asked))


def test_nearness_brings_back_nobody_who_may_not_be_suggested(db: Session, bob: Member) -> None:
    line = "J’ai relu trois cents statuts de jeunes sociétés"
    people.mentor(db, "German", policy=HOURLY, languages=["de"]).offers[0].proof = line
    pause(db, people.mentor(db, "Paused", policy=HOURLY), now=NOW)
    people.mentor(db, "Alice", policy=HOURLY)
    db.flush()
    assert suggested(db, bob, need=line, by=understanding()) == ["Alice"]


def test_an_imported_mentor_without_a_line_is_suggested_after_those_who_have_one(db: Session, bob: Member) -> None:
    people.mentor(db, "Imported", policy=HOURLY).offers[0].proof = ""
    people.mentor(db, "Alice", policy=HOURLY)
    db.flush()
    assert [suggested(db, bob) for _ in range(2)] == [["Alice", "Imported"]] * 2


def test_the_soonest_hour_is_one_the_member_has_time_for(db: Session, bob: Member, book: Book) -> None:
    alice, dora = people.mentor(db, "Alice", policy=HOURLY), people.mentor(db, "Dora", policy=HOURLY)
    first = suggestions(db, bob, theme=people.law(db), now=NOW)[0].match.soonest
    book(bob, dora, first)
    found = {each.mentor.id: each.match.soonest for each in suggestions(db, bob, theme=None, now=NOW)}
    assert found[alice.id] == first + timedelta(hours=1)


def test_nobody_is_sent_to_an_hour_in_their_night(db: Session) -> None:
    people.mentor(db, "Evening", policy=HOURLY, rules=(WeeklyRule(2, Span.parse("18:00", "20:00")),))
    morning = (WeeklyRule(2, Span.parse("18:00", "20:00")), WeeklyRule(4, Span.parse("08:00", "09:00")))
    early = people.mentor(db, "Early", policy=HOURLY, rules=morning)
    tokyo = people.member(db, "Ken", tzid="Asia/Tokyo")
    found = suggestions(db, tokyo, theme=people.law(db), now=NOW)
    assert [(each.mentor.id, each.match.soonest) for each in found] == [(early.id, NOW.replace(day=4, hour=7))]
    assert len(suggestions(db, tokyo, theme=people.law(db), part=DayPart("Asia/Tokyo"), now=NOW)) == 2


def test_a_dismissed_mentor_is_not_suggested_to_this_member_again(db: Session, bob: Member) -> None:
    alice, charlie = people.mentor(db, "Alice", policy=HOURLY), people.member(db, "Charlie")
    for _ in range(2):
        dismiss(db, bob, alice.id, now=NOW)
    dismiss(db, bob, 987_654, now=NOW)
    assert (suggested(db, bob), suggested(db, charlie)) == ([], ["Alice"])


def test_a_stale_profile_comes_after_a_fresh_one(db: Session, bob: Member) -> None:
    stale = people.mentor(db, "Alice", policy=HOURLY)
    stale.created_at = NOW - timedelta(days=400)
    people.mentor(db, "Dora", policy=HOURLY)
    db.flush()
    assert suggested(db, bob) == ["Dora", "Alice"]
    stale.confirmed_at = NOW
    db.flush()
    assert set(suggested(db, bob)[:1]) <= {"Alice", "Dora"}


def test_what_the_member_looked_for_last_is_what_me_suggests_for(db: Session, bob: Member, book: Book) -> None:
    assert current_theme(db, bob) is None
    alice = people.mentor(db, "Alice", policy=HOURLY)
    book(bob, alice, NOW.replace(hour=12) + timedelta(days=2))
    assert current_theme(db, bob) is people.law(db)
    from flashmeet.themes.service import create_theme

    other = create_theme(db, names={"fr": "Impôts", "en": "Tax"})
    record_unmet_need(db, bob, other.id, UnmetCause.SEARCH, now=NOW + timedelta(hours=1))
    assert current_theme(db, bob) is other


def test_ten_times_as_many_mentors_cost_the_same(database: Database) -> None:
    statements = statements_of(database)
    spent: list[int] = []
    for seed, mentors in ((1, 24), (2, 240)):
        seed_people(database.writing, Plan(mentors=mentors, days=28, seed=seed), now=NOW, progress=lambda _: None)
        with database.reading() as db:
            bob = db.scalars(select(Member).where(~Member.mentor).order_by(Member.id).limit(1)).one()
            theme = find_theme(db, "droit")
            statements.clear()
            found = suggestions(db, bob, theme=theme, now=NOW)
            spent.append(len(statements))
        assert found
        assert {type(each.match.soonest) for each in found} == {datetime}
    assert spent[0] == spent[1] <= 9
