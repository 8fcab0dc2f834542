"""Deletes what was derived for hours that are over."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from flashmeet.core.intervals import tick
from flashmeet.schedule.models import Claim, Opening

DAY = timedelta(days=1)


def purge_past(db: Session, *, now: datetime) -> None:
    """Deletes openings past their notice, and yesterday's claims; all else goes by `privacy.service.retention`."""
    db.execute(delete(Opening).where(Opening.closes_at < now))
    db.execute(delete(Claim).where(Claim.tick < tick(now - DAY)))
