"""Counts of open hours, each by one statement over a part of the opening index."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    Row,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from flashmeet.core.database.elapsed import epoch_seconds
from flashmeet.core.database.json_columns import texts
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

    Mentors of `hidden` are left out, and those who do not speak `language`, do not meet in this `way`, are not of the
    class of `graduated` or of `company` (its key), or have another `relation` to whoever graduated in `year`.
    """

    theme_id: int
    span: Interval
    minutes: int
    hidden: Collection[int] = ()
    language: str = ""
    way: str = ""
    graduated: int | None = None
    company: str = ""
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
        said |= self.narrowed
        if self.relation is not None:
            said |= {"year": self.year, "peer_years": PEER_YEARS}
        return said

    @property
    def narrowed(self) -> dict[str, object]:
        """What is asked of mentors themselves, by name; what is not asked is left out."""
        asked = (
            ("language", self.language),
            ("way", self.way),
            ("graduated", self.graduated),
            ("company", self.company),
        )
        return {name: value for name, value in asked if value}

    @property
    def kind(self) -> tuple[frozenset[str], Relation | None]:
        return frozenset(self.narrowed), self.relation


def count_by_start(db: Session, asked: Among, *, now: datetime) -> list[tuple[datetime, int]]:
    """Returns how many hours begin at each instant, in order: a week has at most 672 quarters of an hour."""
    return [(at, count) for at, count in columns(db, _by_start(asked.kind), asked.values(now))]


@cache
def _by_start(kind: tuple[frozenset[str], Relation | None]) -> Select[datetime, int]:
    counted = _bookable(select(Opening.starts_at, func.count()), kind)
    return counted.group_by(Opening.starts_at).order_by(Opening.starts_at)


@dataclass(frozen=True, slots=True)
class Facet:
    """Mentors who speak the same languages, meet in the same ways and are of one class, and their hours."""

    languages: Collection[str]
    ways: Collection[str]
    graduated: int | None
    hours: int
    mentors: int


@dataclass(frozen=True, slots=True)
class CompanyHours:
    """A company by its key, as one of its members writes it, and the hours of its mentors."""

    key: str
    name: str
    hours: int


MOST_COMPANIES = 100
"""Companies that are told: those with the most hours."""


def count_by_kind(
    db: Session, asked: Among, starts: Collection[int], *, now: datetime
) -> tuple[list[Facet], list[CompanyHours]]:
    """Counts the hours that begin at one of `starts` (seconds since 1970), by one statement.

    Facets are of the company that is asked for, whatever else is asked of mentors; companies are of those who have all
    the rest of it.
    """
    values = asked.values(now) | {"starts": starts}
    facets, companies = list[Facet](), list[CompanyHours]()
    rows: Sequence[Row[*tuple[Any, ...]]] = columns(db, _by_kind(*asked.kind), values)
    for languages, ways, graduated, key, name, hours, mentors in rows:
        if key:
            companies.append(CompanyHours(key, name, hours))
        else:
            facets.append(Facet(texts(languages), texts(ways), graduated, hours, mentors))
    return facets, companies


@cache
def _by_kind(narrowed: frozenset[str], relation: Relation | None) -> CompoundSelect[*tuple[Any, ...]]:
    """Hours are counted once by mentor, and those counts twice: by what mentors are, and by company."""
    hours = _bookable(select(Opening.mentor_id, func.count().label("hours")), (frozenset(), relation))
    within = among(epoch_seconds(Opening.starts_at), bindparam("starts"))
    each = hours.where(within).group_by(Opening.mentor_id).cte("each_mentor")
    of_mentor = MentorPolicy.member_id == each.c.mentor_id, Member.id == each.c.mentor_id
    total = cast(func.sum(each.c.hours), BigInteger)
    as_text = (cast(Member.languages, String), cast(MentorPolicy.ways, String))
    empty = literal("", String)
    facets = (
        select(*as_text, Member.graduation_year, empty, empty, total, func.count())
        .where(*of_mentor, *_asked_of_mentors(narrowed & {"company"}))
        .group_by(*as_text, Member.graduation_year)
    )
    told = (
        Member.company_key,
        func.min(Member.company).label("name"),
        total.label("total"),
        func.count().label("mentors"),
    )
    companies = (
        select(*told)
        .where(*of_mentor, Member.company_key != "", *_asked_of_mentors(narrowed - {"company"}))
        .group_by(Member.company_key)
        .order_by(total.desc(), Member.company_key)
        .limit(MOST_COMPANIES)
        .subquery()
    )
    return union_all(facets, select(empty, empty, cast(null(), Integer), *companies.c))


def _bookable(
    query: Select[*tuple[Any, ...]], kind: tuple[frozenset[str], Relation | None]
) -> Select[*tuple[Any, ...]]:
    """The hours of `Among`, by the columns of one query; who they are of is looked up by their key."""
    narrowed, relation = kind
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
    query = query.where(*_asked_of_mentors(narrowed))
    return query.where(_of_relation(relation)) if relation is not None else query


def _asked_of_mentors(narrowed: Collection[str]) -> Iterator[ColumnElement[bool]]:
    if "language" in narrowed:
        yield holds(Member.languages, "language", str)
    if "way" in narrowed:
        yield holds(MentorPolicy.ways, "way", str)
    if "graduated" in narrowed:
        yield Member.graduation_year == bindparam("graduated", type_=Integer)
    if "company" in narrowed:
        yield Member.company_key == bindparam("company", type_=String)


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
    db: Session, span: Interval, *, minutes: int, now: datetime, mentor_ids: Collection[int] | None = None
) -> Sequence[Row[int, int, int]]:
    """Returns theme (0 = all), start (seconds since 1970) and how many open hours begin then, of these mentors or all.

    However many mentors there are, there are no more of them than themes and quarters of an hour.
    """
    values = {"start": span.start, "end": span.end, "minutes": minutes, "seconds": minutes * 60, "now": now}
    if mentor_ids is not None:
        values["mentor_ids"] = mentor_ids
    return columns(db, _by_theme(mentor_ids is not None), values)


@cache
def _by_theme(of_some: bool) -> Select[int, int, int]:
    at = bindparam("now", type_=UtcDateTime)
    query = (
        select(Opening.theme_id, epoch_seconds(Opening.starts_at), func.count())
        .join(MentorPolicy, MentorPolicy.member_id == Opening.mentor_id)
        .where(
            Opening.starts_at >= bindparam("start", type_=UtcDateTime),
            Opening.starts_at < bindparam("end", type_=UtcDateTime),
            Opening.opens_at <= at,
            Opening.closes_at >= at,
            *_long_enough(),
        )
    )
    if of_some:
        query = query.where(among(Opening.mentor_id, bindparam("mentor_ids")))
    return query.group_by(Opening.theme_id, Opening.starts_at)
