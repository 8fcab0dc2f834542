"""What every list of hours asks about whoever looks at it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CompoundSelect, cast, null, select, union_all
from sqlalchemy.orm import Session

from flashmeet.core.database.kept import found_already, is_found, only_reads
from flashmeet.core.database.prepared import columns, prepared
from flashmeet.core.database.types import UtcDateTime
from flashmeet.core.intervals import tick
from flashmeet.people.queries import hidden_from, read_hidden
from flashmeet.schedule.queries.claims import AHEAD, by_holder, held_from, held_ticks


def read_viewer(db: Session, member_id: int, *, now: datetime) -> None:
    """Reads by one statement whom the member does not see and when they have another hour, in a unit of work that only
    reads: `people.queries.blocked_with` and `schedule.queries.claims.taken_ahead` find it there."""
    if not only_reads(db) or is_found(db, read_hidden, member_id):
        return
    first = tick(now)
    rows = [(*row,) for row in columns(db, *_of_viewer(member_id, first, first + AHEAD))]
    held = by_holder((number, holder_id, until) for number, holder_id, until in rows if holder_id is not None)
    found_already(db, held_from, member_id, first, found=held)
    hidden = frozenset(other_id for other_id, holder_id, _ in rows if holder_id is None)
    found_already(db, read_hidden, member_id, found=hidden)


@prepared
def _of_viewer(member_id: int, first: int, stop: int) -> CompoundSelect[*tuple[Any, ...]]:
    """Who is hidden has no holder."""
    hidden = hidden_from(member_id).subquery()
    nobody, never = cast(null(), BigInteger), cast(null(), UtcDateTime)
    return union_all(held_ticks(member_id, first, stop), select(*hidden.c, nobody, never))
