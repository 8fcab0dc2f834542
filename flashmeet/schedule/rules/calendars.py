"""Rules for members' own calendars: when they are read, how fresh they must be, what follows from faults."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from flashmeet.core.intervals import Interval
from flashmeet.core.settings.policies import MAX_HORIZON_DAYS


class CalendarKind(StrEnum):
    """How we get into a member's calendars."""

    CALDAV = "caldav"
    ICS = "ics"
    GOOGLE = "google"
    MICROSOFT = "microsoft"


class Freshness(StrEnum):
    FRESH = "fresh"  # read a moment ago
    STALE = "stale"  # read, some time ago
    UNKNOWN = "unknown"  # never read, or the latest try failed


FRESH_FOR = timedelta(seconds=60)
"""A calendar read within this time need not be read again for a booking."""
POLL_EVERY = timedelta(minutes=5)
READ_IN_FULL_EVERY = timedelta(days=1)
"""The window moves with the days, and recurring events enter it."""
RECHECK_SECONDS = 3.0
SYNC_SECONDS = 60.0
HIDDEN_AFTER = timedelta(hours=1)
"""A calendar unreadable for this long hides its mentor's hours, if unread calendars prevent bookings."""
BREAKER = 10
"""This many of our events gone in one read is no person's decision."""
ANSWER_BEFORE = timedelta(hours=24)
"""Without an answer this long before the booking, the administrator's rule applies."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=15)


def window(now: datetime) -> Interval:
    """Returns the window to read: from a day ago to a little beyond the longest horizon."""
    return Interval(now - timedelta(days=1), now + timedelta(days=MAX_HORIZON_DAYS + 3))


def freshness(*, read_at: datetime | None, failing: bool, now: datetime) -> Freshness:
    """What was read in a time yet to come was read by a clock that was wrong, and says nothing about now."""
    if read_at is None or failing:
        return Freshness.UNKNOWN
    return Freshness.FRESH if abs(now - read_at) <= FRESH_FOR else Freshness.STALE


def wait_after(failures: int, *, at_least: timedelta = timedelta()) -> timedelta:
    """Returns the wait after that many failed reads in a row: doubling up to 15 minutes, or `at_least` if longer."""
    return max(at_least, min(FIRST_WAIT * (1 << min(max(failures - 1, 0), 8)), LONGEST_WAIT))
