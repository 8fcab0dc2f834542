"""The balance board tells what an independent recount finds, and costs the same for many as for few (F3)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.core.settings.policies import Confirm, Policy
from flashmeet.core.zones import local_date
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.messages.models import OutboxMessage
from flashmeet.programme.service.balance import ThemeBalance, board
from flashmeet.programme.service.recruiting import invite_to_mentor, proposals, who_could_help
from flashmeet.requests.models import MentoringRequest
from flashmeet.requests.rules.requests import RequestKind, RequestState
from flashmeet.requests.service.lifecycle import expire
from flashmeet.schedule.rules.availability import DayOverride, Span
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.service.openings import refresh_openings
from flashmeet.schedule.service.waitlist import (
    notify_waiting,
    notify_when_open,
    propose_theme,
    record_unmet_need,
    waits_for,
)
from flashmeet.seed.bookings import Outing, seed_bookings
from flashmeet.seed.network import Plan, seed_people
from flashmeet.themes.models import Theme
from flashmeet.themes.rules.changes import UnmetCause
from flashmeet.themes.service import add_terms, create_theme
from tests import people
from tests.databases import statements_of
from tests.people import NOW
from tests.scene import HOURLY
from tests.use_cases import Book

RECOUNT = {
    "mentors": """SELECT mt.theme_id, count(*) FROM mentor_theme mt, member m
        WHERE m.id = mt.mentor_id AND m.mentor AND m.approved AND NOT m.suspended GROUP BY mt.theme_id""",
    "booked": """SELECT theme_id, count(*) FROM booking WHERE created_at > :since AND created_at <= :now
        GROUP BY theme_id""",
    "missed": """SELECT theme_id, count(*) FROM unmet WHERE at > :since AND at <= :now GROUP BY theme_id""",
}


@pytest.fixture
def links() -> Links:
    return Links("http://localhost", "a-secret-that-is-long-enough-for-tests")


def rows(db: Session, now: datetime = NOW) -> dict[str, ThemeBalance]:
    return {row.theme.slug: row for row in board(db, tzid="Europe/Paris", now=now)}


def counted(db: Session, what: str, now: datetime) -> dict[int, int]:
    sqlite = db.get_bind().dialect.name == "sqlite"
    bounds: dict[str, Any] = {"now": now, "since": now - timedelta(days=28)}
    if sqlite:
        bounds = {name: at.strftime("%Y-%m-%d %H:%M:%S.%f") for name, at in bounds.items()}
    return {row[0]: row[1] for row in db.execute(text(RECOUNT[what]), bounds)}


def open_hours(db: Session, now: datetime) -> dict[int, list[datetime]]:
    """Theme by theme, row by row: hours that one mentor's starts stand for."""
    sqlite = db.get_bind().dialect.name == "sqlite"
    found: dict[int, dict[tuple[int, datetime], datetime]] = defaultdict(dict)
    query = text("SELECT theme_id, mentor_id, starts_at, opens_at, closes_at FROM opening")
    for theme_id, mentor_id, *instants in db.execute(query):
        starts_at, opens_at, closes_at = (datetime.fromisoformat(f"{at}+00:00") if sqlite else at for at in instants)
        if now <= starts_at < now + timedelta(days=28) and opens_at <= now <= closes_at:
            hour = (mentor_id, starts_at.replace(minute=0, second=0, microsecond=0))
            found[theme_id][hour] = min(starts_at, found[theme_id].get(hour, starts_at))
    limits = {row[0]: row[1:] for row in db.execute(text(LIMITS))}
    used = {tuple(row[:2]): row[2] for row in db.execute(text(USED))}
    return {theme_id: within_limits(hours, limits, used) for theme_id, hours in found.items()}


LIMITS = "SELECT member_id, per_day, per_week, per_month FROM mentor_policy"
USED = "SELECT owner_id, period, count(*) FROM quota_use GROUP BY owner_id, period"


def within_limits(
    hours: dict[tuple[int, datetime], datetime], limits: dict[int, Any], used: dict[Any, int]
) -> list[datetime]:
    """Hour by hour, as many as each mentor's days, weeks and months have room for."""
    room: dict[tuple[int, str], int] = {}
    kept = []
    for (mentor_id, _), at in sorted(hours.items()):
        day = local_date(at, "Europe/Paris")
        names = (f"{at:%Y%m%d}", f"{day.isocalendar()[0]}-W{day.isocalendar()[1]:02}", f"{day:%Y-%m}")
        limited = [
            ((mentor_id, name), limit)
            for name, limit in zip(names, limits[mentor_id], strict=True)
            if limit is not None
        ]
        for period, limit in limited:
            room.setdefault(period, limit - used.get(period, 0))
        periods = [period for period, _ in limited]
        if all(room[period] > 0 for period in periods):
            for period in periods:
                room[period] -= 1
            kept.append(at)
    return kept


def test_the_figures_are_those_of_a_recount_in_plain_sql(database: Database, links: Links) -> None:
    plan = Plan(mentors=60, days=40, seed=5)
    seeded = seed_people(database.writing, plan, now=NOW, progress=lambda _: None)
    outing = Outing(links=links, sends=False)
    seed_bookings(database.writing, seeded, plan, outing=outing, now=NOW, progress=lambda _: None)
    with database.writing() as db:
        themes = db.scalars(select(Theme).order_by(Theme.id)).all()
        mentees = db.scalars(select(Member).where(Member.mentee).order_by(Member.id).limit(30)).all()
        for number, mentee in enumerate(mentees):
            at = NOW - timedelta(days=2 * number)
            record_unmet_need(db, mentee, themes[number % 5].id, UnmetCause.SEARCH, now=at)
            record_unmet_need(db, mentee, themes[number % 5].id, UnmetCause.TELL, now=at)
    with database.reading() as db:
        found = {row.theme.id: row.balance for row in board(db, tzid="Europe/Paris", now=NOW)}
        hours, mentors = open_hours(db, NOW), counted(db, "mentors", NOW)
        booked, missed = counted(db, "booked", NOW), counted(db, "missed", NOW)
    today = local_date(NOW, "Europe/Paris")
    assert sum(booked.values()) > 20
    assert sum(missed.values()) == 14
    assert len(found) == 12
    for theme_id, balance in found.items():
        starts = hours.get(theme_id, [])
        first = (local_date(min(starts), "Europe/Paris") - today).days if starts else None
        assert (balance.open_hours, balance.first_free_days) == (len(starts), first)
        assert balance.mentors == mentors.get(theme_id, 0)
        assert balance.unmet == missed.get(theme_id, 0)
        assert balance.requested == booked.get(theme_id, 0) + missed.get(theme_id, 0)


def test_fourteen_requested_and_six_open_hours_are_tight(db: Session) -> None:
    law = people.law(db)
    day = local_date(NOW, "Europe/Paris") + timedelta(days=3)
    policy = Policy(buffer_after=0, per_day=None, per_week=None, per_month=None)
    once = (DayOverride(day, Span.parse("12:00", "18:00")),)
    people.mentor(db, "Alice", rules=(), overrides=once, policy=policy)
    for number in range(14):
        record_unmet_need(db, people.member(db, f"Bob{number}"), law.id, UnmetCause.SEARCH, now=NOW)
    found = rows(db)["droit"]
    assert (found.balance.requested, found.balance.open_hours, found.balance.tension) == (14, 6, 2.33)
    assert (found.balance.state, found.balance.first_free_days, found.few_mentors) == ("tight", 3, True)


def test_hours_are_not_counted_twice_where_they_may_start_every_quarter(db: Session) -> None:
    day = local_date(NOW, "Europe/Paris") + timedelta(days=3)
    people.mentor(db, "Alice", rules=(), overrides=(DayOverride(day, Span.parse("18:00", "20:00")),))
    assert rows(db)["droit"].balance.open_hours == 2


def test_open_hours_are_what_a_mentors_own_limits_leave(db: Session, book: Book) -> None:
    two_a_month = Policy(buffer_after=0, start_every=60, per_day=1, per_week=1, per_month=2)
    alice = people.mentor(db, "Alice", policy=two_a_month)
    assert rows(db)["droit"].balance.open_hours == 2, "NOW is 1 December: 28 days are one month"
    book(people.member(db, "Bob"), alice, NOW.replace(hour=12) + timedelta(days=2))
    assert rows(db)["droit"].balance.open_hours == 1
    later = NOW + timedelta(days=14)
    refresh_openings(db, alice.id, now=later)
    found = rows(db, later)["droit"].balance
    assert found.open_hours == 3, "one is left in December, two in January"
    refresh_openings(db, alice.id, now=NOW)
    people.mentor(db, "Dora", policy=replace(two_a_month, per_month=None, per_week=2))
    assert rows(db)["droit"].balance.open_hours == 1 + 10, "two in each of five weeks"
    people.mentor(db, "Emil", policy=replace(two_a_month, per_month=None, per_week=None))
    assert rows(db)["droit"].balance.open_hours == 11 + 28, "one a day, from tomorrow on"


def test_unmet_counts_once_a_member_theme_and_day_on_the_members_wall(db: Session) -> None:
    law, bob = people.law(db), people.member(db, "Bob", tzid="Asia/Tokyo")
    evening = NOW.replace(hour=14, minute=30)
    for at in (evening, evening + timedelta(minutes=20), evening + timedelta(hours=1)):
        for cause in UnmetCause:
            record_unmet_need(db, bob, law.id, cause, now=at)
    figures = rows(db, evening + timedelta(hours=2))["droit"].balance
    assert (figures.unmet, figures.requested) == (2, 2)


def test_a_request_that_expired_is_unmet_and_not_asked_for_twice(db: Session, book: Book) -> None:
    alice = people.mentor(db, "Alice", policy=Policy(confirm=Confirm.ASK, buffer_after=0, per_week=None))
    bob = people.member(db, "Bob")
    book(bob, alice, NOW.replace(hour=12) + timedelta(days=9))
    from flashmeet.bookings.service.end import end_expired

    later = NOW + timedelta(days=8)
    assert end_expired(db, now=later) == 1
    figures = rows(db, later)["droit"].balance
    assert (figures.unmet, figures.requested) == (1, 1)


def asks_theme(db: Session, mentee: Member, theme: Theme, *, at: datetime) -> MentoringRequest:
    request = MentoringRequest(
        kind=RequestKind.THEME, state=RequestState.OPEN, mentee=mentee, theme=theme, need="Mes statuts", created_at=at
    )
    db.add(request)
    db.flush()
    return request


def test_a_request_is_asked_for_from_the_first_day_and_once_with_the_search_before_it(db: Session) -> None:
    law, bob, carl = people.law(db), people.member(db, "Bob"), people.member(db, "Carl")
    of_theme = asks_theme(db, bob, law, at=NOW)
    asks_theme(db, carl, law, at=NOW).state = RequestState.WITHDRAWN
    figures = rows(db)["droit"].balance
    assert (figures.unmet, figures.requested, figures.state, figures.needs_people) == (0, 1, "empty", True)
    later = NOW + timedelta(days=4)
    expire(db, of_theme, now=later)
    assert rows(db, later)["droit"].balance.requested == 1
    assert rows(db, later)["droit"].balance.unmet == 1
    record_unmet_need(db, carl, law.id, UnmetCause.SEARCH, now=later)
    asks_theme(db, carl, law, at=later + timedelta(hours=2))
    assert rows(db, later + timedelta(hours=3))["droit"].balance.requested == 2


def test_what_was_merged_counts_as_what_it_became(db: Session, book: Book) -> None:
    from flashmeet.programme.service.themes import merge_themes

    alice, bob = people.mentor(db, "Alice", policy=HOURLY), people.member(db, "Bob")
    book(bob, alice, NOW.replace(hour=12) + timedelta(days=2))
    db.execute(update(Booking).values(starts_at=NOW - timedelta(days=2), ends_at=NOW - timedelta(days=1)))
    target = create_theme(db, names={"fr": "Entreprise", "en": "Company"})
    merge_themes(db, people.law(db).id, target.id, by=bob, now=NOW)
    assert rows(db).keys() == {"entreprise"}
    assert rows(db)["entreprise"].balance.requested == 1


def test_who_gets_over_a_quarter_is_named(db: Session, book: Book) -> None:
    mentors = [people.mentor(db, name, policy=HOURLY) for name in ("Alice", "Dora", "Emil", "Fay")]
    for number, mentor in enumerate((*mentors, mentors[1])):
        bob = people.member(db, f"Bob{number}")
        book(bob, mentor, NOW.replace(hour=12) + timedelta(days=number + 1))
    found = rows(db)["droit"]
    assert (found.overloaded, found.share) == (mentors[1], 40)


def test_the_board_costs_the_same_for_ten_times_as_many(database: Database, links: Links) -> None:
    statements = statements_of(database)
    spent = []
    for seed, mentors in ((1, 12), (2, 120)):
        seed_people(database.writing, Plan(mentors=mentors, days=28, seed=seed), now=NOW, progress=lambda _: None)
        statements.clear()
        with database.reading() as db:
            board(db, tzid="Europe/Paris", now=NOW)
        spent.append(len(statements))
    assert spent[0] == spent[1] <= 8


def test_who_waits_for_a_theme_is_told_once_when_an_hour_opens(db: Session) -> None:
    law, bob = people.law(db), people.member(db, "Bob")
    notify_when_open(db, bob, law, now=NOW)
    notify_when_open(db, bob, law, now=NOW + timedelta(days=1))
    later = NOW + timedelta(days=2)
    assert (waits_for(db, bob, law.id), notify_waiting(db, now=later)) == (True, 0)
    people.mentor(db, "Alice", policy=HOURLY, now=later)
    assert (notify_waiting(db, now=later), notify_waiting(db, now=later)) == (1, 0)
    mails = db.scalars(select(OutboxMessage)).all()
    assert [(mail.kind, mail.recipient_id, mail.payload["slug"]) for mail in mails] == [("theme_open", bob.id, "droit")]
    assert not waits_for(db, bob, law.id)


def test_nobody_is_told_of_their_own_hour(db: Session) -> None:
    alice = people.mentor(db, "Alice", policy=HOURLY)
    notify_when_open(db, alice, people.law(db), now=NOW)
    assert notify_waiting(db, now=NOW) == 0


def test_a_missed_theme_is_proposed_once_a_person_and_meets_others_words(db: Session) -> None:
    bob, charlie = people.member(db, "Bob"), people.member(db, "Charlie")
    for who, words in ((bob, "Énergie"), (bob, "énergie "), (charlie, "ENERGIE"), (charlie, "Voile")):
        propose_theme(db, who, words, now=NOW)
    assert [(each.term, each.people) for each in proposals(db)] == [("energie", 2), ("voile", 1)]


def test_who_fits_a_theme_and_does_not_mentor_is_found_and_invited_once(db: Session, book: Book) -> None:
    odile, law = people.member(db, "Odile", administrator=True), people.law(db)
    lawyer = people.member(db, "Lea", headline="Juriste en DROIT des sociétés", graduation_year=2001)
    law.synonyms = {"fr": ["Propriété industrielle", "épargne"]}
    add_terms(db, law)
    people.member(db, "Zoe", headline="ÉPARGNE et épargnants", graduation_year=2002)
    helped = people.member(db, "Max", graduation_year=2015)
    people.member(db, "Young", headline="Étudiante en droit", graduation_year=2026)
    people.member(db, "Student", headline="Étudiant en droit", graduation_year=2027)
    people.member(db, "Gone", headline="Droit", suspended=True)
    people.member(db, "Cook", headline="Cuisinier", sector="Restauration", graduation_year=2000)
    alice = people.mentor(db, "Alice", policy=HOURLY, headline="Droit")
    book(helped, alice, NOW.replace(hour=12) + timedelta(days=1)).status = BookingStatus.COMPLETED
    db.flush()

    def names() -> list[str]:
        return [fit.member.first_name for fit in who_could_help(db, law, now=NOW)]

    assert names() == ["Lea", "Zoe", "Young", "Max"]
    assert invite_to_mentor(db, law, lawyer.id, by=odile, now=NOW)
    assert not invite_to_mentor(db, law, lawyer.id, by=odile, now=NOW)
    assert names() == ["Zoe", "Young", "Max"]
    mails = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mentor_wanted")).all()
    assert [(mail.recipient_id, mail.payload["by_name"]) for mail in mails] == [(lawyer.id, "Odile Exemple")]


def test_of_a_theme_with_many_mentors_and_hours_some_are_looked_at(
    db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """These mentors are alike, so that any of them tell of all; the hours of a theme with few are counted."""
    rare = create_theme(db, names={"fr": "Rare", "en": "Rare"})
    for number in range(12):
        alice = people.mentor(db, f"Alice{number}", policy=HOURLY)
        if number < 2:
            alice.offers.append(MentorTheme(theme_id=rare.id))
            refresh_openings(db, alice.id, now=NOW)
    exact = rows(db)
    monkeypatch.setattr("flashmeet.schedule.queries.supply.LOOKED_AT", 4)
    monkeypatch.setattr("flashmeet.schedule.queries.supply.MANY_HOURS", 10**6)
    assert rows(db) == exact
    monkeypatch.setattr("flashmeet.schedule.queries.supply.MANY_HOURS", 20)
    found = rows(db)
    assert found["droit"].balance == replace(exact["droit"].balance, about=True)
    assert found["rare"] == exact["rare"]


def test_who_leaves_a_theme_with_many_mentors_counts_there_no_longer(
    db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flashmeet.schedule.queries.supply.LOOKED_AT", 4)
    monkeypatch.setattr("flashmeet.schedule.queries.supply.MANY_HOURS", 20)
    mentors = [people.mentor(db, f"Alice{number}", policy=HOURLY) for number in range(12)]
    before = rows(db)["droit"].balance
    for each in mentors[:6]:
        each.suspended = True
        refresh_openings(db, each.id, now=NOW)
    after = rows(db)["droit"].balance
    assert (after.mentors, after.open_hours) == (6, before.open_hours // 2)
