"""Reads the opening index: in its own order, a bounded number of rows, no sort."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select, tuple_
from sqlalchemy.orm import Session

from flashmeet.core.database.lists import among
from flashmeet.identity.models import Member
from flashmeet.schedule.models import MentorPolicy, Opening
from flashmeet.schedule.queries.openings import OpeningRow

_COLUMNS = (Opening.starts_at, Opening.rotation, Opening.mentor_id, Opening.free_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A part of the index: rows of one theme (0 = all) or one mentor between two instants, after a position."""

    theme_id: int
    mentor_id: int | None
    start: datetime
    end: datetime | None
    after: tuple[datetime, int, int] | None = None


def read_openings(db: Session, where: Where, *, now: datetime, limit: int) -> list[OpeningRow]:
    """Returns the first rows, by start, rotation and mentor, that can be booked at `now`."""
    query = select(*_COLUMNS).where(Opening.theme_id == where.theme_id, Opening.starts_at >= where.start, *_open(now))
    if where.mentor_id is not None:
        query = query.where(Opening.mentor_id == where.mentor_id)
    if where.end is not None:
        query = query.where(Opening.starts_at < where.end)
    if where.after is not None:
        query = query.where(_past(where.after))
    order = (Opening.starts_at, Opening.rotation, Opening.mentor_id)
    return [OpeningRow(*row) for row in db.execute(query.order_by(*order).limit(limit))]


def _open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Opening.opens_at <= now, Opening.closes_at >= now)


def _past(position: tuple[datetime, int, int]) -> ColumnElement[bool]:
    """Selects rows after a position; both dialects read the index from there. The plain bound helps the planner."""
    starts_at, rotation, mentor_id = position
    return and_(
        Opening.starts_at >= starts_at,
        tuple_(Opening.starts_at, Opening.rotation, Opening.mentor_id) > tuple_(starts_at, rotation, mentor_id),
    )


def last_start(db: Session, theme_id: int) -> datetime | None:
    """Returns the theme's last start in the index: nothing need be looked for after it."""
    starts = select(Opening.starts_at).where(Opening.theme_id == theme_id)
    return db.scalar(starts.order_by(Opening.starts_at.desc()).limit(1))


def earlier_openings(
    db: Session, where: Where, mentor_ids: Collection[int], *, until: datetime, now: datetime
) -> list[OpeningRow]:
    """Returns those mentors' openings from `where.start` to `until`, to tell which were already shown."""
    if not mentor_ids:
        return []
    query = select(*_COLUMNS).where(
        among(Opening.mentor_id, mentor_ids),
        Opening.theme_id == where.theme_id,
        Opening.starts_at >= where.start,
        Opening.starts_at <= until,
        *_open(now),
    )
    return [OpeningRow(*row) for row in db.execute(query)]


@dataclass(frozen=True, slots=True)
class MentorCard:
    """What filters need to know about a mentor."""

    name: str = ""
    durations: Sequence[int] = ()
    graduation_year: int | None = None


def mentor_cards(db: Session, mentor_ids: Collection[int]) -> dict[int, MentorCard]:
    query = (
        select(Member.id, Member.first_name, Member.last_name, Member.graduation_year, MentorPolicy.durations)
        .join(MentorPolicy, MentorPolicy.member_id == Member.id)
        .where(among(Member.id, mentor_ids))
    )
    return {
        member_id: MentorCard(f"{first} {last}".strip(), durations, year)
        for member_id, first, last, year, durations in db.execute(query)
    }


def count_by_theme(
    db: Session, *, start: datetime, end: datetime, now: datetime, mentor_ids: Collection[int] | None = None
) -> dict[int, int]:
    """Counts open starts between two instants, of these mentors or of all, per theme; theme 0 is all themes."""
    query = (
        select(Opening.theme_id, func.count())
        .where(Opening.starts_at >= start, Opening.starts_at < end, *_open(now))
        .group_by(Opening.theme_id)
    )
    if mentor_ids is not None:
        query = query.where(among(Opening.mentor_id, mentor_ids))
    return dict(db.execute(query).all())
