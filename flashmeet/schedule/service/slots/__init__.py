"""Bookable slots, read from the opening index alone: no network, no sort, a bounded number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.schedule.rules.slots import Slot
from flashmeet.schedule.service.slots.around import slots_around
from flashmeet.schedule.service.slots.cursor import cursor_of, position_of
from flashmeet.schedule.service.slots.filter import SlotFilter
from flashmeet.schedule.service.slots.further import read_further
from flashmeet.schedule.service.slots.page import read_page
from flashmeet.schedule.service.slots.query import MOST, PAGE, SlotQuery

__all__ = ["MOST", "PAGE", "SlotPage", "SlotQuery", "find_slots", "further_slots", "slots_around"]


@dataclass(frozen=True, slots=True)
class SlotPage:
    """Slots in order of start; may be short or empty while `next_cursor` says that there is more."""

    slots: Sequence[Slot]
    next_cursor: str | None
    further: Mapping[int, Sequence[Slot]] = field(default_factory=dict)
    """By mentor: later slots than the one on the page, none of which overlap."""
    left_out: bool = False
    """Whether there would have been others, at which the viewer has another hour."""


def find_slots(db: Session, query: SlotQuery, *, now: datetime) -> SlotPage:
    """Returns one page. Raises BadInput for an invalid cursor."""
    where = query.part_of_index(now, after=position_of(query.cursor) if query.cursor else None)
    shown = SlotFilter(db, query, now=now)
    slots, position = read_page(db, query, where, shown, now=now)
    cursor = None if position is None else cursor_of(position)
    further = read_further(db, where, shown, slots, most=query.further, now=now) if query.further else {}
    return SlotPage(slots, cursor, further, shown.left_out)


def further_slots(db: Session, query: SlotQuery, slots: Sequence[Slot], *, now: datetime) -> dict[int, Sequence[Slot]]:
    """Returns, by mentor, up to `further` slots of the query after the one of each that is given."""
    where, shown = query.part_of_index(now), SlotFilter(db, query, now=now)
    return read_further(db, where, shown, slots, most=query.further, now=now)
