"""An invented network: what its mentors give, and what its mentees need, hour by hour of a year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

BEGINS = datetime(2026, 9, 7, tzinfo=UTC)
WEEKS = 52
THEMES = 8
DEMAND = (30, 20, 14, 11, 9, 7, 5, 4)
"""How many in a hundred needs are about each theme: the first ones are asked for most."""
SECTORS = ("law", "health", "industry", "culture", "public", "energy")
EVENING, NOON, AFTERNOON = 18, 12, 15
VISIBLE = timedelta(days=28)
NOTICE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Mentor:
    """A mentor gives an hour at `hour` on these weekdays, at most `a_month` in four weeks; `says_no` of requests."""

    id: int
    themes: frozenset[int]
    languages: tuple[str, ...]
    sector: str
    year: int
    weekdays: tuple[int, ...]
    hour: int
    a_month: int
    says_no: float


@dataclass(frozen=True, slots=True)
class Need:
    """A mentee needs help on a theme at `at`, and can come at these hours of the day."""

    id: int
    at: datetime
    mentee: int
    theme: int
    languages: tuple[str, ...]
    sector: str
    year: int
    hours: frozenset[int]


def mentors_of(seed: int, count: int) -> Sequence[Mentor]:
    """Returns mentors whose themes follow the demand only in part, and who give more or less."""
    random = Random(f"{seed}:mentors")
    return [_mentor(random, number) for number in range(count)]


def _mentor(random: Random, number: int) -> Mentor:
    themes = {number % THEMES}
    if random.random() < 0.5:
        themes.add(random.choices(range(THEMES), DEMAND)[0])
    return Mentor(
        id=number,
        themes=frozenset(themes),
        languages=random.choice((("fr",), ("fr",), ("fr", "en"), ("en",))),
        sector=random.choice(SECTORS),
        year=2026 - random.randrange(0, 35),
        weekdays=tuple(sorted(random.sample(range(7), random.randint(1, 3)))),
        hour=random.choice((EVENING, EVENING, EVENING, NOON, AFTERNOON)),
        a_month=random.choice((1, 2, 2, 4, 4, 8)),
        says_no=random.choice((0.0, 0.0, 0.05, 0.2)),
    )


def needs_of(seed: int, a_week: int) -> Sequence[Need]:
    """Returns the needs of the year in order; more of them in autumn and in spring, as schools have it."""
    random = Random(f"{seed}:needs")
    found: list[Need] = []
    for week in range(WEEKS):
        season = 1.5 if week in range(3, 12) or week in range(20, 30) else 0.5 if week in range(40, 48) else 1.0
        for _ in range(round(a_week * season * random.uniform(0.7, 1.3))):
            at = BEGINS + timedelta(weeks=week, minutes=random.randrange(7 * 24 * 60))
            found.append(_need(random, at, mentee=random.randrange(a_week * 12)))
    ordered = sorted(found, key=lambda need: need.at)
    return [
        Need(number, each.at, each.mentee, each.theme, each.languages, each.sector, each.year, each.hours)
        for number, each in enumerate(ordered)
    ]


def _need(random: Random, at: datetime, *, mentee: int) -> Need:
    return Need(
        id=0,
        at=at,
        mentee=mentee,
        theme=random.choices(range(THEMES), DEMAND)[0],
        languages=random.choice((("fr",), ("fr", "en"), ("fr", "en"), ("en",))),
        sector=random.choice(SECTORS),
        year=2026 - random.randrange(-2, 9),
        hours=random.choice((frozenset({EVENING}), frozenset({EVENING, NOON}), frozenset({EVENING, NOON, AFTERNOON}))),
    )
