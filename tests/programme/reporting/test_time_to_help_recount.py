"""Time to help against a count of another kind: plain SQL for the rows, and each need followed by hand."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from statistics import median_low

import pytest
from sqlalchemy import Connection, Row, Table, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.outcome import BookingAnswer
from flashmeet.bookings.models.series import Series
from flashmeet.core.intervals import Interval
from flashmeet.identity.models import Member
from flashmeet.programme.service.time_to_help import time_to_help, time_to_help_by_theme
from flashmeet.requests.models import MentoringRequest
from flashmeet.requests.rules.requests import RequestState
from flashmeet.schedule.rules.booking_facts import Format
from flashmeet.themes.models import Theme, UnmetNeed
from flashmeet.themes.rules.changes import UnmetCause
from flashmeet.themes.service import create_theme
from tests import people
from tests.people import NOW, law
from tests.programme.reporting.conftest import asked, held, says

DAY = timedelta(days=1)
SPAN = Interval(NOW - 120 * DAY, NOW)


def series_of(db: Session, mentor: Member, mentee: Member, theme: Theme) -> int:
    made = Series(
        state="open", mentor=mentor, mentee=mentee, theme=theme, proposed_by_id=mentee.id, goals="x", rhythm_weeks=4,
        ends_on=date(2027, 6, 30), review_on=date(2027, 3, 1), proposed_at=NOW, nonce="n",
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made.id


def a_year(db: Session, seed: int) -> None:
    """Hours of every kind: held, missed, cancelled, to come; alone, continued, in a series, asked for outright."""
    dice, alice = random.Random(seed), people.member(db, "Alice", mentor=True)
    themes = [law(db), create_theme(db, names={"fr": "Impôts"}, synonyms=[])]
    mentees = [people.member(db, f"B{number}") for number in range(6)]
    for number in range(70):
        mentee, theme = dice.choice(mentees), dice.choice(themes)
        at = NOW + timedelta(hours=dice.randrange(-130 * 24, 5 * 24))
        made_at = at - timedelta(minutes=dice.randrange(30, 60 * 24 * 20))
        status = "confirmed" if at > NOW else dice.choice(["completed"] * 5 + ["cancelled"])
        booking = held(db, alice, mentee, at, status, created_at=made_at, theme=theme)
        kind = number % 7
        if kind in (1, 2, 3):
            booking.series_id = series_of(db, alice, mentee, theme)
            booking.format = Format.FLASH if kind == 1 else Format.SERIES
        if kind in (3, 4):
            request = asked(db, alice, mentee, "accepted", at=made_at - timedelta(hours=dice.randrange(1, 900))).request
            request.theme, request.booking_id, request.state = theme, booking.id, RequestState.ACCEPTED
        if kind == 5 and status == "completed":
            says(db, booking, "mentee", "no")
        if kind == 6:
            searched = made_at - timedelta(hours=dice.randrange(1, 3000))
            row = UnmetNeed(
                member_id=mentee.id, theme_id=theme.id, day=searched.date(), cause=UnmetCause.SEARCH, at=searched
            )
            if not db.get(UnmetNeed, (mentee.id, theme.id, searched.date())):
                db.add(row)
        db.flush()


def rows_of(db: Session, model: type[object]) -> Sequence[Row[*tuple[object, ...]]]:
    connection: Connection = db.connection()
    table: Table = model.__table__  # type: ignore[attr-defined]  # each model has one
    return connection.execute(select(table)).all()


def recount(db: Session) -> dict[int, list[timedelta]]:
    bookings, requests = rows_of(db, Booking), rows_of(db, MentoringRequest)
    missed = {each.booking_id for each in rows_of(db, BookingAnswer) if each.happened == "no"}
    asked_for = {each.booking_id for each in requests}
    needs: dict[tuple[int, int], list[datetime]] = defaultdict(list)
    for each in requests:
        needs[each.mentee_id, each.theme_id].append(each.created_at)
    for each in rows_of(db, UnmetNeed):
        needs[each.member_id, each.theme_id].append(each.at)
    waits: dict[int, list[timedelta]] = defaultdict(list)
    for it in bookings:
        over = it.status in ("confirmed", "completed") and it.ends_at <= NOW and it.id not in missed
        if not over or not SPAN.start <= it.starts_at < SPAN.end:
            continue
        if it.format == "series" and it.id not in asked_for:
            continue
        before = [
            each.starts_at
            for each in bookings
            if (each.mentee_id, each.theme_id) == (it.mentee_id, it.theme_id)
            and each.starts_at < it.starts_at
            and each.status in ("confirmed", "completed")
        ]
        since = max([it.created_at - 90 * DAY, *before])
        began = min([it.created_at, *(at for at in needs[it.mentee_id, it.theme_id] if since <= at <= it.created_at)])
        waits[it.theme_id].append(it.starts_at - began)
    return waits


@pytest.mark.parametrize("seed", range(3))
def test_the_figures_of_a_mixed_year_are_those_of_the_recount(db: Session, seed: int) -> None:
    a_year(db, seed)
    waits = recount(db)
    found = time_to_help_by_theme(db, SPAN, now=NOW)
    assert {theme: (each.n, each.median, each.nine_of_ten) for theme, each in found.items()} == {
        theme: (len(some), median_low(some), sorted(some)[-(-9 * len(some) // 10) - 1]) for theme, some in waits.items()
    }
    everything = [each for some in waits.values() for each in some]
    whole = time_to_help(db, SPAN, now=NOW)
    assert (whole.n, whole.median) == (len(everything), median_low(everything))
    assert whole.n > 20


def test_an_hour_that_a_series_follows_still_counts(db: Session) -> None:
    alice, bob = people.member(db, "Alice", mentor=True), people.member(db, "Bob")
    first = held(db, alice, bob, NOW - 30 * DAY, created_at=NOW - 33 * DAY)
    first.series_id = series_of(db, alice, bob, law(db))
    held(db, alice, bob, NOW - 2 * DAY, series_id=first.series_id, format=Format.SERIES)
    assert (time_to_help(db, SPAN, now=NOW).n, time_to_help(db, SPAN, now=NOW).median) == (1, 3 * DAY)
