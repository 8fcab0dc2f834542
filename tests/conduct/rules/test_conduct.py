"""What counts as having been there, and what follows from hours missed, to the second (F13)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashmeet.bookings.rules.outcomes import ROLES, Presence
from flashmeet.bookings.service.reliability import says_until
from flashmeet.conduct.rules.conduct import (
    DECISIONS,
    checked_decision,
    checked_what,
    contest_until,
    follows,
    is_asked,
    release_at,
    was_there,
)
from flashmeet.core.errors import BadInput
from flashmeet.schedule.rules.booked_hour import SeatRole

START = datetime(2026, 12, 9, 17, tzinfo=UTC)
LONG_AGO = START - timedelta(days=7)
MINUTES = st.integers(0, 90).map(lambda minutes: timedelta(minutes=minutes))
SECOND = timedelta(seconds=1)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


@pytest.mark.parametrize(
    ("mentor", "mentee", "together", "there"),
    [(0, 0, 0, False), (60, 5, 5, True), (60, 4, 4, False), (0, 10, 0, True), (0, 9, 0, False), (9, 13, 4, False)],
)
def test_five_minutes_together_or_ten_alone_speak_for_the_mentee(
    mentor: int, mentee: int, together: int, there: bool
) -> None:
    presence = Presence(timedelta(minutes=mentor), timedelta(minutes=mentee), timedelta(minutes=together))
    assert was_there(presence, SeatRole.MENTEE) is there


@given(mentor=MINUTES, mentee=MINUTES, role=st.sampled_from(ROLES))
def test_who_never_came_is_never_spoken_for_and_waiting_longer_never_harms(
    mentor: timedelta, mentee: timedelta, role: SeatRole
) -> None:
    together = min(mentor, mentee)
    presence = Presence(mentor, mentee, together)
    longer = (
        Presence(mentor + hours(1), mentee, together)
        if role == SeatRole.MENTOR
        else Presence(mentor, mentee + hours(1), together)
    )
    assert not was_there(presence, role) or presence.of(role)
    assert was_there(longer, role)


def test_it_can_be_contested_for_72_hours_and_said_for_a_week() -> None:
    assert contest_until(START) == START + hours(72)
    assert says_until(START) == START + timedelta(days=7)


def test_of_a_mentor_nothing_follows_but_a_call_from_the_first_on() -> None:
    assert [follows(SeatRole.MENTOR, standing) for standing in range(5)] == ["", "call", "call", "call", "call"]


def test_two_confirm_and_three_are_paused() -> None:
    assert [follows(SeatRole.MENTEE, standing) for standing in range(5)] == ["", "", "confirm", "pause", "pause"]


@pytest.mark.parametrize(
    ("before", "asked"),
    [(hours(24) + SECOND, False), (hours(24), True), (hours(18), True), (hours(15), True), (hours(15) - SECOND, False)],
)
def test_a_mentee_is_asked_from_24_hours_before_while_three_hours_are_left(before: timedelta, asked: bool) -> None:
    assert is_asked(START - before, starts_at=START, created_at=LONG_AGO) is asked


def test_an_hour_that_was_booked_within_the_day_is_confirmed_by_booking_it() -> None:
    opens = START - hours(24)
    assert not is_asked(opens + hours(1), starts_at=START, created_at=opens)
    assert is_asked(opens + hours(1), starts_at=START, created_at=opens - SECOND)


def test_the_hour_is_free_12_hours_before() -> None:
    assert release_at(START) == START - hours(12)


def test_each_kind_of_case_knows_its_own_decisions() -> None:
    for kind, known in DECISIONS.items():
        for decision in {each for some in DECISIONS.values() for each in some}:
            if decision in known:
                assert checked_decision(kind, decision) == decision
            else:
                with pytest.raises(BadInput):
                    checked_decision(kind, decision)


def test_what_is_reported_is_one_of_the_reasons_that_the_form_offers() -> None:
    offered = ("unwelcome", "money", "not_who", "private", "other")
    assert tuple(checked_what(each) for each in offered) == offered
    for unknown in ("gossip", ""):
        with pytest.raises(BadInput):
            checked_what(unknown)
