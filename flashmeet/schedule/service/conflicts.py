"""Which of the hours on offer fall where somebody has something else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.core.intervals import Interval
from flashmeet.schedule.queries.claims import taken
from flashmeet.schedule.rules.slots import Slot


def clashing_starts(session: Session, member_id: int, slots: Sequence[Slot]) -> frozenset[datetime]:
    """The starts at which this member is already claimed; one statement."""
    if not slots:
        return frozenset()
    span = Interval(min(slot.starts_at for slot in slots), max(slot.ends_at for slot in slots))
    busy = taken(session, member_id, span)
    return frozenset(
        slot.starts_at for slot in slots if any(Interval(slot.starts_at, slot.ends_at).overlaps(each) for each in busy)
    )
