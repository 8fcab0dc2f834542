"""What is shown before saving is exactly what saving opens, and showing it writes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.errors import OutOfRange, UnknownZone
from flashmeet.core.settings.policies import Policy
from flashmeet.identity.models import Member
from flashmeet.schedule.models import Opening
from flashmeet.schedule.queries.openings import ALL_THEMES
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.rules.availability import DayOverride, LeavePeriod, Span, WeeklyRule
from flashmeet.schedule.service.availability import preview_availability, save_availability
from flashmeet.schedule.service.leave import take_leave
from tests.people import EVERY_QUARTER, FREE, NOW, member, mentor
from tests.thoroughness import tries
from tests.use_cases import Book

CLOCKS_GO_FORWARD = datetime(2027, 3, 26, 9, tzinfo=UTC)
ZONES = ("Europe/Paris", "America/Toronto", "Pacific/Auckland")


def open_now(db: Session, who: Member, *, now: datetime) -> list[datetime]:
    """The starts of the index that can be booked now."""
    mine = select(Opening.starts_at).where(Opening.mentor_id == who.id, Opening.theme_id == ALL_THEMES)
    return sorted(db.scalars(mine.where(Opening.opens_at <= now, Opening.closes_at >= now)))


def shown_and_opened(
    db: Session,
    who: Member,
    *,
    now: datetime = NOW,
    tzid: str = "Europe/Paris",
    rules: tuple[WeeklyRule, ...] = (),
    overrides: tuple[DayOverride, ...] = (),
    policy: Policy = EVERY_QUARTER,
) -> tuple[list[datetime], list[datetime]]:
    meant: dict[str, Any] = {"tzid": tzid, "rules": rules, "overrides": overrides, "policy": policy, "now": now}
    before, stood = read_schedule(db, who.id), open_now(db, who, now=now)
    shown = [start.starts_at for start in preview_availability(db, who, **meant)]
    assert (read_schedule(db, who.id), open_now(db, who, now=now)) == (before, stood)  # nothing was written
    save_availability(db, who, **meant)
    return shown, open_now(db, who, now=now)


@pytest.mark.parametrize("seed", range(tries(40, usual=8)))
def test_what_is_shown_is_what_saving_opens(db: Session, book: Book, seed: int) -> None:
    random = Random(seed)
    alice, bob = mentor(db), member(db, "Bob")
    book(bob, alice, NOW + timedelta(days=1))
    take_leave(db, alice, LeavePeriod(date(2026, 12, 9), date(2026, 12, 10)), now=NOW)
    starts = sorted(random.sample(range(0, 1440, 15), 8))
    spans = [Span(*sorted(random.sample([*starts, 1440], 2))) for _ in range(6)]
    shown, opened = shown_and_opened(
        db,
        alice,
        tzid=random.choice(ZONES),
        rules=tuple(WeeklyRule(random.randrange(7), span) for span in spans[:4]),
        overrides=(DayOverride(date(2026, 12, 7), spans[4]), DayOverride(date(2026, 12, 8), None)),
        policy=replace(
            FREE,
            notice_minutes=random.choice((0, 120, 2880)),
            horizon_days=random.choice((7, 28)),
            start_every=random.choice((15, 60)),
            buffer_after=random.choice((0, 15)),
            per_day=random.choice((None, 1)),
            per_week=random.choice((None, 1)),
        ),
    )
    assert shown == opened
    assert opened


def test_a_night_through_midnight_is_shown_as_one(db: Session) -> None:
    alice = mentor(db, rules=())
    night = (WeeklyRule(1, Span.parse("23:30", "24:00")), WeeklyRule(2, Span.parse("00:00", "00:30")))
    shown, opened = shown_and_opened(db, alice, rules=night, policy=replace(FREE, start_every=30, horizon_days=7))
    assert shown == opened == [datetime(2026, 12, 1, 22, 30, tzinfo=UTC)]


def test_a_day_on_which_the_clocks_change_is_shown_as_it_will_be(db: Session) -> None:
    alice = mentor(db, rules=(), now=CLOCKS_GO_FORWARD)
    sunday = (WeeklyRule(6, Span.parse("01:00", "04:00")),)
    policy = replace(FREE, start_every=60, horizon_days=3)
    shown, opened = shown_and_opened(db, alice, now=CLOCKS_GO_FORWARD, rules=sunday, policy=policy)
    assert shown == opened == [datetime(2027, 3, 28, hour, tzinfo=UTC) for hour in (0, 1)]


def test_a_mentor_who_awaits_approval_sees_what_they_will_open(db: Session) -> None:
    nadia = mentor(db, "Nadia", rules=(), approved=False)
    shown, opened = shown_and_opened(db, nadia, rules=(WeeklyRule(3, Span.parse("18:00", "20:00")),))
    assert shown and opened == []


def test_someone_who_has_saved_nothing_yet_sees_what_they_would_open(db: Session) -> None:
    nadia = member(db, "Nadia", mentor=True)
    shown, opened = shown_and_opened(db, nadia, rules=(WeeklyRule(3, Span.parse("18:00", "20:00")),))
    assert shown == opened != []


@pytest.mark.parametrize("fault", ["zone", "rules"])
def test_what_cannot_be_saved_cannot_be_shown(db: Session, fault: str) -> None:
    alice = mentor(db)
    many = tuple(WeeklyRule(0, Span(0, 60)) for _ in range(201))
    with pytest.raises(UnknownZone if fault == "zone" else OutOfRange):
        preview_availability(
            db,
            alice,
            tzid="Mars/Olympus" if fault == "zone" else "Europe/Paris",
            rules=() if fault == "zone" else many,
            overrides=(),
            policy=FREE,
            now=NOW,
        )
