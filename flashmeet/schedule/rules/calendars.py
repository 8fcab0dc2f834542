"""People's own calendars, as plain values: what is read from one, what is written there, and what can go wrong.

Instants are aware UTC. `remote_id` is the provider's name for a calendar or an event (CalDAV: the path), `etag` its
name for one version of an event; both are opaque.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from flashmeet.core.intervals import Interval
from flashmeet.schedule.rules.availability import MAX_HORIZON_DAYS

Kind = Literal["caldav", "ics", "google", "microsoft"]
KINDS: tuple[Kind, ...] = ("caldav", "ics", "google", "microsoft")
Freshness = Literal["fresh", "stale", "unknown"]

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
    """fresh: read a moment ago. stale: read, some time ago. unknown: never read, or the latest try failed."""
    if read_at is None or failing:
        return "unknown"
    return "fresh" if now - read_at <= FRESH_FOR else "stale"


def wait_after(failures: int, *, at_least: timedelta = timedelta()) -> timedelta:
    """How long to wait after so many failed looks in a row: doubling, and never beyond a quarter of an hour."""
    return max(at_least, min(FIRST_WAIT * (1 << min(max(failures - 1, 0), 8)), LONGEST_WAIT))


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One account at a provider, opened: `settings` may be seen, `secrets` are never logged.

    caldav: settings url, user; secrets password. ics: secrets url. google, microsoft: as their adapters need.
    """

    kind: Kind
    tzid: str
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteCalendar:
    """A calendar that an account has; `tzid` is "" where the provider names no zone."""

    remote_id: str
    name: str
    tzid: str = ""
    writable: bool = True
    primary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteEvent:
    """One event, or one series, as it stands at the provider.

    `busy` is the time it takes, inside the window, with what repeats laid out; nothing when it is transparent or
    cancelled. `starts_at` and `ends_at` are those of its first occurrence, whether or not it takes time. Providers that
    lay series out themselves give one of these for each occurrence; they may share a `uid` (iCalendar's UID).
    """

    remote_id: str
    etag: str = ""
    uid: str = ""
    busy: tuple[Interval, ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncResult:
    """What one look at a calendar found, all pages together.

    `full`: `changed` is all there is, and what is known beyond it is gone. With `unchanged_ids` (providers whose list
    gives versions only) those are still there as they were. Otherwise `removed` names what went.
    `cursor` is where the next look goes on; it is stored together with what was found, and never before.
    """

    cursor: str
    changed: tuple[RemoteEvent, ...] = ()
    removed: tuple[str, ...] = ()
    full: bool = False
    unchanged_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEvent:
    """One of our sessions, to be written into one person's calendar. `uid` is the invite's; no invitation is sent.

    Without `attendee` (a switch of the calendar's) the event names nobody: some servers write to attendees whatever
    they are told.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    stamped_at: datetime
    summary: str
    description: str
    location: str
    organizer: str = ""
    organizer_name: str = ""
    attendee: str = ""
    attendee_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRef:
    """An event that we wrote, and the version of it that we know."""

    remote_id: str
    etag: str = ""


class CalendarFault(Exception):
    """A provider did not do what was asked. `code` goes into rows and logs; it never holds an address or a secret."""

    code = "fault"

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{self.code}: {detail}" if detail else self.code)
        self.detail = detail


class AuthFailed(CalendarFault):
    """The provider does not let us in any more (401, invalid_grant): only the member can connect anew."""

    code = "reconnect"


class Forbidden(CalendarFault):
    """We are let in, but may not do this (403): a calendar that is read only, consent that was refused."""

    code = "forbidden"


class Missing(CalendarFault):
    """The calendar itself is not there any more."""

    code = "missing"


class RateLimited(CalendarFault):
    """Not now; not before `after` has passed."""

    code = "rate_limited"

    def __init__(self, after: timedelta | None = None, detail: str = "") -> None:
        super().__init__(detail)
        self.after = after


class Unreachable(CalendarFault):
    """No answer, a late one, or one of a server in trouble (5xx): nothing is known."""

    code = "unreachable"


class Unreadable(CalendarFault):
    """An answer that makes no sense: no calendar lives at this address, or it is too large."""

    code = "unreadable"


class NotAllowed(CalendarFault):
    """The address is none that we may go to (`adapters.egress`): not https, not public."""

    code = "not_allowed"


class CursorGone(CalendarFault):
    """The provider has forgotten our cursor (Google 410, Graph resync): the same look again, in full."""

    code = "cursor_gone"


class Conflict(CalendarFault):
    """The event was changed there since we wrote it (412); it is left as it is."""

    code = "conflict"
