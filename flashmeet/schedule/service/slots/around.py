"""The slots nearest to an instant, before and after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from flashmeet.schedule.queries.openings import OpeningRow
from flashmeet.schedule.queries.slots import FARTHEST, rows_around
from flashmeet.schedule.rules.slots import Slot
from flashmeet.schedule.service.slots.filter import SlotFilter
from flashmeet.schedule.service.slots.query import SlotQuery
from flashmeet.schedule.service.slots.scan import SECOND


def slots_around(db: Session, query: SlotQuery, at: datetime, *, now: datetime) -> tuple[list[Slot], bool]:
    """Returns the slots among `limit` rows before an instant and as many from it on, nearest first, and whether those
    are all; none is told that may be further off than one that was not read. `cursor` and `distinct` are not heeded.
    """
    shown, where = SlotFilter(db, query, now=now), query.part_of_index(now)
    if shown.hides_everything:
        return [], True
    middle = max(at, where.start)
    last, first = shown.own.free_up_to(middle, shown.length), shown.own.free_from(middle, shown.length)
    end = middle if last == middle else last + SECOND
    before, after = rows_around(db, where, end, first, now=now, limit=query.limit)
    back, ahead = (_reach(rows, at, query.limit) for rows in (before, after))
    rows = [*before, *after]
    shown.look_up(rows)
    slots = [slot for row in rows if (slot := shown.slot(row)) is not None]
    near = [each for each in slots if _is_next(each.starts_at, at, ahead if each.starts_at < middle else back)]
    return sorted(near, key=lambda slot: (abs(slot.starts_at - at), slot.starts_at)), back == ahead == FARTHEST


def _reach(rows: Sequence[OpeningRow], at: datetime, most: int) -> timedelta:
    """How far from an instant the rows of one side reach: `FARTHEST` where they are all."""
    return abs(rows[-1].starts_at - at) if len(rows) == most else FARTHEST


def _is_next(starts_at: datetime, at: datetime, reach: timedelta) -> bool:
    """Whether nothing of the other side, which was read as far as `reach`, comes before it; of two that are equally
    near, the earlier one does."""
    return abs(starts_at - at) < reach or (starts_at < at and at - starts_at == reach)
