"""An invented network of any size, written in batches: people and their open hours.

Bookings are made by `bookings`, those of a large network by `bulk_bookings` while its mentors are written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from flashmeet.core.database.base import Base
from flashmeet.core.database.bulk import insert_all, make_room, reserve_ids
from flashmeet.core.errors import Refusal
from flashmeet.core.intervals import Interval
from flashmeet.core.zones import data_version
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.identity.rules import name_keys, profile_keys
from flashmeet.schedule.models import AvailabilityRule, DateOverride, Leave, MentorPolicy, Opening
from flashmeet.schedule.queries.openings import rows_for
from flashmeet.schedule.queries.schedules import POLICY_FIELDS
from flashmeet.schedule.rules.availability import Schedule
from flashmeet.schedule.rules.quotas import Period
from flashmeet.schedule.rules.slots import Start, openings
from flashmeet.schedule.service.openings import REACH
from flashmeet.seed.hours import schedule_of
from flashmeet.seed.people import INVENTED, Person, mentee, mentor, random_for
from flashmeet.seed.themes import seed_themes

MENTORS_AT_ONCE, MENTEES_AT_ONCE = 1_000, 5_000
MENTEES_PER_MENTOR = 10 / 3
HOURS_PER_MENTOR, MOST_HOURS, MOST_ONE_BY_ONE = 4 / 3, 10_000, 400
Progress = Callable[[int], object]
Unit = Callable[[], AbstractContextManager[Session]]
"""Opens a unit of work: a transaction per batch, or the one already open."""
Rows = list[dict[str, object]]


class AlreadySeeded(Refusal):
    """These people exist already."""

    code = "already_seeded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many mentors, and for how many days ahead they have hours; the seed decides who they are."""

    mentors: int
    days: int
    seed: int

    @property
    def mentees(self) -> int:
        return round(self.mentors * MENTEES_PER_MENTOR)

    @property
    def hours(self) -> int:
        """Returns how many hours are booked: four per three mentors, at most 10,000."""
        return min(round(self.mentors * HOURS_PER_MENTOR), MOST_HOURS)

    @property
    def hours_one_by_one(self) -> int:
        """Returns how many of them go through the whole use case, with all that may become of a booking."""
        return min(self.hours, MOST_ONE_BY_ONE)

    @property
    def hours_in_bulk(self) -> int:
        return self.hours - self.hours_one_by_one


@dataclass(slots=True)
class Seeded:
    """The ids of the people created, in order."""

    mentors: list[int] = field(default_factory=list)
    mentees: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Occupied:
    """What bookings take of a mentor's hours: claimed time, and how much of each limit."""

    taken: Sequence[Interval] = ()
    used: Mapping[Period, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewMentor:
    """A mentor who has been stored, without their schedule as yet."""

    number: int
    id: int
    schedule: Schedule


Book = Callable[[Session, Sequence[NewMentor], Sequence[int]], Mapping[int, Occupied]]
"""Books hours of new mentors for some of the mentees with these ids; returns what is taken, by the mentor's id."""


def _book_nothing(_db: Session, _mentors: Sequence[NewMentor], _mentees: Sequence[int]) -> Mapping[int, Occupied]:
    return {}


def seed_people(unit: Unit, plan: Plan, *, now: datetime, progress: Progress, book: Book = _book_nothing) -> Seeded:
    """Creates everybody and the mentors' hours, less those that `book` books at once.

    `progress` is told of people added. Raises AlreadySeeded.
    """
    with unit() as db:
        _refuse_twice(db, plan, now=now)
        themes = seed_themes(db)
    seeded, hours = Seeded(), _Hours(now, plan)
    for numbers in _batches(plan.mentees, MENTEES_AT_ONCE):
        with unit() as db:
            make_room(db)
            seeded.mentees += _members(db, [mentee(plan.seed, number, now=now) for number in numbers])
        progress(len(numbers))
    for numbers in _batches(plan.mentors, MENTORS_AT_ONCE):
        with unit() as db:
            make_room(db)
            seeded.mentors += _write_mentors(
                db, numbers, plan, themes=themes, hours=hours, mentees=seeded.mentees, book=book, now=now
            )
        progress(len(numbers))
    return seeded


def _refuse_twice(db: Session, plan: Plan, *, now: datetime) -> None:
    first = mentor(plan.seed, 0, now=now).columns["email"]
    if db.scalar(select(Member.id).where(Member.email == first)) is not None:
        raise AlreadySeeded(seed=plan.seed)


def holds_real_people(db: Session) -> bool:
    """Whether anybody is there who is not invented."""
    return db.scalar(select(Member.id).where(Member.email.not_like(f"%.{INVENTED}")).limit(1)) is not None


def _batches(count: int, size: int) -> list[range]:
    return [range(first, min(first + size, count)) for first in range(0, count, size)]


def insert_rows(db: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    insert_all(db, cast(Table, model.__table__), rows)


def _members(db: Session, people: Sequence[Person]) -> list[int]:
    """Inserts the people; returns their ids, in order."""
    ids = list(reserve_ids(db, cast(Table, Member.__table__), len(people)))
    rows = ({**person.columns, "id": id} for id, person in zip(ids, people, strict=True))
    insert_rows(db, Member, [{**row, **_text_keys(row)} for row in rows])
    return ids


def _text_keys(row: Mapping[str, Any]) -> dict[str, str]:
    """A bulk insert passes by the listener that keeps these columns."""
    names = _name_keys(row["first_name"], row["last_name"])
    return names | _profile_keys(row["headline"], row["company"], row["sector"])


_name_keys, _profile_keys = cache(name_keys), cache(profile_keys)
"""Invented people have few names and say few things."""


@dataclass(slots=True)
class _Hours:
    """Openings of schedules, computed once for weeks that several mentors share."""

    now: datetime
    plan: Plan
    _known: dict[tuple[object, ...], list[Start]] = field(default_factory=dict)

    @property
    def span(self) -> Interval:
        start = self.now.replace(minute=0, second=0, microsecond=0)
        return Interval(start, self.now + timedelta(days=self.plan.days) + REACH)

    def starts(self, schedule: Schedule, occupied: Occupied) -> list[Start]:
        if occupied.taken or occupied.used:
            return openings(schedule, span=self.span, taken=occupied.taken, used=occupied.used)
        key = (schedule.tzid, schedule.policy, schedule.rules, schedule.overrides, schedule.leaves)
        if key not in self._known:
            self._known[key] = openings(schedule, span=self.span)
        return self._known[key]


def _write_mentors(
    db: Session,
    numbers: range,
    plan: Plan,
    *,
    themes: dict[str, int],
    hours: _Hours,
    mentees: Sequence[int],
    book: Book,
    now: datetime,
) -> list[int]:
    people = [mentor(plan.seed, number, now=now) for number in numbers]
    ids = _members(db, people)
    offered = [[(themes[key], proof) for key, proof in person.offers] for person in people]
    offers: Rows = [
        {"mentor_id": mentor_id, "theme_id": theme_id, "proof": proof}
        for mentor_id, theirs in zip(ids, offered, strict=True)
        for theme_id, proof in theirs
    ]
    insert_rows(db, MentorTheme, offers)
    new = [
        NewMentor(
            number,
            mentor_id,
            schedule_of(random_for(plan.seed, "hours", number), tzid=person.tzid, today=now.date(), days=plan.days),
        )
        for number, mentor_id, person in zip(numbers, ids, people, strict=True)
    ]
    occupied = book(db, new, mentees)
    policies: Rows = []
    said: dict[type[Base], Rows] = {AvailabilityRule: [], DateOverride: [], Leave: []}
    rows: Rows = []
    for each, theirs in zip(new, offered, strict=True):
        policies.append(_policy_row(each.id, each.schedule, due_at=now + timedelta(hours=12 + each.number % 12)))
        _say(said, each.id, each.schedule)
        starts = hours.starts(each.schedule, occupied.get(each.id, Occupied()))
        rows += rows_for(each.id, starts, theme_ids=[theme_id for theme_id, _ in theirs], policy=each.schedule.policy)
    insert_rows(db, MentorPolicy, policies)
    for model, some in said.items():
        insert_rows(db, model, some)
    rows.sort(key=lambda row: (row["theme_id"], row["starts_at"], row["rotation"]))
    insert_rows(db, Opening, rows)
    return ids


def _policy_row(mentor_id: int, schedule: Schedule, *, due_at: datetime) -> dict[str, object]:
    """Returns the policy row; `due_at` spreads when the worker refreshes each mentor's openings."""
    values: dict[str, object] = {name: getattr(schedule.policy, name) for name in POLICY_FIELDS}
    durations = list(schedule.policy.durations)
    made = {"openings_due_at": due_at, "zone_data": data_version()}
    meeting = {"ways": list(schedule.ways), "place": schedule.place}
    return {**values, **made, **meeting, "durations": durations, "member_id": mentor_id, "tzid": schedule.tzid}


def _say(said: dict[type[Base], Rows], mentor_id: int, schedule: Schedule) -> None:
    said[AvailabilityRule] += [
        {
            "member_id": mentor_id,
            "weekday": rule.weekday,
            "start_minute": rule.span.start,
            "end_minute": rule.span.end,
        }
        for rule in schedule.rules
    ]
    said[DateOverride] += [
        {
            "member_id": mentor_id,
            "date": override.date,
            "start_minute": override.span and override.span.start,
            "end_minute": override.span and override.span.end,
        }
        for override in schedule.overrides
    ]
    said[Leave] += [{"member_id": mentor_id, "first": leave.first, "last": leave.last} for leave in schedule.leaves]
