"""A day keeps its date and its hours on the clock when its zone gets other rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import answer_booking
from flashmeet.core.settings.entries import LONGEST_DAY_SESSION
from flashmeet.core.settings.service import decide
from flashmeet.core.zones import data_version
from flashmeet.messages.models import OutboxMessage
from flashmeet.periodic_tasks import TASKS
from flashmeet.schedule.models import Claim, Holder, MentorPolicy
from flashmeet.schedule.rules.booked_hour import HolderKind
from tests.bookings.days.conftest import Scene
from tests.zone_data import zone_data

CASABLANCA = "Africa/Casablanca"
EIGHT = datetime(2026, 12, 10, 8, tzinfo=UTC)
"""Nine in Casablanca under +01, all year; under today's data it is nine an hour later."""
AN_HOUR = timedelta(hours=1)
OLD = {CASABLANCA: "Etc/GMT-1"}


@pytest.fixture
def scene(scene: Scene) -> Scene:
    scene.karim.tzid = CASABLANCA
    scene.db.get_one(MentorPolicy, scene.karim.id).tzid = CASABLANCA
    decide(scene.db, LONGEST_DAY_SESSION.key, 3)
    scene.db.flush()
    return scene


def agree(scene: Scene, booking: Booking) -> None:
    answer_booking(scene.db, scene.karim, booking.id, accept=True, now=scene.now)


def follow(scene: Scene) -> None:
    next(task for task in TASKS if task.name == "follow_zone_data").act(scene.db, scene.now)
    scene.db.expire_all()


def test_a_day_that_nobody_asked_for_is_offered_for_the_same_hours_on_the_clock(scene: Scene, tmp_path: Path) -> None:
    with zone_data(tmp_path, OLD):
        day = scene.offer()
        assert day.starts_at == EIGHT
    for _ in range(2):
        follow(scene)
    assert (day.starts_at, day.ends_at, day.zone_data) == (EIGHT + AN_HOUR, EIGHT + 9 * AN_HOUR, data_version())
    assert scene.listed() == [day.id]


@pytest.mark.parametrize("days", [1, 3])
@pytest.mark.parametrize("agreed", [False, True])
def test_a_day_that_is_asked_for_or_agreed_moves_with_all_its_hours_and_both_are_told_once_where_it_was_agreed(
    scene: Scene, tmp_path: Path, agreed: bool, days: int
) -> None:
    with zone_data(tmp_path, OLD):
        day = scene.offer(days=days)
        booking = scene.ask(day)
        if agreed:
            agree(scene, booking)
        sequence, claimed = booking.sequence, scene.claimed(scene.camille)
    for _ in range(3):
        follow(scene)
    moved = (EIGHT + AN_HOUR, EIGHT + 9 * AN_HOUR + timedelta(days=days - 1))
    assert (booking.starts_at, booking.ends_at) == (day.starts_at, day.ends_at) == moved
    first = scene.db.scalars(select(Claim.tick).where(Claim.member_id == scene.camille.id).order_by(Claim.tick)).all()
    assert (first[0], len(first)) == (int(moved[0].timestamp()) // 900, claimed)
    rows = scene.db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "invite")).all()
    told = [row.recipient_id for row in rows if row.payload["action"] == "rederived"]
    assert sorted(told) == (sorted((scene.karim.id, scene.camille.id)) if agreed else [])
    assert booking.sequence == sequence + agreed


def test_a_day_of_which_the_end_alone_moves_ends_at_its_hour_on_the_clock(scene: Scene, tmp_path: Path) -> None:
    """Under the old data the clocks went forward in its second night; today they do not."""
    scene.karim.tzid = scene.db.get_one(MentorPolicy, scene.karim.id).tzid = "Africa/Algiers"
    scene.db.flush()
    with zone_data(tmp_path, {"Africa/Algiers": "Europe/Paris"}):
        day = scene.offer(first=date(2027, 3, 27), days=2)
        booking = scene.ask(day)
        agree(scene, booking)
        assert booking.ends_at == datetime(2027, 3, 28, 15, tzinfo=UTC)
    start = booking.starts_at
    follow(scene)
    assert (booking.starts_at, booking.ends_at) == (start, datetime(2027, 3, 28, 16, tzinfo=UTC))


def test_a_day_whose_new_hours_are_taken_stays_and_both_are_told(scene: Scene, tmp_path: Path) -> None:
    with zone_data(tmp_path, OLD):
        day = scene.offer()
        booking = scene.ask(day)
        agree(scene, booking)
    tick = int(booking.ends_at.timestamp()) // 900
    scene.db.add(Claim(member_id=scene.camille.id, tick=tick, holder_id=_another_holder(scene)))
    scene.db.flush()
    follow(scene)
    assert (booking.starts_at, booking.sequence) == (EIGHT, 0)
    kinds = scene.db.scalars(select(OutboxMessage.kind).where(OutboxMessage.kind == "clocks_changed")).all()
    assert len(kinds) == 2


def _another_holder(scene: Scene) -> int:
    holder = Holder(kind=HolderKind.HOLD, member_id=scene.camille.id, expires_at=scene.now + timedelta(days=30))
    scene.db.add(holder)
    scene.db.flush()
    return holder.id
