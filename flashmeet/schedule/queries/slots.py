"""Reads the opening index: in its own order, a bounded number of rows, no sort."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from flashmeet.core.database.elapsed import epoch_seconds
from flashmeet.core.database.lists import among
from flashmeet.core.database.prepared import columns, prepared
from flashmeet.core.database.types import UtcDateTime
from flashmeet.core.intervals import Interval
from flashmeet.core.settings.policies import MAX_HORIZON_DAYS
from flashmeet.identity.models import Member
from flashmeet.schedule.models import MentorPolicy, Opening
from flashmeet.schedule.queries.openings import OpeningRow
from flashmeet.schedule.rules.dayparts import DayPart

SECONDS_A_DAY = 86_400
_COLUMNS = (Opening.starts_at, Opening.rotation, Opening.mentor_id, Opening.free_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A part of the index: rows of one theme (0 = all) or one mentor between two instants, after a position; with
    `part`, those that begin in that part of the day, read by `read_openings` alone, and only with an `end`."""

    theme_id: int
    mentor_id: int | None
    start: datetime
    end: datetime | None
    after: tuple[datetime, int, int] | None = None
    part: DayPart | None = None


def read_openings(db: Session, where: Where, *, now: datetime, limit: int, latest: bool = False) -> list[OpeningRow]:
    """Returns the first rows, by start, rotation and mentor, that can be booked at `now`; the last ones first where
    the `latest` are wanted."""
    part = where.part if where.end is not None and where.part is not None and not where.part.whole else None
    asked = _openings(
        mentor=where.mentor_id is not None,
        end=where.end is not None,
        after=where.after is not None,
        part=part is not None,
        latest=latest,
    )
    values: dict[str, object] = {"theme_id": where.theme_id, "start": where.start, "now": now, "most": limit}
    if where.mentor_id is not None:
        values["mentor_id"] = where.mentor_id
    if where.end is not None:
        values["end"] = where.end
    if where.after is not None:
        values |= zip(_POSITION, where.after, strict=True)
    if part is None or where.end is None:
        return [OpeningRow(*row) for row in columns(db, asked, values)]
    values |= dict(zip(_SHIFTS, part.shifts(Interval(where.start, where.end)), strict=True), length=part.seconds)
    rows = [OpeningRow(*row) for row in columns(db, asked, values)]
    inside = {at for at in {row.starts_at for row in rows} if part.holds(at)}
    return [row for row in rows if row.starts_at in inside]


def read_windows(
    db: Session, where: Where, windows: Sequence[Interval], *, now: datetime, limit: int
) -> list[list[OpeningRow]]:
    """Returns the first rows of each of those spans of time, by one statement; none of a span where an earlier one has
    `limit` or more."""
    if len(windows) == 1:
        only = replace(where, start=windows[0].start, end=windows[0].end)
        return [read_openings(db, only, now=now, limit=limit)]
    values: dict[str, object] = {"theme_id": where.theme_id, "now": now, "most": limit}
    for number, window in enumerate(windows):
        values |= {f"start{number}": window.start, f"end{number}": window.end}
    found: list[list[OpeningRow]] = [[] for _ in windows]
    if where.mentor_id is not None:
        values["mentor_id"] = where.mentor_id
    for number, *row in columns(db, _openings_within(len(windows), mentor=where.mentor_id is not None), values):
        found[number].append(OpeningRow._make(row))
    full = next((number for number, rows in enumerate(found) if len(rows) == limit), len(found))
    return [rows if number <= full else [] for number, rows in enumerate(found)]


@cache
def _openings_within(windows: int, *, mentor: bool) -> CompoundSelect[int, datetime, int, int, datetime]:
    """Each part is read in the order of the index, and only as far as needed; no sort brings them together."""
    parts = []
    for number in range(windows):
        rows = (
            select(literal(number).label("number"), *_COLUMNS)
            .where(
                Opening.theme_id == bindparam("theme_id"),
                Opening.starts_at >= bindparam(f"start{number}", type_=UtcDateTime),
                Opening.starts_at < bindparam(f"end{number}", type_=UtcDateTime),
                *_open(bindparam("now", type_=UtcDateTime)),
                *([Opening.mentor_id == bindparam("mentor_id")] if mentor else []),
            )
            .order_by(Opening.starts_at, Opening.rotation, Opening.mentor_id)
            .limit(bindparam("most", type_=Integer))
            .subquery()
        )
        parts.append(select(*rows.c))
    return union_all(*parts)


def rows_around(
    db: Session, where: Where, end: datetime, start: datetime, *, now: datetime, limit: int
) -> tuple[list[OpeningRow], list[OpeningRow]]:
    """Returns so many rows before one instant, the last ones first, and as many from another one on."""
    return (
        read_openings(db, replace(where, end=end), now=now, limit=limit, latest=True),
        read_openings(db, replace(where, start=start), now=now, limit=limit),
    )


_POSITION = ("after", "after_rotation", "after_mentor_id")
_SHIFTS = ("shift", "other_shift")


@cache
def _openings(
    *, mentor: bool, end: bool, after: bool, part: bool, latest: bool
) -> Select[datetime, int, int, datetime]:
    """The statement of `read_openings` with those bounds, built once."""
    query = select(*_COLUMNS).where(
        Opening.theme_id == bindparam("theme_id"),
        Opening.starts_at >= bindparam("start"),
        *_open(bindparam("now", type_=UtcDateTime)),
    )
    if mentor:
        query = query.where(Opening.mentor_id == bindparam("mentor_id"))
    if end:
        query = query.where(Opening.starts_at < bindparam("end"))
    if after:
        query = query.where(_past())
    if part:
        query = query.where(_in_part())
    order: Sequence[Any] = (Opening.starts_at, Opening.rotation, Opening.mentor_id)
    if latest:
        order = [each.desc() for each in order]
    return query.order_by(*order).limit(bindparam("most", type_=Integer))


def _open(now: datetime | BindParameter[datetime]) -> tuple[ColumnElement[bool], ...]:
    return (Opening.opens_at <= now, Opening.closes_at >= now)


def _in_part() -> ColumnElement[bool]:
    """Selects rows of a part of the day by the clocks of both seasons; those of the other one are few."""
    seconds, length = epoch_seconds(Opening.starts_at), bindparam("length", type_=Integer)
    return or_(*((seconds + bindparam(name, type_=Integer)) % SECONDS_A_DAY < length for name in _SHIFTS))


def _past() -> ColumnElement[bool]:
    """Selects rows after a position; both dialects read the index from there. The plain bound helps the planner."""
    columns = (Opening.starts_at, Opening.rotation, Opening.mentor_id)
    types = (UtcDateTime, BigInteger, BigInteger)  # a cursor may hold any number
    places = zip(_POSITION, types, strict=True)
    position: list[BindParameter[Any]] = [bindparam(name, type_=each) for name, each in places]
    return and_(Opening.starts_at >= position[0], tuple_(*columns) > tuple_(*position))


def last_start(db: Session, theme_id: int) -> datetime | None:
    """Returns the theme's last start in the index: nothing need be looked for after it."""
    return next((start for (start,) in columns(db, *_last_start(theme_id))), None)


@prepared
def _last_start(theme_id: int) -> Select[datetime]:
    query = select(Opening.starts_at).where(Opening.theme_id == theme_id)
    return query.order_by(Opening.starts_at.desc()).limit(1)


def openings_between(
    db: Session, theme_id: int, mentor_ids: Collection[int], span: Interval, *, now: datetime, most: int
) -> list[OpeningRow]:
    """Returns those mentors' openings that begin within the span, in no order; `most` of them where there are more."""
    rows = columns(db, *_openings_between(mentor_ids, theme_id, start=span.start, end=span.end, now=now, most=most))
    return [OpeningRow(*row) for row in rows]


@prepared
def _openings_between(
    ids: Collection[int], theme_id: int, *, start: datetime, end: datetime, now: datetime, most: int
) -> Select[datetime, int, int, datetime]:
    return (
        select(*_COLUMNS)
        .where(
            among(Opening.mentor_id, ids),
            Opening.theme_id == theme_id,
            Opening.starts_at >= start,
            Opening.starts_at < end,
            *_open(now),
        )
        .limit(most)
    )


def next_openings(
    db: Session, where: Where, mentor_ids: Collection[int], *, now: datetime, most: int
) -> list[OpeningRow]:
    """Returns the first `most` openings of each of those mentors from `where.start` to `where.end`, by start."""
    if not mentor_ids:
        return []
    end = where.end or now + FARTHEST
    rows = columns(db, *_next_openings(mentor_ids, where.theme_id, start=where.start, end=end, now=now, most=most))
    return [OpeningRow(*row) for row in rows]


FARTHEST = timedelta(days=MAX_HORIZON_DAYS + 2)


@prepared
def _next_openings(
    ids: Collection[int], theme_id: int, *, start: datetime, end: datetime, now: datetime, most: int
) -> Select[datetime, int, int, datetime]:
    rank = func.row_number().over(partition_by=Opening.mentor_id, order_by=Opening.starts_at)
    ranked = (
        select(*_COLUMNS, rank.label("rank"))
        .where(
            among(Opening.mentor_id, ids),
            Opening.theme_id == theme_id,
            Opening.starts_at >= start,
            Opening.starts_at < end,
            *_open(now),
        )
        .subquery()
    )
    first = select(ranked.c.starts_at, ranked.c.rotation, ranked.c.mentor_id, ranked.c.free_until)
    return first.where(ranked.c.rank <= most).order_by(ranked.c.starts_at, ranked.c.mentor_id)


@dataclass(frozen=True, slots=True)
class MentorCard:
    """What filters need to know about a mentor."""

    name: str = ""
    durations: Sequence[int] = ()
    graduation_year: int | None = None
    company_key: str = ""
    company: str = ""
    languages: Sequence[str] = ()
    ways: Sequence[str] = ()


def mentor_cards(db: Session, mentor_ids: Collection[int]) -> dict[int, MentorCard]:
    return {
        member_id: MentorCard(f"{first} {last}".strip(), durations, year, key, company, languages, ways)
        for member_id, first, last, year, key, company, languages, durations, ways in columns(db, *_cards(mentor_ids))
    }


@prepared
def _cards(ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    facts = (Member.graduation_year, Member.company_key, Member.company, Member.languages)
    return (
        select(Member.id, Member.first_name, Member.last_name, *facts, MentorPolicy.durations, MentorPolicy.ways)
        .join(MentorPolicy, MentorPolicy.member_id == Member.id)
        .where(among(Member.id, ids))
    )
