"""When a cancellation is late, and from when an absence can be reported."""

from __future__ import annotations

from datetime import datetime, timedelta

LOOKS_BACK = timedelta(days=90)
"""The period over which kept bookings and late cancellations are counted."""


def is_late_cancel(cancelled_at: datetime, *, starts_at: datetime, hours: int) -> bool:
    """Whether it comes less than `hours` before the start; exactly `hours` before is in time."""
    return starts_at - cancelled_at < timedelta(hours=hours)


def absence_from(starts_at: datetime, *, minutes: int) -> datetime:
    """Returns when the two may start to report an absence."""
    return starts_at + timedelta(minutes=minutes)


COUNTS_FOR = timedelta(days=90)
"""How long after its hour a standing no-show counts."""
