"""A machine whose clock was ahead for a while leaves nothing asleep until that time comes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flashmeet.core.errors import SlotTaken
from flashmeet.schedule.models import MentorPolicy
from flashmeet.schedule.rules.calendars import Freshness, freshness
from flashmeet.schedule.service.openings import mentors_due, refresh_openings
from flashmeet.schedule.service.wrong_clock import forget_the_future
from tests.calendars.events import NINE, at
from tests.calendars.house import House
from tests.people import NOW

YEAR = timedelta(days=365)


def test_a_calendar_read_in_a_year_to_come_is_read_again_before_anybody_is_booked(ready: House) -> None:
    ready.at = NOW + YEAR
    ready.look()
    ready.at = NOW
    ready.server.put("surgery", at(NINE, uid="surgery@example.net"))
    with pytest.raises(SlotTaken):
        ready.book(NINE)


def test_what_is_due_in_a_year_to_come_is_due_now(ready: House) -> None:
    ready.at = NOW + YEAR
    ready.look()
    with ready.database.writing() as db:
        refresh_openings(db, ready.ids["Alice"], now=NOW + YEAR)
    with ready.database.writing() as db:
        assert not mentors_due(db, now=NOW)
        forget_the_future(db, now=NOW)
        assert list(mentors_due(db, now=NOW)) == [ready.ids["Alice"]]
    assert {each.next_try_at for each in ready.calendars()} == {NOW}


def test_what_is_due_within_a_day_is_left_to_its_time(ready: House) -> None:
    with ready.database.writing() as db:
        refresh_openings(db, ready.ids["Alice"], now=NOW)
        kept = db.get_one(MentorPolicy, ready.ids["Alice"]).openings_due_at
        forget_the_future(db, now=NOW)
    with ready.database.reading() as db:
        assert db.get_one(MentorPolicy, ready.ids["Alice"]).openings_due_at == kept
    assert NOW not in {each.next_try_at for each in ready.calendars()}


@pytest.mark.parametrize(
    ("seconds", "state"),
    [(-61, Freshness.STALE), (-30, Freshness.FRESH), (60, Freshness.FRESH), (61, Freshness.STALE)],
)
def test_two_machines_clocks_may_differ_a_little(seconds: int, state: Freshness) -> None:
    read_at = NOW - timedelta(seconds=seconds)
    assert freshness(read_at=read_at, failing=False, now=NOW) is state
