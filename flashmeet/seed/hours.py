"""Availability of invented mentors."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from flashmeet.core.settings.policies import Confirm, Policy
from flashmeet.schedule.rules.availability import DayOverride, LeavePeriod, Schedule, Span, WeeklyRule
from flashmeet.schedule.rules.booked_hour import MODES, Mode

_EVENING, _LATE, _NOON, _MORNING = ("18:00", "20:00"), ("19:30", "21:30"), ("12:00", "14:00"), ("08:00", "09:00")
_AFTERNOON, _SATURDAY = ("14:00", "17:00"), ("10:00", "12:00")

WEEKS: tuple[tuple[tuple[int, tuple[str, str]], ...], ...] = (
    ((1, _EVENING), (3, _EVENING)),
    ((0, _NOON), (2, _NOON)),
    ((2, _EVENING),),
    ((0, _LATE), (1, _LATE), (3, _LATE)),
    ((5, _SATURDAY),),
    ((4, _MORNING), (4, _NOON)),
    ((1, _MORNING), (3, _MORNING)),
    ((2, _AFTERNOON),),
    ((0, _EVENING), (5, _SATURDAY)),
    ((3, _NOON), (3, _EVENING)),
    ((6, _AFTERNOON),),
    ((0, _EVENING), (1, _EVENING), (2, _EVENING), (3, _EVENING)),
)
"""Weekday (Monday is 0) and hours."""
PLACES = (
    "Café de la Gare, place de la Gare, Lyon",
    "Maison des associations, salle 3, Villeurbanne",
    "Bibliothèque de l’école, salle de travail B12",
    "Espace des anciens, 14 rue des Tanneurs, Lille",
)


def policy_of(random: Random, *, days: int) -> Policy:
    """Returns a policy as volunteers choose them: most keep the defaults, a few ask first or give more."""
    drawn = random.random()
    if drawn < 0.10:
        return Policy(horizon_days=days, confirm=Confirm.ASK, notice_minutes=2_880)
    if drawn < 0.25:
        return Policy(horizon_days=days, per_week=2, per_month=4, start_every=30)
    if drawn < 0.35:
        return Policy(horizon_days=days, notice_minutes=120)
    return Policy(horizon_days=days)


def schedule_of(random: Random, *, tzid: str, today: date, days: int) -> Schedule:
    """Returns a schedule. One mentor in eight has an exception ahead, one in twelve a week of leave."""
    rules = tuple(sorted(WeeklyRule(weekday, Span.parse(*span)) for weekday, span in random.choice(WEEKS)))
    return Schedule(
        tzid,
        policy_of(random, days=days),
        rules,
        _overrides(random, today, days) if random.random() < 1 / 8 else (),
        _leaves(random, today, days) if random.random() < 1 / 12 else (),
        *_meeting(random, tzid),
    )


def _meeting(random: Random, tzid: str) -> tuple[tuple[Mode, ...], str]:
    """All on video, most by telephone, one in four in person; those of Paris say where."""
    by_phone, on_site = random.random() < 2 / 3, random.random() < 1 / 4
    ways = {Mode.VIDEO: True, Mode.PHONE: by_phone, Mode.ON_SITE: on_site}
    place = random.choice(PLACES) if on_site and tzid == "Europe/Paris" else ""
    return tuple(mode for mode in MODES if ways[mode]), place


def _overrides(random: Random, today: date, days: int) -> tuple[DayOverride, ...]:
    day = today + timedelta(days=random.randrange(2, max(days, 3)))
    return (DayOverride(day, random.choice((None, Span.parse("17:00", "19:00"), Span.parse("09:00", "11:00")))),)


def _leaves(random: Random, today: date, days: int) -> tuple[LeavePeriod, ...]:
    first = today + timedelta(days=random.randrange(3, max(days, 4)))
    return (LeavePeriod(first, first + timedelta(days=6)),)
