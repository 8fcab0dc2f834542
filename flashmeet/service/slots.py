"""Slots as people see them, read from the openings alone: no network, no sort, a constant number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.domain.slots import Slot

PAGE, MOST = 20, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotQuery:
    """What is looked for. `start` ≤ starts_at < `end` (UTC; None = now, and the end of the openings).

    `after` ≤ local start < `before` in minutes of the day on `tzid`'s wall. `distinct` gives each mentor's first slot
    only, over all pages. `limit` ≤ 100; `cursor` is the `next_cursor` of the page before. `viewer_id` leaves out the
    viewer's own hours, unless `mentor_id` asks for them.
    """

    tzid: str
    theme_id: int | None = None
    mentor_id: int | None = None
    start: datetime | None = None
    end: datetime | None = None
    minutes: int = 60
    after: int | None = None
    before: int | None = None
    distinct: bool = False
    limit: int = PAGE
    cursor: str | None = None
    viewer_id: int | None = None


@dataclass(frozen=True, slots=True)
class SlotPage:
    """In order of start; may be short, or empty, while `next_cursor` says that there is more to read."""

    slots: Sequence[Slot]
    next_cursor: str | None


def find_slots(session: Session, query: SlotQuery, *, now: datetime) -> SlotPage:
    """One page. Raises BadInput for a cursor that is not ours."""
    raise NotImplementedError


def alternatives(
    session: Session, *, mentor_id: int, theme_id: int, starts_at: datetime, minutes: int, mentee_id: int, now: datetime
) -> list[Slot]:
    """Up to three slots free for both, nearest to the wanted start: of the same mentor, else of the theme's others."""
    raise NotImplementedError


def slots_for_move(session: Session, booking_id: int, *, now: datetime, limit: int = 60) -> list[Slot]:
    """Where this booking could move to with the same mentor: its own claims and quota uses count as free."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class OpenHours:
    """How much is open in the coming seven days: bookable starts, in all and per theme id."""

    total: int
    by_theme: dict[int, int]


def open_hours(session: Session, *, now: datetime) -> OpenHours:
    raise NotImplementedError
