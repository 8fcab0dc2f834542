"""People's own calendars, as plain values: what is read from one, what is written there, and what can go wrong.

Instants are aware UTC. `remote_id` is the provider's name for a calendar or an event (CalDAV: the path), `etag` its
name for one version of an event; both are opaque.
"""

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
"""For how long after a look at a calendar a booking need not look again."""
POLL_EVERY = timedelta(minutes=5)
READ_IN_FULL_EVERY = timedelta(days=1)
"""The window moves with the days, and what repeats comes into it."""
RECHECK_SECONDS = 3.0
SYNC_SECONDS = 60.0
HIDDEN_AFTER = timedelta(hours=1)
"""A calendar that cannot be read for so long hides its mentor's hours, where an unread calendar refuses bookings."""
BREAKER = 10
"""So many of our events gone in one look are no decision of a person."""
ANSWER_BEFORE = timedelta(hours=24)
"""Unanswered so long before the session, the administrator's rule applies."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=15)


def window(now: datetime) -> Interval:
    """What is read of a calendar: a day back, and a little beyond the longest horizon."""
    return Interval(now - timedelta(days=1), now + timedelta(days=MAX_HORIZON_DAYS + 3))


def freshness(*, read_at: datetime | None, failing: bool, now: datetime) -> Freshness:
    if read_at is None or failing:
        return Freshness.UNKNOWN
    return Freshness.FRESH if now - read_at <= FRESH_FOR else Freshness.STALE


def wait_after(failures: int, *, at_least: timedelta = timedelta()) -> timedelta:
    """How long to wait after so many failed looks in a row: doubling, and never beyond a quarter of an hour."""
    return max(at_least, min(FIRST_WAIT * (1 << min(max(failures - 1, 0), 8)), LONGEST_WAIT))
