"""Whether a promise was kept: when a cancellation is late, and from when somebody may be said not to have come."""

from __future__ import annotations

from datetime import datetime, timedelta

LOOKS_BACK = timedelta(days=90)
"""For so long what was kept and what was cancelled late is counted."""


def is_late_cancel(cancelled_at: datetime, *, starts_at: datetime, hours: int) -> bool:
    """Less than so many hours before the start; exactly so many is in time."""
    return starts_at - cancelled_at < timedelta(hours=hours)


def absence_from(starts_at: datetime, *, minutes: int) -> datetime:
    """From that minute on either of the two may say that the hour does not take place."""
    return starts_at + timedelta(minutes=minutes)


COUNTS_FOR = timedelta(days=90)
"""For so long after its hour a standing no-show counts."""
