"""What counts as a broken promise, and what does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from flashmeet.core.intervals import Interval
from flashmeet.programme.rules.proof import (
    IN_FLIGHT,
    Agreed,
    LateWhy,
    Left,
    Seen,
    Taken,
    dead_reminders,
    double_bookings,
    invites_out_of_order,
    late_messages,
)

NINE = datetime(2026, 12, 1, 9, tzinfo=UTC)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


def hour(member_id: int, booking_id: int, begins: float, hours: float = 1) -> Taken:
    start = NINE + begins * HOUR
    return Taken(member_id, booking_id, Interval(start, start + hours * HOUR))


def left(*, after: timedelta = timedelta(), version: int = 0, booking_id: int = 1, **more: int) -> Left:
    return Left(
        booking_id=booking_id,
        recipient_id=7,
        channel="mail",
        version=version,
        due_at=NINE,
        left_at=NINE + after,
        **more,
    )


def test_hours_that_touch_are_no_double_booking_and_hours_that_overlap_are() -> None:
    touching = [hour(1, 10, 0), hour(1, 11, 1), hour(2, 12, 0)]
    assert double_bookings(touching, {10, 11, 12}).broken == ()
    overlapping = [*touching, hour(1, 13, 0.5)]
    found = double_bookings(overlapping, {10, 11, 12, 13})
    assert found.broken == (10, 11, 13)
    assert found.looked_at == 4


def test_a_long_booking_clashes_with_each_hour_within_it() -> None:
    day = [hour(1, 10, 0, 8), hour(1, 11, 1), hour(1, 12, 5)]
    assert double_bookings(day, {10, 11, 12}).broken == (10, 11, 12)


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 20), st.integers(1, 6)), max_size=12))
def test_a_booking_is_broken_exactly_when_another_of_a_member_overlaps_it(
    drawn: list[tuple[int, int, int]],
) -> None:
    taken = [hour(who, number, start / 4, length / 4) for number, (who, start, length) in enumerate(drawn)]
    expected = {
        one.booking_id
        for one in taken
        for other in taken
        if one is not other and one.member_id == other.member_id
        if one.span.start < other.span.end and other.span.start < one.span.end
    }
    assert set(double_bookings(taken, {each.booking_id for each in taken}).broken) == expected


def test_a_reminder_after_the_end_is_dead_unless_it_was_being_handed_over() -> None:
    over = {1: Agreed(sequence=1, since=NINE - HOUR, cancelled_at=NINE)}
    assert dead_reminders([left(version=1, after=-HOUR)], over).broken == ()
    assert dead_reminders([left(version=1, after=MINUTE / 2)], over).broken == ()
    assert dead_reminders([left(version=1, after=HOUR)], over).broken == (1,)


def test_what_left_within_the_time_of_handing_over_is_no_broken_promise() -> None:
    over = {1: Agreed(sequence=1, since=NINE - HOUR, cancelled_at=NINE)}
    moved = {1: Agreed(sequence=2, since=NINE, cancelled_at=None)}
    assert dead_reminders([left(version=1, after=IN_FLIGHT)], over) == Seen(1)
    assert dead_reminders([left(version=1, after=IN_FLIGHT)], moved) == Seen(1)
    assert dead_reminders([left(version=1, after=IN_FLIGHT + SECOND)], over) == Seen(1, (1,))
    assert dead_reminders([left(version=1, after=IN_FLIGHT + SECOND)], moved) == Seen(1, (1,))


def test_a_message_is_late_after_five_minutes_and_not_before() -> None:
    assert late_messages([left(after=5 * MINUTE)])[0] == Seen(1)
    assert late_messages([left(after=5 * MINUTE + SECOND)])[0] == Seen(1, (1,))


def test_one_booking_that_is_read_twice_is_not_two() -> None:
    assert double_bookings([hour(1, 10, 0), hour(1, 10, 0)], {10}) == Seen(1)


def test_a_reminder_of_an_earlier_time_is_dead() -> None:
    moved = {1: Agreed(sequence=2, since=NINE, cancelled_at=None)}
    assert dead_reminders([left(version=0, after=-HOUR)], moved).broken == ()
    assert dead_reminders([left(version=0, after=HOUR)], moved).broken == (1,)
    assert dead_reminders([left(version=2, after=HOUR)], moved).broken == ()


def test_an_older_invite_after_a_newer_one_is_out_of_order() -> None:
    rising = [left(version=0), left(version=1, after=MINUTE), left(version=3, after=HOUR)]
    assert invites_out_of_order(rising) == Seen(3)
    assert invites_out_of_order([*rising, left(version=2, after=2 * HOUR)]) == Seen(4, (1,))


def test_a_late_message_has_a_reason() -> None:
    messages = [
        left(after=4 * MINUTE),
        left(after=6 * MINUTE, booking_id=2),
        left(tries=1, booking_id=3),
        left(after=HOUR, doubts=1, booking_id=4),
    ]
    seen, why = late_messages(messages)
    assert (seen.looked_at, seen.broken) == (4, (2, 3, 4))
    assert why == {LateWhy.REFUSED: 1, LateWhy.DOUBT: 1, LateWhy.WAITED: 1}
