"""Deletes what was derived for hours that are over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from flashmeet.core.intervals import tick
from flashmeet.schedule.models import Claim, Opening

DAY = timedelta(days=1)
AT_ONCE = 20_000


def purge_past(db: Session, *, now: datetime) -> None:
    """Deletes openings past their notice, and yesterday's claims; all else goes by `privacy.service.retention`.

    An index finds them. Where more than `AT_ONCE` are over, the next round deletes what is left.
    """
    db.execute(delete(Opening).where(_first(db, Opening.closes_at, now)))
    db.execute(delete(Claim).where(_first(db, Claim.tick, tick(now - DAY))))


def _first(db: Session, column: InstrumentedAttribute[Any], end: object) -> ColumnElement[bool]:
    """Selects the rows before `end`; so many at most, and those of the same moment as the last."""
    last = db.scalar(select(column).where(column < end).order_by(column).offset(AT_ONCE - 1).limit(1))
    return column < end if last is None else column <= last
