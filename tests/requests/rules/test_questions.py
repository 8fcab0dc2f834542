"""The clock of a mentor who asks back: it stands still, runs on, and takes nothing from anybody."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from flashmeet.requests.rules.questions import running_again, standing_still
from tests.people import NOW

HOURS = st.integers(1, 200).map(lambda hours: timedelta(hours=hours))


def test_what_was_left_is_left_once_the_wait_is_over() -> None:
    hour = timedelta(hours=1)
    due = standing_still(NOW, NOW + 20 * hour, reply_due_at=NOW + 48 * hour, latest=NOW + 500 * hour)
    assert due == NOW + 68 * hour
    reply_due = NOW + 48 * hour
    soon = running_again(NOW + 5 * hour, due, reply_due_at=reply_due, fresh=NOW + 6 * hour, latest=NOW + 500 * hour)
    assert soon == NOW + 25 * hour  # twenty hours, from the reply on


def test_a_late_reply_leaves_the_deadline_where_it_was_unless_a_working_day_reaches_further() -> None:
    hour = timedelta(hours=1)
    due, reply_due, last = NOW + 68 * hour, NOW + 48 * hour, NOW + 500 * hour
    late = NOW + 60 * hour
    assert running_again(late, due, reply_due_at=reply_due, fresh=late + 2 * hour, latest=last) == due
    assert running_again(late, due, reply_due_at=reply_due, fresh=late + 24 * hour, latest=last) == late + 24 * hour


@given(left=HOURS, wait=HOURS, reply=HOURS, fresh=HOURS, latest=HOURS)
def test_no_deadline_comes_sooner_by_asking_none_outlasts_the_times_and_a_reply_gives_a_working_day(
    left: timedelta, wait: timedelta, reply: timedelta, fresh: timedelta, latest: timedelta
) -> None:
    last = NOW + left + latest
    reply_due_at = min(NOW + wait, last)
    due = standing_still(NOW, NOW + left, reply_due_at=reply_due_at, latest=last)
    assert NOW + left <= due <= last
    at = min(NOW + reply, due)
    again = running_again(at, due, reply_due_at=reply_due_at, fresh=at + fresh, latest=last)
    assert min(at + fresh, last) <= again <= last
    if at >= reply_due_at:
        assert again >= min(due, last)
