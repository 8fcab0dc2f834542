"""How long those who apply wait for an answer: newcomers to be let in, and mentors to be approved."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median

from sqlalchemy.orm import Session

from flashmeet.audit.queries import waits_before
from flashmeet.identity.acts import Act

LATEST, FEWEST = 20, 3
YEAR = timedelta(days=365)


def usual_wait(db: Session, act: Act, *, now: datetime) -> timedelta | None:
    """Returns the median of the latest waits that this act of an administrator ended; None where they are too few."""
    waits = waits_before(db, act, since=now - YEAR, limit=LATEST)
    if len(waits) < FEWEST:
        return None
    return timedelta(seconds=median(each.total_seconds() for each in waits))
