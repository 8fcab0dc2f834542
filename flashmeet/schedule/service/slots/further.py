"""A mentor's next slots after the one that a page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.core.intervals import TICK
from flashmeet.schedule.queries.slots import Where, next_openings
from flashmeet.schedule.rules.slots import Slot
from flashmeet.schedule.service.slots.filter import SlotFilter

ROWS_EACH = 40
"""Starts looked at for a mentor's further hours: a free day in quarters of an hour has as many."""
MORE_ROWS_EACH = 160
"""As many more at most, where the viewer's own time hides some."""


def read_further(
    db: Session, where: Where, shown: SlotFilter, slots: Sequence[Slot], *, most: int, now: datetime
) -> dict[int, Sequence[Slot]]:
    """Returns, by mentor, up to `most` slots after the one of each that is given, none of which overlap."""
    found = {slot.mentor_id: [slot] for slot in slots}
    first = min((slot.starts_at for slot in slots), default=where.start)
    hidden = sum((each.end - each.start + shown.length) // TICK for each in shown.own.spans)
    rows_each = ROWS_EACH + min(hidden, MORE_ROWS_EACH)
    rows = next_openings(db, replace(where, start=first), found, now=now, most=rows_each)
    shown.look_up(rows)
    for row in rows:
        chosen = found[row.mentor_id]
        if len(chosen) > most or row.starts_at < chosen[-1].ends_at:
            continue
        if (slot := shown.slot(row)) is not None:
            chosen.append(slot)
    return {mentor_id: chosen[1:] for mentor_id, chosen in found.items()}
