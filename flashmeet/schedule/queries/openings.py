"""The opening index: every mentor's bookable starts, written as differences and read in index order."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, cast

from sqlalchemy import Delete, Select, Table, and_, delete, false, or_, select
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_many
from flashmeet.core.database.lists import among
from flashmeet.core.database.prepared import columns, prepared
from flashmeet.core.intervals import TICK, Interval
from flashmeet.core.settings.policies import Policy
from flashmeet.schedule.models import MentorPolicy, Opening
from flashmeet.schedule.rules.free_now import NOTICE
from flashmeet.schedule.rules.slots import Start

ALL_THEMES = 0
_CHUNK = 500
_OPENING = cast(Table, Opening.__table__)
"""The table itself: no session holds rows of it that a DELETE would have to look for."""


class OpeningRow(NamedTuple):
    """One row of the index; rows compare in reading order. A page reads a thousand: tuples are made fastest."""

    starts_at: datetime
    rotation: int
    mentor_id: int
    free_until: datetime


def rotation(mentor_id: int, starts_at: datetime) -> int:
    """Returns a number that orders mentors differently every day, so that none is always first among equals."""
    return zlib.crc32(f"{mentor_id}:{starts_at.date()}".encode()) & 0x7FFF_FFFF


def lock_mentors(db: Session, ids: Collection[int]) -> Sequence[MentorPolicy]:
    """The policies of those who mentor, locked in the order of their ids: whoever writes their openings next sees what
    we wrote."""
    return db.scalars(*_locked(ids), execution_options={"populate_existing": True}).all()


@prepared
def _locked(ids: Collection[int]) -> Select[MentorPolicy]:
    query = select(MentorPolicy).where(among(MentorPolicy.member_id, ids))
    return query.order_by(MentorPolicy.member_id).with_for_update()


_Key = tuple[int, datetime, datetime, datetime, datetime]


def rows_for(
    mentor_id: int, starts: Iterable[Start], *, theme_ids: Collection[int], policy: Policy
) -> list[dict[str, object]]:
    """Returns one row per start and theme, and one for all themes."""
    horizon, notice, every = policy.horizon, policy.notice, sorted({ALL_THEMES, *theme_ids})
    rows = list[dict[str, object]]()
    for start in starts:
        of_all = {
            "starts_at": start.starts_at,
            "rotation": rotation(mentor_id, start.starts_at),
            "mentor_id": mentor_id,
            "opens_at": start.starts_at - horizon,
            "closes_at": start.starts_at - (NOTICE if start.soon else notice),
            "free_until": start.free_until,
        }
        rows += [{"theme_id": theme_id, **of_all} for theme_id in every]
    return rows


def _key(row: dict[str, object]) -> _Key:
    return cast(_Key, tuple(row[name] for name in ("theme_id", "starts_at", "opens_at", "closes_at", "free_until")))


def write_difference(
    db: Session, mentor_id: int, spans: Sequence[Interval], wanted: Sequence[dict[str, object]]
) -> None:
    """Makes the mentor's openings in `spans` equal to `wanted`, touching only rows that differ."""
    if not wanted:
        _delete_all(db, mentor_id, spans)
        return
    around: list[_Key] = [(*row,) for row in columns(db, *_there(mentor_id, spans[0].start, spans[-1].end))]
    there = {key for key in around if any(span.start <= key[1] < span.end for span in spans)}
    by_key = {_key(row): row for row in wanted}
    gone = there - by_key.keys()
    if gone:
        _delete(db, mentor_id, {key[:2] for key in gone}, kept={key[1] for key in around if key not in gone})
    insert_many(db, _OPENING, [row for key, row in by_key.items() if key not in there])


@prepared
def _there(mentor_id: int, start: datetime, end: datetime) -> Select[int, datetime, datetime, datetime, datetime]:
    facts = (Opening.theme_id, Opening.starts_at, Opening.opens_at, Opening.closes_at, Opening.free_until)
    return select(*facts).where(Opening.mentor_id == mentor_id, Opening.starts_at >= start, Opening.starts_at < end)


def _delete_all(db: Session, mentor_id: int, spans: Sequence[Interval]) -> None:
    if len(spans) == 1:
        db.execute(*_from_to(mentor_id, spans[0].start, spans[0].end))
        return
    within = (and_(Opening.starts_at >= span.start, Opening.starts_at < span.end) for span in spans)
    db.execute(delete(_OPENING).where(Opening.mentor_id == mentor_id, or_(false(), *within)))


@prepared
def _from_to(mentor_id: int, start: datetime, end: datetime) -> Delete:
    of_mentor = delete(_OPENING).where(Opening.mentor_id == mentor_id)
    return of_mentor.where(Opening.starts_at >= start, Opening.starts_at < end)


def _delete(db: Session, mentor_id: int, keys: Collection[tuple[int, datetime]], *, kept: Collection[datetime]) -> None:
    """Starts go by one range of time, where none of those `kept` lies between them; else themes that lose the same
    starts lose them in one statement."""
    lost_starts = sorted(starts_at for _, starts_at in keys)
    begin, end = lost_starts[0], lost_starts[-1] + TICK
    if not any(begin <= each < end for each in kept):
        db.execute(*_from_to(mentor_id, begin, end))
        return
    by_theme: dict[int, list[datetime]] = defaultdict(list)
    for theme_id, starts_at in sorted(keys):
        by_theme[theme_id].append(starts_at)
    by_starts: dict[tuple[datetime, ...], list[int]] = defaultdict(list)
    for theme_id, lost in by_theme.items():
        by_starts[tuple(lost)].append(theme_id)
    for starts, theme_ids in by_starts.items():
        for first in range(0, len(starts), _CHUNK):
            db.execute(
                delete(_OPENING).where(
                    Opening.mentor_id == mentor_id,
                    Opening.theme_id.in_(theme_ids),
                    Opening.starts_at.in_(starts[first : first + _CHUNK]),
                )
            )
