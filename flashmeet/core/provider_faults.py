"""People's own calendars, as plain values: what is read from one, what is written there, and what can go wrong.

Instants are aware UTC. `remote_id` is the provider's name for a calendar or an event (CalDAV: the path), `etag` its
name for one version of an event; both are opaque.
"""

from __future__ import annotations

from datetime import timedelta


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


class TooCostly(Unreadable):
    """Reading it would take more time or memory than a calendar is worth; it is not tried again soon."""


class NothingThere(CalendarFault):
    """A file in which nothing takes time: perhaps the wrong address. Its member is asked, it is not believed."""

    code = "nothing_there"


class NotAllowed(CalendarFault):
    """The address is none that we may go to (`core.egress`): not https, not public."""

    code = "not_allowed"


class CursorGone(CalendarFault):
    """The provider has forgotten our cursor (Google 410, Graph resync): the same look again, in full."""

    code = "cursor_gone"


class Conflict(CalendarFault):
    """The event was changed there since we wrote it (412); it is left as it is."""

    code = "conflict"
