"""Plays seeded years under five ways of ranking, and prints what became of the needs: `make simulate`."""

from __future__ import annotations

import os
from statistics import mean

from tests.simulation.figures import Figures, figures
from tests.simulation.network import mentors_of, needs_of
from tests.simulation.play import WAYS, play
from tests.simulation.recount import recounted

MENTORS, NEEDS_A_WEEK = 60, 14


def year(name: str, seed: int) -> Figures:
    """Plays one year, and counts it twice: the figures must agree with those of SQL."""
    mentors, needs = mentors_of(seed, MENTORS), needs_of(seed, NEEDS_A_WEEK)
    outcomes, state = play(mentors, needs, WAYS[name], seed=seed)
    found = figures(outcomes, mentors, state.asked)
    if (again := recounted(outcomes, mentors)) != (found.helped, found.refused, found.median):
        raise AssertionError(f"{name}, {seed}: {found} is counted as {again} in SQL")
    return found


def main() -> None:
    first, years = int(os.environ.get("FIRST", "1")), int(os.environ.get("YEARS", "12"))
    seeds = range(first, first + years)
    print(f"{len(seeds)} years from seed {first}, {MENTORS} mentors; days from the need to the hour")
    print(f"{'ranking':<16}{'helped':>9}{'median':>9}{'9 of 10':>9}{'busiest':>9}{'refused':>9}{'never asked':>13}")
    for name in WAYS:
        played = [year(name, seed) for seed in seeds]
        helped = sum(each.helped for each in played) / sum(each.needs for each in played)
        columns = [mean(getattr(each, field) for each in played) for field in ("median", "most", "busiest")]
        rest = [mean(getattr(each, field) for each in played) for field in ("refused", "never")]
        print(
            f"{name:<16}{helped:>8.1%} "
            + "".join(f"{value:>9.2f}" for value in columns)
            + f"{rest[0]:>9.0f}{rest[1]:>13.1f}"
        )


if __name__ == "__main__":
    main()
