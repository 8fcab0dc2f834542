"""When a member cannot take another hour: they have one, asked for it, or it is kept for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.schedule.queries.claims import taken_ahead
from flashmeet.schedule.service.own_calendars import NOTHING, BusyTimes


def own_time(db: Session, member_id: int | None, *, except_holder: int | None = None, now: datetime) -> BusyTimes:
    """Returns the time of the member, now and to come, at which booking answers `you_are_busy`; nothing for nobody.

    `except_holder` is that of an hour which is to be moved: it does not stand in its own way. One statement, once in a
    unit of work that only reads.
    """
    if member_id is None:
        return NOTHING
    return BusyTimes(taken_ahead(db, member_id, except_holder=except_holder, now=now))
