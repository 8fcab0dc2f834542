"""Counts of open hours, each by one statement over a part of the opening index."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, String, and_, bindparam, cast, func, or_, select
from sqlalchemy.orm import Session

from flashmeet.core.database.elapsed import epoch_seconds
from flashmeet.core.database.lists import among, holds
from flashmeet.core.database.prepared import columns
from flashmeet.core.database.types import UtcDateTime
from flashmeet.core.intervals import Interval
from flashmeet.identity.models import Member
from flashmeet.schedule.models import MentorPolicy, Opening
from flashmeet.schedule.rules.booking_facts import PEER_YEARS, Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class Among:
    """Whose hours are counted: those of a theme (0 = all) that last `minutes`, between two instants.

    Mentors of `hidden` are left out, and those who do not speak `language`, do not meet in this `way` or have another
    `relation` to whoever graduated in `year`.
    """

    theme_id: int
    span: Interval
    minutes: int
    hidden: Collection[int] = ()
    language: str = ""
    way: str = ""
    relation: Relation | None = None
    year: int | None = None

    def values(self, now: datetime) -> dict[str, object]:
        said: dict[str, object] = {
            "theme_id": self.theme_id,
            "start": self.span.start,
            "end": self.span.end,
            "minutes": self.minutes,
            "seconds": self.minutes * 60,
            "hidden": self.hidden,
            "now": now,
        }
        said |= {name: value for name, value in (("language", self.language), ("way", self.way)) if value}
        if self.relation is not None:
            said |= {"year": self.year, "peer_years": PEER_YEARS}
        return said

    @property
    def kind(self) -> tuple[bool, bool, Relation | None]:
        return bool(self.language), bool(self.way), self.relation


def count_by_start(db: Session, asked: Among, *, now: datetime) -> list[tuple[datetime, int]]:
    """Returns how many hours begin at each instant, in order: a week has at most 672 quarters of an hour."""
    return [(at, count) for at, count in columns(db, _by_start(asked.kind), asked.values(now))]


@cache
def _by_start(kind: tuple[bool, bool, Relation | None]) -> Select[datetime, int]:
    counted = _bookable(select(Opening.starts_at, func.count()), kind)
    return counted.group_by(Opening.starts_at).order_by(Opening.starts_at)


@dataclass(frozen=True, slots=True)
class Facet:
    """Mentors who speak the same languages and meet in the same ways, and their hours."""

    languages: Sequence[str]
    ways: Sequence[str]
    hours: int
    mentors: int


def count_by_kind(db: Session, asked: Among, starts: Collection[int], *, now: datetime) -> list[Facet]:
    """Counts the hours that begin at one of `starts` (seconds since 1970), by languages and ways of their mentors."""
    rows = columns(db, _by_kind(asked.kind), asked.values(now) | {"starts": starts})
    return [Facet(json.loads(languages), json.loads(ways), hours, mentors) for languages, ways, hours, mentors in rows]


@cache
def _by_kind(kind: tuple[bool, bool, Relation | None]) -> Select[*tuple[Any, ...]]:
    as_text = (cast(Member.languages, String), cast(MentorPolicy.ways, String))
    counted = (func.count(), func.count(Opening.mentor_id.distinct()))
    query = _bookable(select(*as_text, *counted), kind)
    return query.where(among(epoch_seconds(Opening.starts_at), bindparam("starts"))).group_by(*as_text)


def _bookable(query: Select[*tuple[Any, ...]], kind: tuple[bool, bool, Relation | None]) -> Select[*tuple[Any, ...]]:
    """The hours of `Among`, by the columns of one query; who they are of is looked up by their key."""
    language, way, relation = kind
    at = bindparam("now", type_=UtcDateTime)
    query = (
        query.join_from(Opening, MentorPolicy, MentorPolicy.member_id == Opening.mentor_id)
        .join(Member, Member.id == Opening.mentor_id)
        .where(
            Opening.theme_id == bindparam("theme_id"),
            Opening.starts_at >= bindparam("start", type_=UtcDateTime),
            Opening.starts_at < bindparam("end", type_=UtcDateTime),
            Opening.opens_at <= at,
            Opening.closes_at >= at,
            *_long_enough(),
            ~among(Opening.mentor_id, bindparam("hidden")),
        )
    )
    if language:
        query = query.where(holds(Member.languages, "language", str))
    if way:
        query = query.where(holds(MentorPolicy.ways, "way", str))
    return query.where(_of_relation(relation)) if relation is not None else query


def _long_enough() -> tuple[ColumnElement[bool], ...]:
    lasts = epoch_seconds(Opening.free_until) - epoch_seconds(Opening.starts_at)
    return lasts >= bindparam("seconds"), holds(MentorPolicy.durations, "minutes", int)


def _of_relation(relation: Relation) -> ColumnElement[bool]:
    """As `booking_facts.relation_of` has it, of two who both say when they graduated."""
    year: BindParameter[int] = bindparam("year")
    later = Member.graduation_year - year
    near: BindParameter[int] = bindparam("peer_years")
    if relation == Relation.PEER:
        return and_(later <= near, later >= -near)
    return later > near if relation == Relation.REVERSE else later < -near


WEEK_DAYS = 7


def count_by_theme(
    db: Session, days: Sequence[Interval], *, minutes: int, now: datetime, mentor_ids: Collection[int] | None = None
) -> dict[int, int]:
    """Counts open hours within each of seven intervals, of these mentors or of all, per theme (0 = all)."""
    bounds = {
        f"{name}{place}": at for place, day in enumerate(days) for name, at in (("from_", day.start), ("to_", day.end))
    }
    values = bounds | {"first": days[0].start, "last": days[-1].end, "minutes": minutes, "seconds": minutes * 60}
    if mentor_ids is not None:
        values["mentor_ids"] = mentor_ids
    return dict(columns(db, _by_theme(mentor_ids is not None), values | {"now": now}))


@cache
def _by_theme(of_some: bool) -> Select[int, int]:
    def bound(name: str) -> BindParameter[datetime]:
        return bindparam(name, type_=UtcDateTime)

    inside = [
        and_(Opening.starts_at >= bound(f"from_{place}"), Opening.starts_at < bound(f"to_{place}"))
        for place in range(WEEK_DAYS)
    ]
    query = (
        select(Opening.theme_id, func.count())
        .join(MentorPolicy, MentorPolicy.member_id == Opening.mentor_id)
        .where(
            Opening.starts_at >= bound("first"),
            Opening.starts_at < bound("last"),
            or_(*inside),
            Opening.opens_at <= bound("now"),
            Opening.closes_at >= bound("now"),
            *_long_enough(),
        )
    )
    if of_some:
        query = query.where(among(Opening.mentor_id, bindparam("mentor_ids")))
    return query.group_by(Opening.theme_id)
