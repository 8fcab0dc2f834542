"""Open hours of a theme within some spans of time, so many of each at most, and what their mentors are.

They are the first in the index's own order: a look costs the same however many mentors there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from flashmeet.core.database.elapsed import epoch_seconds
from flashmeet.core.database.lists import among, holds
from flashmeet.core.database.prepared import columns, prepared
from flashmeet.core.database.types import UtcDateTime
from flashmeet.core.intervals import Interval
from flashmeet.identity.models import Member
from flashmeet.schedule.models import MentorPolicy, Opening
from flashmeet.schedule.queries.slots import MentorCard, mentor_cards
from flashmeet.schedule.rules.booking_facts import PEER_YEARS, Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class Among:
    """Whose hours are looked at: those of a theme (0 = all) that last `minutes` and begin within one of the spans;
    `most` of each span.

    Mentors of `hidden` are left out, and those who do not speak `language`, do not meet in this `way`, are not of the
    class of `graduated` or of `company` (its key), or have another `relation` to whoever graduated in `year`.
    """

    theme_id: int
    spans: tuple[Interval, ...]
    most: int
    minutes: int
    hidden: frozenset[int] = frozenset()
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


@dataclass(frozen=True, slots=True)
class Sample:
    """The hours that were looked at: who gives one at each instant, in order, and what those mentors are. With `more`,
    some span has more than were looked at."""

    by_start: Mapping[datetime, Sequence[int]] = field(default_factory=dict)
    cards: Mapping[int, MentorCard] = field(default_factory=dict)
    more: bool = False

    def of(self, mentor_ids: Collection[int]) -> Sample:
        """Returns the hours of these mentors."""
        if len(mentor_ids) == len(self.cards):
            return self
        starts = ((at, [each for each in ids if each in mentor_ids]) for at, ids in self.by_start.items())
        cards = {each: self.cards[each] for each in mentor_ids}
        return Sample({at: ids for at, ids in starts if ids}, cards, self.more)


def sample_of(db: Session, asked: Among, *, now: datetime) -> Sample:
    """Looks by two statements."""
    found = starts_of(db, asked, now=now)
    mentor_ids = set(chain.from_iterable(found.by_start.values()))
    return replace(found, cards=mentor_cards(db, mentor_ids) if mentor_ids else {})


def starts_of(db: Session, asked: Among, *, now: datetime) -> Sample:
    """Looks by one statement, at the hours alone: the sample has no cards."""
    by_start: dict[datetime, list[int]] = defaultdict(list)
    looked_at = [0] * asked.places
    for number, at, mentor_id in columns(db, _looked_at(asked.kind), asked.values(now)):
        by_start[at].append(mentor_id)
        looked_at[number] += 1
    in_order = {at: tuple(by_start[at]) for at in sorted(by_start)}
    return Sample(in_order, more=asked.most in looked_at)


def has_more_than(db: Session, hours: int, *, theme_id: int, span: Interval) -> bool:
    """Whether more hours of the theme than so many begin in the span, whoever may book them."""
    found = columns(db, *_beyond(hours, theme_id, span.start, span.end))
    return bool(found)


@prepared
def _beyond(hours: int, theme_id: int, start: datetime, end: datetime) -> Select[int]:
    of_theme = Opening.theme_id == theme_id, Opening.starts_at >= start, Opening.starts_at < end
    return select(Opening.mentor_id).where(*of_theme).order_by(Opening.starts_at).offset(hours).limit(1)


@cache
def _looked_at(kind: Kind) -> CompoundSelect[int, datetime, int]:
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
