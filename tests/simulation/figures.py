"""The figures of a played year, counted in Python; `tests.simulation.recount` counts them again in SQL."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.simulation.network import THEMES, WEEKS, Mentor
from tests.simulation.play import Outcome

MONTHS = WEEKS / 4


@dataclass(frozen=True, slots=True)
class Figures:
    """`median` and `most` (nine of ten) are days from the need to the hour, of those who were helped.

    `busiest`: how many times an even share the busiest mentor of a theme gives; `never`: mentors whom nobody asked.
    """

    needs: int
    helped: int
    refused: int
    median: float
    most: float
    busiest: float
    never: int


def figures(outcomes: Sequence[Outcome], mentors: Sequence[Mentor], asked: set[int]) -> Figures:
    helped = [each for each in outcomes if each.mentor is not None and each.starts_at is not None]
    days = sorted((each.starts_at - each.need.at).total_seconds() / 86_400 for each in helped if each.starts_at)
    return Figures(
        needs=len(outcomes),
        helped=len(helped),
        refused=sum(each.refused for each in outcomes),
        median=round(statistics.median(days), 2),
        most=round(days[int(len(days) * 0.9)], 2),
        busiest=round(_busiest(helped, mentors), 2),
        never=sum(1 for each in mentors if each.id not in asked),
    )


def _busiest(helped: Sequence[Outcome], mentors: Sequence[Mentor]) -> float:
    """Returns how many times an even share the busiest mentor gives, on average over the hours of all themes.

    An even share is each mentor's who offers the theme, but nobody's is more than they are willing to give: what the
    others cannot take is shared among the rest.
    """
    weighed = 0.0
    for theme in range(THEMES):
        given = Counter(each.mentor for each in helped if each.need.theme == theme)
        willing = [each.a_month * MONTHS for each in mentors if theme in each.themes]
        level = even_share(willing, sum(given.values()))
        weighed += sum(given.values()) * max(given.values(), default=0) / level if level else 0.0
    return weighed / len(helped)


def even_share(willing: Sequence[float], hours: float) -> float:
    """Returns the share of those who can give it, when the others give all they are willing to."""
    left, people = hours, sorted(willing)
    for number, most in enumerate(people):
        share = left / (len(people) - number)
        if most >= share:
            return share
        left -= most
    return people[-1] if people else 0.0
