"""Reads the busy time of members' calendars, and writes what a read found as differences."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, delete, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from flashmeet.core.database.prepared import columns, prepared
from flashmeet.core.database.zone_versions import Behind, take_outdated
from flashmeet.core.intervals import Interval, merged
from flashmeet.schedule.models import BusyTime, CalendarItem, MemberCalendar

_CHUNK = 500
_LEASE = timedelta(minutes=2)
Span = tuple[str, datetime, datetime]
"""An event's remote id, and the start and end of time that it blocks."""
T = TypeVar("T")


def busy(db: Session, member_id: int, span: Interval) -> list[Interval]:
    """Returns the time in `span` that is blocked by the calendars checked for conflicts."""
    return merged(Interval(*row) for row in columns(db, *_busy(member_id, span.start, span.end)))


@prepared
def _busy(member_id: int, start: datetime, end: datetime) -> Select[datetime, datetime]:
    query = select(BusyTime.starts_at, BusyTime.ends_at).join(MemberCalendar)
    return query.where(_busy_between(member_id, start, end))


def busy_for_oneself(db: Session, member_id: int, span: Interval, *, trusted_since: datetime) -> list[Interval]:
    """Returns the same, without calendars that cannot be read since before `trusted_since`: what is old hides nothing
    from its own member."""
    return merged(
        Interval(*row) for row in columns(db, *trusted_busy_rows(member_id, span.start, span.end, trusted_since))
    )


@prepared
def trusted_busy_rows(
    member_id: int, start: datetime, end: datetime, trusted_since: datetime
) -> Select[datetime, datetime]:
    """What `busy_for_oneself` reads, for a page that asks for several kinds at once (`any_rows`)."""
    query = select(BusyTime.starts_at, BusyTime.ends_at).join(MemberCalendar)
    reads = or_(MemberCalendar.failing_since.is_(None), MemberCalendar.failing_since > trusted_since)
    return query.where(_busy_between(member_id, start, end), reads)


def is_busy(member_id: int, start: datetime, end: datetime) -> ColumnElement[bool]:
    """Whether they take any time between the two, as a condition."""
    return select(BusyTime.id).join(MemberCalendar).where(_busy_between(member_id, start, end)).exists()


def _busy_between(member_id: int, start: datetime, end: datetime) -> ColumnElement[bool]:
    return and_(
        BusyTime.member_id == member_id, BusyTime.starts_at < end, BusyTime.ends_at > start, MemberCalendar.checks
    )


def has_calendars(member_id: int) -> ColumnElement[bool]:
    """Whether a calendar of the member is checked, as a condition."""
    return exists().where(MemberCalendar.member_id == member_id, MemberCalendar.checks)


def checked_calendars(db: Session, member_id: int) -> Sequence[MemberCalendar]:
    """Returns the calendars that must have been read before the member's time is taken."""
    return db.scalars(*_checked(member_id)).all()


@prepared
def _checked(member_id: int) -> Select[MemberCalendar]:
    query = select(MemberCalendar).where(MemberCalendar.member_id == member_id, MemberCalendar.checks)
    return query.order_by(MemberCalendar.id)


def writing_calendar(db: Session, member_id: int) -> MemberCalendar | None:
    query = select(MemberCalendar).where(MemberCalendar.member_id == member_id, MemberCalendar.writes)
    return db.scalars(query).first()


def next_due(db: Session) -> datetime | None:
    """Returns when a calendar is to be looked at next; None where none is used."""
    used = or_(MemberCalendar.checks, MemberCalendar.writes)
    return db.scalars(
        select(MemberCalendar.next_try_at).where(used).order_by(MemberCalendar.next_try_at).limit(1)
    ).first()


def lease_due(db: Session, *, now: datetime, limit: int) -> list[int]:
    """Leases calendars that are due for reading, longest due first; other workers skip them for a while."""
    used = or_(MemberCalendar.checks, MemberCalendar.writes)
    due = (
        select(MemberCalendar.id)
        .where(MemberCalendar.next_try_at <= now, used)
        .order_by(MemberCalendar.next_try_at)
        .limit(limit)
        .with_for_update(skip_locked=True, of=MemberCalendar)
    )
    taken = db.execute(
        update(MemberCalendar)
        .where(MemberCalendar.id.in_(db.scalars(due).all()))
        .values(next_try_at=now + _LEASE)
        .returning(MemberCalendar.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(taken.scalars())


def read_again_by_new_rules(db: Session, *, now: datetime) -> Behind:
    """Makes some calendars due that were read in full by older zone data; those that fail keep their turn."""
    waits = select(MemberCalendar).where(MemberCalendar.failing_since.is_(None))
    query = waits.where(MemberCalendar.next_try_at > now + _LEASE).order_by(MemberCalendar.next_try_at)
    taken = take_outdated(db, query, MemberCalendar.zone_data, limit=_CHUNK)
    for calendar in taken.rows:
        calendar.next_try_at = now
    db.flush()
    return taken.behind


def used_calendars(db: Session, member_id: int) -> Sequence[int]:
    """Those that are read at all."""
    used = or_(MemberCalendar.checks, MemberCalendar.writes)
    query = select(MemberCalendar.id).where(MemberCalendar.member_id == member_id, used)
    return db.scalars(query.order_by(MemberCalendar.id)).all()


def unused_calendars(db: Session, member_id: int) -> Sequence[int]:
    """Those that are connected and never read, and into which the member can put something."""
    used = or_(MemberCalendar.checks, MemberCalendar.writes)
    query = select(MemberCalendar.id).where(MemberCalendar.member_id == member_id, MemberCalendar.writable, ~used)
    return db.scalars(query.order_by(MemberCalendar.id)).all()


def known_versions(db: Session, calendar_id: int) -> dict[str, str]:
    query = select(CalendarItem.remote_id, CalendarItem.etag).where(CalendarItem.calendar_id == calendar_id)
    return dict(db.execute(query).all())


def busy_events(db: Session, calendar_id: int, *, after: datetime) -> set[str]:
    """The calendar's events that take time after that."""
    query = select(BusyTime.remote_id).where(BusyTime.calendar_id == calendar_id, BusyTime.ends_at > after)
    return set(db.scalars(query.distinct()))


def next_busy(db: Session, calendar_id: int, *, after: datetime) -> Interval | None:
    """Returns the calendar's first busy time that begins after that."""
    query = select(BusyTime.starts_at, BusyTime.ends_at).where(
        BusyTime.calendar_id == calendar_id, BusyTime.starts_at >= after
    )
    row = db.execute(query.order_by(BusyTime.starts_at, BusyTime.ends_at).limit(1)).first()
    return None if row is None else Interval(*row)


def unread_events(db: Session, calendar_id: int) -> dict[str, str]:
    """Events that could not be read wholly: their titles by their names."""
    query = select(CalendarItem.remote_id, CalendarItem.unread).where(
        CalendarItem.calendar_id == calendar_id, CalendarItem.unread.is_not(None)
    )
    rows = db.execute(query.order_by(CalendarItem.unread, CalendarItem.remote_id))
    return {remote_id: title or "" for remote_id, title in rows}


Item = tuple[str, str, str, str | None]
"""An event's name, its version, its UID, and its title where it could not be read wholly."""


def write_items(db: Session, calendar_id: int, items: Sequence[Item], *, gone: Collection[str]) -> None:
    """Stores the events, and deletes those that are gone."""
    for part in in_parts(sorted({*gone, *(each[0] for each in items)})):
        db.execute(
            delete(CalendarItem).where(CalendarItem.calendar_id == calendar_id, CalendarItem.remote_id.in_(part))
        )
    names = ("calendar_id", "remote_id", "etag", "uid", "unread")
    rows = [dict(zip(names, (calendar_id, *item), strict=True)) for item in items]
    if rows:
        db.execute(insert(CalendarItem), rows)


def begin_turn(db: Session, calendar_id: int, *, now: datetime) -> bool:
    """Whether it is ours to look at that calendar now; false while somebody else does."""
    free = or_(MemberCalendar.looked_at_until.is_(None), MemberCalendar.looked_at_until <= now)
    taken = db.execute(
        update(MemberCalendar)
        .where(MemberCalendar.id == calendar_id, free)
        .values(looked_at_until=now + _LEASE)
        .returning(MemberCalendar.id)
        .execution_options(synchronize_session=False)
    )
    return taken.first() is not None


def end_turn(db: Session, calendar_id: int) -> None:
    db.execute(
        update(MemberCalendar)
        .where(MemberCalendar.id == calendar_id)
        .values(looked_at_until=None)
        .execution_options(synchronize_session=False)
    )


def is_looked_at(db: Session, calendar_id: int, *, now: datetime) -> bool:
    query = select(MemberCalendar.id).where(MemberCalendar.id == calendar_id, MemberCalendar.looked_at_until > now)
    return db.scalar(query) is not None


def write_busy(db: Session, calendar: MemberCalendar, wanted: Iterable[Span], *, of: Collection[str]) -> list[Interval]:
    """Replaces the busy time of the events `of` by `wanted`; returns the time that changed by it."""
    there: dict[Span, int] = {}
    for part in in_parts(sorted(of)):
        query = select(BusyTime.remote_id, BusyTime.starts_at, BusyTime.ends_at, BusyTime.id)
        rows = db.execute(query.where(BusyTime.calendar_id == calendar.id, BusyTime.remote_id.in_(part)))
        there.update({(remote_id, start, end): row_id for remote_id, start, end, row_id in rows})
    fresh = set(wanted)
    for ids in in_parts([row_id for span, row_id in there.items() if span not in fresh]):
        db.execute(delete(BusyTime).where(BusyTime.id.in_(ids)))
    names = ("calendar_id", "member_id", "remote_id", "starts_at", "ends_at")
    rows_in = [dict(zip(names, (calendar.id, calendar.member_id, *span), strict=True)) for span in fresh - there.keys()]
    if rows_in:
        db.execute(insert(BusyTime), rows_in)
    return [Interval(*span) for span in {each[1:] for each in fresh} ^ {each[1:] for each in there}]


def in_parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yields them in as many parts as statements take: both databases bound the parameters of one."""
    for first in range(0, len(values), _CHUNK):
        yield values[first : first + _CHUNK]
