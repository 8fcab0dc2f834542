"""The report's figures equal an independent recount of a seeded year, and its paper can be read back."""

from __future__ import annotations

import io
import random
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pypdf
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.models.outcome import ProviderVisit, RoomVisit
from flashmeet.bookings.service.outcomes import became_between, outcome_of
from flashmeet.core.database.session import Database
from flashmeet.core.errors import NothingServed
from flashmeet.core.intervals import Interval
from flashmeet.identity.models import Member
from flashmeet.programme.pages.report_lines import months_of
from flashmeet.programme.rules.reports import Period, ReportFacet, Tally
from flashmeet.programme.service import reports
from flashmeet.programme.service.reports import Report, attestation_of, givers, report
from flashmeet.schedule.rules.booked_hour import Mode
from flashmeet.themes.service import create_theme
from tests import people
from tests.databases import statements_of
from tests.people import NOW
from tests.programme.reporting.conftest import SignedIn, asked, held, says

PARIS = "Europe/Paris"
YEAR = Period(NOW.date().replace(month=1, day=1), NOW.date())
BOUNDS = {"since": datetime(2025, 12, 31, 23, tzinfo=UTC), "until": datetime(2026, 12, 1, 23, tzinfo=UTC)}

RECOUNT = """
    SELECT b.id, b.mentor_id, b.mentee_id, b.mode, b.format, b.relation, t.slug,
      (SELECT a.happened FROM session_answer a WHERE a.booking_id = b.id AND a.member_id = b.mentor_id) AS mentor_said,
      (SELECT a.happened FROM session_answer a WHERE a.booking_id = b.id AND a.member_id = b.mentee_id) AS mentee_said,
      (SELECT a.clearer FROM session_answer a WHERE a.booking_id = b.id AND a.member_id = b.mentee_id) AS clearer,
      (SELECT count(*) FROM provider_visit v WHERE v.booking_id = b.id AND v.failed = '') AS elsewhere
    FROM booking b JOIN theme t ON t.id = b.theme_id
    WHERE b.status IN ('confirmed', 'completed') AND b.starts_at >= :since AND b.starts_at < :until
      AND b.ends_at <= :now
    ORDER BY b.id"""


def a_year(db: Session, seed: int = 7, *, sessions: int = 160) -> dict[str, Member]:
    """Sessions of two years with whatever may be said and seen of them."""
    chance = random.Random(seed)
    mentors = [people.member(db, name, mentor=True) for name in ("Alice", "Anna", "Ines")]
    mentees = [people.member(db, name) for name in ("Bob", "Carl", "Dora", "Emil")]
    for _ in range(sessions):
        at = NOW - timedelta(days=chance.randrange(700), hours=chance.randrange(24))
        status = chance.choice(["completed", "completed", "confirmed", "cancelled", "pending"])
        booking = held(
            db,
            chance.choice(mentors),
            chance.choice(mentees),
            at,
            status=status,
            mode=chance.choice(["video", "phone", "on_site"]),
            format=chance.choice(["flash", "series"]),
            relation=chance.choice(["peer", "classic", None]),
        )
        _evidence(db, booking, chance)
    for _ in range(40):
        state = chance.choice(["accepted", "declined", "expired", "withdrawn", "asked"])
        at = NOW - timedelta(days=chance.randrange(700))
        asked(db, chance.choice(mentors), chance.choice(mentees), state, wave=chance.randrange(2), at=at)
    db.flush()
    return {each.first_name: each for each in (*mentors, *mentees)}


def _evidence(db: Session, booking: Booking, chance: random.Random) -> None:
    for role in ("mentor", "mentee"):
        if chance.random() < 0.5:
            clearer = chance.randint(1, 5) if role == "mentee" else None
            says(db, booking, role, chance.choice(["yes", "yes", "no", "moved"]), clearer=clearer)
    for seat in booking.seats:
        if chance.random() < 0.4:
            begins = booking.starts_at + timedelta(minutes=chance.randrange(10))
            stay = RoomVisit(booking_id=booking.id, seat_id=seat.id, joined_at=begins)
            stay.left_at = begins + timedelta(minutes=chance.randrange(40))
            db.add(stay)
    if chance.random() < 0.5:
        seat = booking.seats[0]
        visit = ProviderVisit(booking_id=booking.id, seat_id=seat.id, provider="jitsi", sequence=0)
        visit.visited_at, visit.failed = booking.starts_at, chance.choice(["", "away"])
        db.add(visit)
    db.flush()


def made(db: Session, period: Period = YEAR) -> Report:
    return report(db, period, tzid=PARIS, now=NOW)


def recounted(db: Session) -> list[dict[str, Any]]:
    """Row by row, with the rule written out once more."""
    bounds: dict[str, Any] = {**BOUNDS, "now": NOW}
    if db.get_bind().dialect.name == "sqlite":
        bounds = {name: at.strftime("%Y-%m-%d %H:%M:%S.%f") for name, at in bounds.items()}
    rows = [dict(row._mapping) for row in db.execute(text(RECOUNT), bounds)]
    for row in rows:
        row["counts"] = counts(row, *stays(db, row))
    return rows


def stays(db: Session, row: dict[str, Any]) -> tuple[dict[str, float], float]:
    """Minutes of each in the room, and of both at once, minute by minute."""
    query = """SELECT s.role, p.joined_at, p.left_at FROM presence p JOIN seat s ON s.id = p.seat_id
        WHERE p.booking_id = :id"""
    seen: dict[str, set[int]] = defaultdict(set)
    for role, joined_at, left_at in db.execute(text(query), {"id": row["id"]}):
        begin, end = (_instant(each) for each in (joined_at, left_at))
        seen[role] |= set(range(int(begin.timestamp() // 60), int(end.timestamp() // 60)))
    return {role: len(minutes) for role, minutes in seen.items()}, len(seen["mentor"] & seen["mentee"])


def _instant(value: object) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.fromisoformat(str(value)).replace(tzinfo=UTC)


def counts(row: dict[str, Any], alone: dict[str, float], together: float) -> bool:
    said = {each for each in (row["mentor_said"], row["mentee_said"]) if each}
    evidence = row["mode"] == "video" and not row["elsewhere"]
    met = evidence and together >= 5
    if said == {"yes"}:
        return True
    if "yes" in said or not said:
        waited = evidence and max(alone.values(), default=0) >= 10
        missing = evidence and min(alone.get("mentor", 0), alone.get("mentee", 0)) == 0
        return bool(met or (not said and not (waited and missing)))
    return bool("no" not in said and "moved" not in said)


def test_hours_served_equal_a_recount_in_plain_sql(db: Session) -> None:
    a_year(db)
    rows, found = recounted(db), made(db).now
    served = [row for row in rows if row["counts"]]
    assert 20 < len(served) < len(rows)
    assert (found.served.bookings, found.served.minutes) == (len(served), 60 * len(served))
    assert found.not_served == len(rows) - len(served)
    for facet, column in (("format", "format"), ("mode", "mode"), ("relation", "relation")):
        expected = Counter(row[column] or "unlabelled" for row in served)
        assert {key: each.bookings for key, each in found.by[facet].items()} == expected  # type: ignore[index]  # a facet
    assert found.mentors == len({row["mentor_id"] for row in served})
    assert found.mentees == len({row["mentee_id"] for row in served})
    points = [row["clearer"] for row in rows if row["clearer"] is not None]
    assert found.clarity.n == len(points)
    assert found.clarity.mean == sum(points) / len(points)


def test_the_set_and_the_single_hour_follow_one_rule(db: Session) -> None:
    a_year(db, seed=11)
    span = Interval(NOW - timedelta(days=800), NOW)
    found = list(became_between(db, span, now=NOW))
    assert len({each.outcome.verdict for each in found}) > 2
    for each in found:
        assert each.outcome == outcome_of(db, db.get_one(Booking, each.booking.id), now=NOW)


@pytest.mark.parametrize(("failed", "verdict"), [("", "assumed"), ("away", "disputed")])
def test_a_provider_that_failed_was_nowhere_else_to_be(db: Session, failed: str, verdict: str) -> None:
    alice, bob = people.member(db, "Alice", mentor=True), people.member(db, "Bob")
    booking = held(db, alice, bob, NOW - timedelta(days=3), mode="video")
    seat = booking.seat_of(alice.id)
    stay = RoomVisit(booking_id=booking.id, seat_id=seat.id, joined_at=booking.starts_at)
    stay.left_at = booking.starts_at + timedelta(minutes=15)
    visit = ProviderVisit(booking_id=booking.id, seat_id=seat.id, provider="jitsi", sequence=0, failed=failed)
    visit.visited_at = booking.starts_at
    db.add_all([stay, visit])
    db.flush()
    (found,) = became_between(db, Interval(NOW - timedelta(days=9), NOW), now=NOW)
    assert found.outcome.verdict == verdict


def test_a_day_counts_without_its_breaks_and_nights(db: Session) -> None:
    alice, bob = people.member(db, "Alice", mentor=True), people.member(db, "Bob")
    day = DayOffer(
        mentor=alice,
        theme=people.law(db),
        date=date(2026, 11, 10),
        days=2,
        tzid=PARIS,
        start_minute=9 * 60,
        end_minute=17 * 60,
        breaks=[[12 * 60, 13 * 60]],
        mode=Mode.ON_SITE,
        programme="",
        starts_at=datetime(2026, 11, 10, 8, tzinfo=UTC),
        ends_at=datetime(2026, 11, 11, 16, tzinfo=UTC),
        created_at=NOW - timedelta(days=60),
    )
    booking = held(db, alice, bob, day.starts_at, ends_at=day.ends_at, format="day", mode="on_site", day=day)
    found = made(db).now
    assert found.by[ReportFacet.FORMAT]["day"] == Tally(14 * 60, 1)
    assert booking.worked == timedelta(hours=14)


def test_last_year_is_the_same_days(db: Session) -> None:
    a_year(db)
    before = Period(YEAR.first.replace(year=2025), YEAR.last.replace(year=2025))
    assert made(db).before == made(db, before).now


def test_the_response_rate_is_the_rule_over_the_period(db: Session) -> None:
    everybody = a_year(db, sessions=0)
    asked(db, everybody["Alice"], everybody["Bob"], "accepted", at=BOUNDS["until"])
    rows = db.execute(
        text("SELECT state, wave FROM request_ask WHERE asked_at >= :since AND asked_at < :until"),
        {
            name: at.strftime("%Y-%m-%d %H:%M:%S.%f") if db.get_bind().dialect.name == "sqlite" else at
            for name, at in BOUNDS.items()
        },
    ).all()
    answered = sum(state in ("accepted", "declined") for state, _ in rows)
    expired = sum(state == "expired" and wave == 0 for state, wave in rows)
    found = made(db).now.responses
    assert (found.answered, found.expired) == (answered, expired)


def test_a_merged_theme_counts_as_what_it_became(db: Session) -> None:
    law = people.law(db)
    old = create_theme(db, names={"fr": "Statuts"})
    alice, bob = people.member(db, "Alice", mentor=True), people.member(db, "Bob")
    held(db, alice, bob, NOW - timedelta(days=3), theme=old)
    old.merged_into_id, old.active = law.id, False
    db.flush()
    found = made(db)
    assert {key: each.bookings for key, each in found.now.by[ReportFacet.THEME].items()} == {str(law.id): 1}
    assert found.themes[str(law.id)].slug == "droit"


def test_every_month_that_the_longest_period_touches_is_drawn(db: Session) -> None:
    period = Period.parse({"from": "2023-01-31", "to": "2026-02-01"}, today=NOW.date())
    months = months_of(made(db, period))
    assert (months[0].first, months[-1].first, len(months)) == (date(2023, 1, 1), date(2026, 2, 1), 38)


def test_a_report_costs_the_same_for_many_as_for_few(database: Database) -> None:
    statements = statements_of(database)
    with database.writing() as db:
        a_year(db, sessions=5)
    counted = []
    for _ in range(2):
        statements.clear()
        with database.reading() as db:
            made(db)
            givers(db, 2026, tzid=PARIS, now=NOW)
        counted.append(len(statements))
        with database.writing() as db:
            alice, bob = (db.query(Member).filter_by(first_name=name).one() for name in ("Alice", "Bob"))
            for day in range(1, 40):
                held(db, alice, bob, NOW - timedelta(days=day), mode="video")
    assert counted[0] == counted[1]


def test_the_page_shows_both_years_with_their_n(database: Database, odile: Member, signed_in: SignedIn) -> None:
    with database.writing() as db:
        a_year(db)
        served = made(db).now.served.bookings
    page = signed_in(odile).get("/admin/reports").get_data(as_text=True)
    assert f"n = {served}" in page
    assert "1er janv. 2026\u00a0– 1er déc. 2026" in page
    assert "1er janv. 2025\u00a0– 1er déc. 2025" in page


NAMES = ("Zoé Łukasiewicz-Ñandú", "Françoise d’Œuvre", "Ștefan Ćosić", "Ольга Ωmega")


@pytest.mark.parametrize("name", NAMES)
def test_an_attestation_is_one_page_that_can_be_read_back(database: Database, signed_in: SignedIn, name: str) -> None:
    with database.writing() as db:
        alice, bob = people.member(db, "Alice", mentor=True), people.member(db, "Bob")
        alice.first_name, alice.last_name = name.split(" ", 1)
        for day in (20, 40, 60):
            held(db, alice, bob, NOW - timedelta(days=day))
        says(db, held(db, alice, bob, NOW - timedelta(days=5)), "mentee", "no")
    answer = signed_in(alice).get("/me/attestation.pdf?year=2026")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    pages = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    words = " ".join(pages[0].extract_text().split())
    assert len(pages) == 1
    assert f"{name} a donné 3 heures de mentorat bénévole en 2026, en 3 rendez-vous." in words
    assert "Le premier a eu lieu le 2 octobre 2026, le dernier le 11 novembre 2026." in words
    assert "Droit 3 heures" in words
    assert "Établie le 1er décembre 2026." in words
    assert "Bob" not in words
    assert signed_in(alice).get("/me/attestation.pdf?year=2026").data == answer.data


def test_the_administrator_attests_the_same(database: Database, odile: Member, signed_in: SignedIn) -> None:
    with database.writing() as db:
        alice, bob = people.member(db, "Alice", mentor=True), people.member(db, "Bob")
        held(db, alice, bob, NOW - timedelta(days=20))
    browser = signed_in(odile)
    link = f"/admin/reports/{alice.id}.pdf?year=2026"
    assert link in browser.get("/admin/reports").get_data(as_text=True)
    assert browser.get(link).data == signed_in(alice).get("/me/attestation.pdf?year=2026").data
    assert signed_in(bob).get(link).status_code == 404


def test_without_an_hour_there_is_nothing_to_attest(database: Database, odile: Member, signed_in: SignedIn) -> None:
    with database.writing() as db:
        alice, bob = people.member(db, "Alice", mentor=True), people.member(db, "Bob")
        held(db, alice, bob, NOW - timedelta(days=400))
    answer = signed_in(alice).get("/me/attestation.pdf?year=2026")
    assert answer.status_code == 404
    assert "Aucune heure n’a été donnée en 2026" in answer.get_data(as_text=True)
    with database.reading() as db, pytest.raises(NothingServed):
        attestation_of(db, bob.id, 2025, network="R", locale="fr", now=NOW)


def test_the_year_turns_on_the_mentors_wall(db: Session) -> None:
    kei, bob = people.member(db, "Kei", mentor=True, tzid="Asia/Tokyo"), people.member(db, "Bob")
    held(db, kei, bob, datetime(2025, 12, 31, 16, tzinfo=UTC))
    found = attestation_of(db, kei.id, 2026, network="R", locale="fr", now=NOW)
    assert (found.first.isoformat(), found.served.bookings) == ("2026-01-01", 1)


def test_every_giver_is_listed_once(db: Session) -> None:
    a_year(db)
    served = made(db, Period(YEAR.first, NOW.date())).now
    found = givers(db, 2026, tzid=PARIS, now=NOW)
    assert sum(each.served.bookings for each in found) == served.served.bookings
    assert len({each.member.id for each in found}) == len(found) == served.mentors


@pytest.mark.both_databases
def test_however_many_gave_hours_in_a_year_they_are_listed(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """No database takes a parameter for each of them."""
    kei, bob = people.member(db, "Kei", mentor=True), people.member(db, "Bob")
    held(db, kei, bob, NOW - timedelta(days=1))
    [one] = became_between(db, YEAR.span(PARIS), now=NOW)
    counted = [replace(one, booking=replace(one.booking, mentor_id=kei.id + each)) for each in range(70_000)]
    monkeypatch.setattr(reports, "became_between", lambda *_a, **_b: counted)
    assert {each.member.id for each in givers(db, 2026, tzid=PARIS, now=NOW)} == {kei.id, bob.id}


def test_the_hours_of_a_year_are_read_once_for_its_figures_and_for_those_who_gave_them(database: Database) -> None:
    with database.writing() as db:
        a_year(db, sessions=5)
    statements = statements_of(database)
    with database.reading() as db:
        made(db)
        statements.clear()
        givers(db, NOW.year, tzid=PARIS, now=NOW)
    assert len(statements) == 1
