"""When a theme is calm, tight, idle or empty (F3)."""

from __future__ import annotations

import pytest

from flashmeet.programme.rules.balance import Balance, over_a_quarter


@pytest.mark.parametrize(
    ("requested", "open_hours", "tension", "state"),
    [
        (14, 6, 2.33, "tight"),
        (6, 6, 1.0, "calm"),
        (7, 6, 1.17, "tight"),
        (0, 5, 0.0, "idle"),
        (0, 4, 0.0, "calm"),
        (1, 5, 0.2, "calm"),
        (1, 6, 0.17, "idle"),
        (3, 0, None, "empty"),
        (0, 0, None, "empty"),
        (1001, 1000, 1.0, "tight"),
    ],
)
def test_tension_is_requested_over_open(requested: int, open_hours: int, tension: float | None, state: str) -> None:
    balance = Balance(requested=requested, open_hours=open_hours)
    assert (balance.tension, balance.state) == (tension, state)


def test_people_are_missing_where_it_is_tight_or_where_one_asks_in_vain() -> None:
    wanted = [Balance(requested=2, open_hours=1), Balance(requested=1), Balance(), Balance(requested=1, open_hours=9)]
    assert [each.needs_people for each in wanted] == [True, True, False, False]


@pytest.mark.parametrize(
    ("most", "total", "flagged"),
    [(2, 8, False), (3, 8, True), (1, 5, False), (2, 5, True), (4, 4, False), (0, 0, False)],
)
def test_a_mentor_carries_too_much_with_over_a_quarter_of_five_or_more(most: int, total: int, flagged: bool) -> None:
    assert over_a_quarter(most, total) is flagged
