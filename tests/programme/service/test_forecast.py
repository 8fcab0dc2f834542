"""The next 28 days: what the board forecasts is what an independent recount in SQL finds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage, SwitchedOff
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.kinds import Category
from flashmeet.programme.models import NudgeRest
from flashmeet.programme.rules.forecast import Forecast
from flashmeet.programme.service.balance import board
from flashmeet.programme.service.forecast import forecasts
from flashmeet.programme.service.recruiting import who_could_help
from flashmeet.programme.service.themes import merge_themes
from flashmeet.requests.models import MentoringRequest
from flashmeet.schedule.service.waitlist import record_unmet_need
from flashmeet.seed.bookings import Outing, seed_bookings
from flashmeet.seed.network import Plan, seed_people
from flashmeet.themes.adapters.understanding import understanding
from flashmeet.themes.models import Theme, ThemeInvitation
from flashmeet.themes.rules.changes import UnmetCause
from flashmeet.themes.service import create_theme
from tests import people
from tests.browsers import Browser
from tests.databases import statements_of
from tests.people import NOW
from tests.scene import stage

SignedIn = Callable[[Member | int], Browser]
DAY = timedelta(days=1)
RECOUNT = """SELECT theme_id,
    sum(CASE WHEN at > :lately AND at <= :now THEN 1 ELSE 0 END),
    sum(CASE WHEN booked = 1 AND at > :before AND at <= :then THEN 1 ELSE 0 END),
    sum(CASE WHEN booked = 1 AND at > :then AND at <= :after THEN 1 ELSE 0 END), min(at)
    FROM (SELECT theme_id, created_at AS at, 1 AS booked FROM booking
        UNION ALL SELECT theme_id, at, 0 FROM unmet WHERE cause != 'expired'
        UNION ALL SELECT theme_id, created_at, 0 FROM mentoring_request
            WHERE kind != 'hour' AND booking_id IS NULL AND state != 'withdrawn') AS asked
    WHERE at <= :now GROUP BY theme_id"""


@pytest.fixture
def links() -> Links:
    return Links("http://localhost", "a-secret-that-is-long-enough-for-tests")


def found(db: Session, now: datetime = NOW) -> dict[str, Forecast]:
    rows = board(db, tzid="Europe/Paris", now=now)
    ahead = forecasts(db, rows, now=now)
    return {row.theme.slug: ahead[row.theme.id] for row in rows}


def recounted(db: Session, now: datetime) -> dict[int, list[Any]]:
    then = now - 364 * DAY
    bounds: dict[str, Any] = {
        "now": now,
        "lately": now - 56 * DAY,
        "before": then - 56 * DAY,
        "then": then,
        "after": then + 28 * DAY,
    }
    if db.get_bind().dialect.name == "sqlite":
        bounds = {name: at.strftime("%Y-%m-%d %H:%M:%S.%f") for name, at in bounds.items()}
    return {row[0]: list(row[1:]) for row in db.execute(text(RECOUNT), bounds)}


def test_the_forecast_is_that_of_a_recount_in_plain_sql(database: Database, links: Links) -> None:
    plan = Plan(mentors=90, days=40, seed=5)
    seeded = seed_people(database.writing, plan, now=NOW, progress=lambda _: None)
    outing = Outing(links=links, sends=False)
    seed_bookings(database.writing, seeded, plan, outing=outing, now=NOW, progress=lambda _: None)
    with database.writing() as db:
        _spread_over_a_year(db)
        themes = db.scalars(select(Theme).order_by(Theme.id)).all()
        for number, mentee in enumerate(db.scalars(select(Member).where(Member.mentee).limit(20))):
            cause = UnmetCause.EXPIRED if number % 4 == 0 else UnmetCause.SEARCH
            record_unmet_need(db, mentee, themes[number % 3].id, cause, now=NOW - 2 * number * DAY)
        for number, mentee in enumerate(db.scalars(select(Member).where(Member.mentee).offset(20).limit(12))):
            asks = {"kind": "theme", "state": ("queued", "untaken", "withdrawn")[number % 3], "need": "Mes statuts"}
            at = NOW - 5 * number * DAY
            db.add(MentoringRequest(mentee=mentee, theme=themes[number % 3], created_at=at, **asks))
    with database.reading() as db:
        rows = board(db, tzid="Europe/Paris", now=NOW)
        ahead, counted = forecasts(db, rows, now=NOW), recounted(db, NOW)
    before, after = (sum(each[place] for each in counted.values()) for place in (1, 2))
    assert before >= 20 and after > 0
    turn = min(max(2 * after / before, 1 / 3), 3)
    assert sum(ahead[row.theme.id].is_sayable for row in rows) >= 3
    for row in rows:
        lately = counted.get(row.theme.id, [0])[0]
        said = ahead[row.theme.id]
        assert (said.lately, said.open_hours) == (lately, row.balance.open_hours)
        assert said.turn == pytest.approx(turn)
        assert said.expected == (round(lately / 2 * turn) if lately >= 5 else None)


def _spread_over_a_year(db: Session) -> None:
    """Half of the bookings were made lately, half around this day of last year."""
    for number, id in enumerate(db.scalars(select(Booking.id).order_by(Booking.id))):
        days = number % 50 if number % 2 else 340 + number % 76
        db.execute(update(Booking).where(Booking.id == id).values(created_at=NOW - days * DAY))


def test_a_young_network_says_nothing_yet(db: Session) -> None:
    law = people.law(db)
    for number in range(12):
        record_unmet_need(db, people.member(db, f"B{number}"), law.id, UnmetCause.SEARCH, now=NOW - number * DAY)
    assert found(db)["droit"].expected is None
    later = NOW + 17 * DAY
    assert found(db, later)["droit"].expected == 12, "in the first four weeks: twelve"


def test_what_was_merged_counts_as_what_it_became(db: Session) -> None:
    law, tax = people.law(db), create_theme(db, names={"fr": "Fiscalité", "en": "Tax"})
    who = [people.member(db, f"B{number}", administrator=True) for number in range(6)]
    for number, each in enumerate(who):
        record_unmet_need(db, each, (law, tax)[number % 2].id, UnmetCause.SEARCH, now=NOW - (29 + number) * DAY)
    merge_themes(db, tax.id, law.id, by=who[0], now=NOW)
    assert found(db)["droit"].lately == 6


def test_the_forecast_costs_the_same_for_ten_times_as_many(database: Database) -> None:
    spent = []
    for seed, mentors in ((1, 12), (2, 60)):
        seed_people(database.writing, Plan(mentors=mentors, days=20, seed=seed), now=NOW, progress=lambda _: None)
        with database.reading() as db:
            rows = board(db, tzid="Europe/Paris", now=NOW)
            statements = statements_of(database)
            forecasts(db, rows, now=NOW)
            spent.append(len(statements))
    assert spent[0] == spent[1] == 3


def names(db: Session, **more: Any) -> list[str]:
    return [fit.member.first_name for fit in who_could_help(db, people.law(db), now=NOW, **more)]


def test_last_years_graduates_are_on_the_list_and_it_is_said(db: Session) -> None:
    for year in (2010, 2024, 2025, 2026, 2027):
        people.member(db, f"Y{year}", headline="Juriste en droit", graduation_year=year)
    fits = who_could_help(db, people.law(db), now=NOW)
    assert [fit.member.first_name for fit in fits] == ["Y2010", "Y2024", "Y2025", "Y2026"]
    assert [fit.recent for fit in fits] == [False, True, True, True]


@pytest.mark.skipif(understanding().name == "words", reason="the extra is not installed")
def test_who_says_something_near_of_themselves_is_found_without_a_word_of_the_theme(db: Session) -> None:
    law = people.law(db)
    law.examples = {
        "fr": ["Relire un bail", "Mon employeur m’a licencié", "Que dit ce contrat ?", "Aller au tribunal"],
        "en": ["Is this clause legal?", "I was fired without notice"],
    }
    db.flush()
    people.member(db, "Amel", headline="Je défends des salariés licenciés devant le tribunal")
    people.member(db, "Cook", headline="Chef de cuisine dans un restaurant")
    assert names(db, by=understanding()) == ["Amel"]
    assert names(db) == []


def test_who_was_asked_said_no_or_takes_a_break_is_left_out(db: Session) -> None:
    odile = people.member(db, "Odile", administrator=True)
    tax = create_theme(db, names={"fr": "Fiscalité", "en": "Tax"})
    there = {
        name: people.member(db, name, headline="Droit") for name in ("Asked", "Stopped", "Paused", "Nudged", "Lea")
    }
    db.add(ThemeInvitation(member_id=there["Asked"].id, theme_id=tax.id, by_id=odile.id, at=NOW - 20 * DAY))
    db.add(SwitchedOff(member_id=there["Stopped"].id, category=Category.NUDGES, channel=ChannelName.MAIL))
    there["Paused"].paused_until = NOW + DAY
    db.add(NudgeRest(member_id=there["Nudged"].id, until=NOW + DAY))
    db.flush()
    assert names(db) == ["Lea"]


def test_the_overview_says_what_runs_dry_and_one_button_asks_the_people_chosen(
    database: Database, signed_in: SignedIn
) -> None:
    stage(database)
    with database.writing() as db:
        odile = people.member(db, "Odile", administrator=True, locale="en")
        tax = create_theme(db, names={"fr": "Fiscalité", "en": "Tax"})
        for number in range(12):
            who = people.member(db, f"B{number}")
            record_unmet_need(db, who, tax.id, UnmetCause.SEARCH, now=NOW - (5 * number) * DAY)
        lea, zoe = (people.member(db, name, headline="Tax advice", graduation_year=2001) for name in ("Lea", "Zoe"))
    page = signed_in(odile)
    words = page.get("/admin").text
    assert "Recruit for Tax" in words and "Too little to say: Law" in words
    assert "about 6 hours will be asked for, none is open" in words
    there = f"/admin/themes/{tax.id}"
    assert "Ask the people you chose" in page.get(there).text
    ask = f"{there}/recruit?who={lea.id}&who={zoe.id}&who=999999&who=x"
    confirm = page.get(ask).text
    assert "These 2 people get an email each:" in confirm and "Lea" in confirm and "Zoe" in confirm
    answer = page.send(f"{there}/recruit", {"who": [str(lea.id), str(zoe.id)]}, page=ask)
    assert answer.status_code == 303
    assert "invitations to help with this theme are on their way" in page.get(answer.location).text
    with database.reading() as db:
        mails = db.scalars(select(OutboxMessage.recipient_id).where(OutboxMessage.kind == "mentor_wanted")).all()
    assert sorted(mails) == sorted((lea.id, zoe.id))
    assert page.get(ask).status_code == 422
    assert page.get(f"{there}/recruit").status_code == 422
