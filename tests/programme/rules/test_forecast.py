"""The forecast is plain arithmetic, and says when there is too little to say."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flashmeet.programme.rules.forecast import LATELY, Forecast, Season
from tests.loops import for_each


def ahead(lately: int, open_hours: int, *, weeks: float = 8, turn: float | None = None) -> Forecast:
    return Forecast(lately=lately, known=timedelta(weeks=weeks), open_hours=open_hours, turn=turn)


def test_the_pace_of_eight_weeks_is_carried_on_for_four() -> None:
    assert ahead(20, 3).expected == 10
    assert ahead(20, 3, weeks=5).expected == 16, "a network of five weeks: four a week"
    assert ahead(20, 3, weeks=30).expected == 10


def test_last_years_turn_is_applied_where_it_is_known() -> None:
    assert Season(before=40, after=40).turn == 2.0
    assert Season(before=19, after=40).turn is None
    assert (Season(before=30, after=0).turn, Season(before=20, after=90).turn) == (1 / 3, 3.0)
    assert ahead(20, 3, turn=2.0).expected == 20
    assert ahead(20, 3, turn=0.5).expected == 5


@for_each(("lately", "weeks"), [(4, 8), (40, 3.9), (0, 8)])
def test_too_little_is_said_to_be_too_little(lately: int, weeks: float) -> None:
    found = ahead(lately, 0, weeks=weeks)
    assert (found.expected, found.runs_dry_in, found.is_sayable) == (None, None, False)


def test_five_requests_and_four_weeks_are_enough_to_say_something() -> None:
    assert (ahead(5, 0, weeks=8).expected, ahead(40, 0, weeks=4).expected) == (2, 40)


@for_each(
    ("lately", "open_hours", "days"),
    [(20, 10, None), (20, 11, None), (20, 9, 25), (20, 5, 14), (20, 0, 0), (28, 6, 12)],
)
def test_open_hours_are_used_evenly_until_none_is_left(lately: int, open_hours: int, days: int | None) -> None:
    assert ahead(lately, open_hours).runs_dry_in == days


def test_nothing_is_known_of_a_network_without_requests() -> None:
    assert Forecast().expected is None
    assert Forecast(lately=8, known=LATELY, open_hours=0).runs_dry_in == pytest.approx(0)
