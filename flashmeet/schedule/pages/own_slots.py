"""A mentor's own slots, as members see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from flashmeet.core.settings.policies import Policy
from flashmeet.core.zones import day_span, local_date
from flashmeet.schedule.rules.availability import Schedule
from flashmeet.schedule.rules.slots import Slot, Start
from flashmeet.schedule.service.slots import MOST, SlotQuery, find_slots

DAYS, PAGES, DATED_DAYS = 14, 15, 8


def own_slots(db: Session, mentor_id: int, schedule: Schedule, *, now: datetime) -> list[Slot]:
    """Returns the slots of the next fourteen days, and of the dated days after them."""
    today = local_date(now, schedule.tzid)
    spans = [(now, day_span(today + timedelta(days=DAYS), schedule.tzid)[0])]
    spans += [day_span(day, schedule.tzid) for day in _dated(schedule, today + timedelta(days=DAYS))]
    return [slot for start, end in spans for slot in _slots(db, mentor_id, schedule, start, end, now=now)]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a form that is not saved yet would open: how many hours to choose from within the horizon, and their days.

    `can_read` is False where the form has a line that cannot be read.
    """

    horizon_days: int = 0
    slots: Sequence[Slot] = ()
    can_read: bool = True


def previewed(starts: Iterable[Start], policy: Policy) -> Preview:
    slots = [Slot(0, "", each.starts_at, each.starts_at + policy.shortest) for each in starts]
    return Preview(policy.horizon_days, slots)


def _dated(schedule: Schedule, after: date) -> list[date]:
    days = {each.date for each in schedule.overrides if each.span is not None and each.date >= after}
    return sorted(days)[:DATED_DAYS]


def _slots(
    db: Session, mentor_id: int, schedule: Schedule, start: datetime, end: datetime, *, now: datetime
) -> Iterator[Slot]:
    cursor: str | None = None
    for _ in range(PAGES):
        query = SlotQuery(
            tzid=schedule.tzid,
            mentor_id=mentor_id,
            start=start,
            end=end,
            minutes=min(schedule.policy.durations),
            limit=MOST,
            cursor=cursor,
        )
        page = find_slots(db, query, now=now)
        yield from page.slots
        cursor = page.next_cursor
        if cursor is None:
            return


def clock_change(day: date, tzid: str) -> str:
    """Returns `forward` or `back` on a day when the clocks change, else ""."""
    start, end = day_span(day, tzid)
    length = end - start
    return "" if length == timedelta(days=1) else "forward" if length < timedelta(days=1) else "back"
