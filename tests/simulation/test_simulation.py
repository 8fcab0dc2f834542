"""The played year: the same seed gives the same year, and our ranking is fair enough."""

from __future__ import annotations

from statistics import mean

import pytest

from tests.simulation.__main__ import MENTORS, NEEDS_A_WEEK, year
from tests.simulation.figures import even_share
from tests.simulation.network import mentors_of, needs_of
from tests.simulation.play import WAYS, play

SEEDS = (1, 2, 3)


@pytest.mark.parametrize("name", WAYS)
def test_the_same_seed_gives_the_same_year(name: str) -> None:
    mentors, needs = mentors_of(5, MENTORS), needs_of(5, NEEDS_A_WEEK)
    first, second = (play(mentors, needs, WAYS[name], seed=5)[0] for _ in range(2))
    assert first == second
    assert len(first) > 600


def test_nobody_gives_more_than_they_are_willing_to() -> None:
    mentors, needs = mentors_of(1, MENTORS), needs_of(1, NEEDS_A_WEEK)
    _, state = play(mentors, needs, WAYS["ours"], seed=1)
    for mentor in mentors:
        hours = sorted(state.hours[mentor.id])
        for first, last in zip(hours, hours[mentor.a_month :], strict=False):
            assert (last - first).days >= 27, mentor


def test_an_even_share_leaves_to_others_what_somebody_cannot_give() -> None:
    assert even_share([10, 10, 10], 9) == 3
    assert even_share([1, 10, 10], 9) == 4
    assert even_share([1, 1, 1], 9) == 1
    assert even_share([], 0) == 0


def test_our_ranking_is_fairer_than_by_the_soonest_hour_and_quicker_than_by_fairness_alone() -> None:
    ours, soonest, fair = ([year(name, seed) for seed in SEEDS] for name in ("ours", "soonest first", "least busy"))
    assert mean(each.busiest for each in ours) < 0.7 * mean(each.busiest for each in soonest)
    assert mean(each.most for each in ours) < 0.6 * mean(each.most for each in fair)
    assert min(each.helped / each.needs for each in ours) > 0.97


def test_evening_out_hours_costs_less_than_half_a_day_of_waiting() -> None:
    ours, uneven = ([year(name, seed) for seed in SEEDS] for name in ("ours", "not evened out"))
    assert mean(each.busiest for each in ours) < 1.6 < mean(each.busiest for each in uneven)
    assert mean(each.median for each in ours) - mean(each.median for each in uneven) < 0.5
