"""Counts of open hours, each by one statement over a part of the opening index.

Counts beside a search look at so many hours of each span at most, the first in the index's own order: they cost the
same however many mentors there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

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
from flashmeet.core.database.prepared import columns, prepared
from flashmeet.core.database.types import UtcDateTime
from flashmeet.core.intervals import Interval
from flashmeet.identity.models import Member
from flashmeet.schedule.models import MentorPolicy, Opening
from flashmeet.schedule.rules.booking_facts import PEER_YEARS, Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class Among:
    """Whose hours are counted: those of a theme (0 = all) that last `minutes` and begin within one of the spans; `most`
    of each span are looked at.

    Mentors of `hidden` are left out, and those who do not speak `language`, do not meet in this `way`, are not of the
    class of `graduated` or of `company` (its key), or have another `relation` to whoever graduated in `year`.
    """

    theme_id: int
    spans: Sequence[Interval]
    most: int
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
            "minutes": self.minutes,
            "seconds": self.minutes * 60,
            "hidden": self.hidden,
            "now": now,
        }
        for number in range(self.places):
            span = self.spans[number] if number < len(self.spans) else Interval(now, now)
            said |= {f"from_{number}": span.start, f"to_{number}": span.end}
        said |= self.narrowed
        if self.relation is not None:
            said |= {"year": self.year, "peer_years": PEER_YEARS}
        return said

    @property
    def places(self) -> int:
        """For how many spans the statement has room: one statement serves several numbers of them."""
        return 1 if len(self.spans) < 2 else -(-len(self.spans) // SPANS_AT_ONCE) * SPANS_AT_ONCE

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
    def kind(self) -> Kind:
        return Kind(self.places, self.most, frozenset(self.narrowed), self.relation)


class Kind(NamedTuple):
    """What one statement is built for: how many spans, how many hours of each, and what is asked of mentors."""

    places: int
    most: int
    narrowed: frozenset[str]
    relation: Relation | None


SPANS_AT_ONCE = 12
"""A statement has room for a multiple of so many spans; those that are left are empty."""


def has_more_than(db: Session, hours: int, *, theme_id: int, span: Interval) -> bool:
    """Whether more hours of the theme than so many begin in the span, whoever may book them."""
    found = columns(db, *_beyond(hours, theme_id, span.start, span.end))
    return bool(found)


@prepared
def _beyond(hours: int, theme_id: int, start: datetime, end: datetime) -> Select[int]:
    of_theme = Opening.theme_id == theme_id, Opening.starts_at >= start, Opening.starts_at < end
    return select(Opening.mentor_id).where(*of_theme).order_by(Opening.starts_at).offset(hours).limit(1)


@dataclass(frozen=True, slots=True)
class Starts:
    """How many hours begin at each instant, in order, and whether some span has more than were looked at."""

    hours: Mapping[datetime, int]
    more: bool


def count_by_start(db: Session, asked: Among, *, now: datetime) -> Starts:
    found = columns(db, _by_start(asked.kind), asked.values(now))
    looked_at = Counter[int]()
    for number, _, count in found:
        looked_at[number] += count
    return Starts({at: count for _, at, count in found}, asked.most in looked_at.values())


@cache
def _by_start(kind: Kind) -> Select[int, datetime, int]:
    some = _looked_at(kind).subquery()
    by = some.c.span, some.c.starts_at
    return select(*by, func.count()).group_by(*by).order_by(some.c.starts_at)


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


@dataclass(frozen=True, slots=True)
class Kinds:
    """What mentors with hours are, and whether some span has more hours than were looked at."""

    facets: Sequence[Facet]
    companies: Sequence[CompanyHours]
    more: bool


def count_by_kind(db: Session, asked: Among, starts: Collection[int], *, now: datetime) -> Kinds:
    """Counts the hours that begin at one of `starts` (seconds since 1970), by one statement.

    Facets are of the company that is asked for, whatever else is asked of mentors; companies are of those who have all
    the rest of it.
    """
    values = asked.values(now) | {"starts": starts}
    facets, companies, fullest = list[Facet](), list[CompanyHours](), 0
    rows: Sequence[Row[*tuple[Any, ...]]] = columns(db, _by_kind(asked.kind), values)
    for languages, ways, graduated, key, name, hours, mentors, most in rows:
        fullest = most
        if key:
            companies.append(CompanyHours(key, name, hours))
        else:
            facets.append(Facet(texts(languages), texts(ways), graduated, hours, mentors))
    return Kinds(facets, companies, fullest == asked.most)


@cache
def _by_kind(kind: Kind) -> CompoundSelect[*tuple[Any, ...]]:
    """Hours are counted once by mentor, and those counts twice: by what mentors are, and by company."""
    some = _looked_at(kind._replace(narrowed=frozenset())).cte("some")
    each = (
        select(some.c.mentor_id, func.count().label("hours"))
        .where(among(epoch_seconds(some.c.starts_at), bindparam("starts")))
        .group_by(some.c.mentor_id)
        .cte("each_mentor")
    )
    spans = select(func.count().label("hours")).select_from(some).group_by(some.c.span).subquery()
    fullest = select(func.max(spans.c.hours)).scalar_subquery()
    of_mentor = MentorPolicy.member_id == each.c.mentor_id, Member.id == each.c.mentor_id
    total = cast(func.sum(each.c.hours), BigInteger)
    as_text = (cast(Member.languages, String), cast(MentorPolicy.ways, String))
    empty = literal("", String)
    facets = (
        select(*as_text, Member.graduation_year, empty, empty, total, func.count(), fullest)
        .where(*of_mentor, *_asked_of_mentors(kind.narrowed & {"company"}))
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
        .where(*of_mentor, Member.company_key != "", *_asked_of_mentors(kind.narrowed - {"company"}))
        .group_by(Member.company_key)
        .order_by(total.desc(), Member.company_key)
        .limit(MOST_COMPANIES)
        .subquery()
    )
    return union_all(facets, select(empty, empty, cast(null(), Integer), *companies.c, fullest))


def _looked_at(kind: Kind) -> CompoundSelect[*tuple[Any, ...]]:
    """The first hours of `Among` in each span, in the index's own order."""
    return union_all(*(select(_of_span(kind, number).subquery()) for number in range(kind.places)))


def _of_span(kind: Kind, number: int) -> Select[*tuple[Any, ...]]:
    """Who the hours are of is asked hour by hour: a join would have a database read all members at once."""
    at = bindparam("now", type_=UtcDateTime)
    lasts = epoch_seconds(Opening.free_until) - epoch_seconds(Opening.starts_at)
    return (
        select(literal(number).label("span"), Opening.starts_at, Opening.mentor_id)
        .where(
            Opening.theme_id == bindparam("theme_id"),
            Opening.starts_at >= bindparam(f"from_{number}", type_=UtcDateTime),
            Opening.starts_at < bindparam(f"to_{number}", type_=UtcDateTime),
            Opening.opens_at <= at,
            Opening.closes_at >= at,
            lasts >= bindparam("seconds"),
            ~among(Opening.mentor_id, bindparam("hidden")),
            _suits(kind),
        )
        .order_by(Opening.starts_at)
        .limit(kind.most)
    )


def _suits(kind: Kind) -> ColumnElement[bool]:
    """Whether the mentor of the hour takes such a length, and is what is asked of mentors."""
    asked = [holds(MentorPolicy.durations, "minutes", int), *_asked_of_mentors(kind.narrowed)]
    who = [MentorPolicy.member_id == Opening.mentor_id]
    if kind.relation is not None:
        asked.append(_of_relation(kind.relation))
    if kind.narrowed or kind.relation is not None:
        who.append(Member.id == Opening.mentor_id)
    return select(and_(*asked)).where(*who).correlate(Opening).scalar_subquery()


def _asked_of_mentors(narrowed: Collection[str]) -> Iterator[ColumnElement[bool]]:
    if "language" in narrowed:
        yield holds(Member.languages, "language", str)
    if "way" in narrowed:
        yield holds(MentorPolicy.ways, "way", str)
    if "graduated" in narrowed:
        yield Member.graduation_year == bindparam("graduated", type_=Integer)
    if "company" in narrowed:
        yield Member.company_key == bindparam("company", type_=String)


def _of_relation(relation: Relation) -> ColumnElement[bool]:
    """As `booking_facts.relation_of` has it, of two who both say when they graduated."""
    year: BindParameter[int] = bindparam("year")
    later = Member.graduation_year - year
    near: BindParameter[int] = bindparam("peer_years")
    if relation == Relation.PEER:
        return and_(later <= near, later >= -near)
    return later > near if relation == Relation.REVERSE else later < -near
