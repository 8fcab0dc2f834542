"""The faults of members' calendar providers."""

from __future__ import annotations

from datetime import timedelta


class CalendarFault(Exception):
    """A provider did not do what was asked. `code` goes into rows and logs; it never holds an address or a secret."""

    code = "fault"

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{self.code}: {detail}" if detail else self.code)
        self.detail = detail


class AuthFailed(CalendarFault):
    """The provider refuses our credentials (401, invalid_grant): only the member can reconnect."""

    code = "reconnect"


class Forbidden(CalendarFault):
    """The credentials are valid but do not permit this (403): a read-only calendar, or refused consent."""

    code = "forbidden"


class Missing(CalendarFault):
    """The calendar no longer exists."""

    code = "missing"


class RateLimited(CalendarFault):
    """The provider limits the rate: try again after `after`."""

    code = "rate_limited"

    def __init__(self, after: timedelta | None = None, detail: str = "") -> None:
        super().__init__(detail)
        self.after = after


class Refused(CalendarFault):
    """The provider does not do what it was asked (400, 409): the event exists already, or our cursor is not its own."""

    code = "refused"


class Unreachable(CalendarFault):
    """No response, a late one, or a server error (5xx): the outcome is unknown."""

    code = "unreachable"


class Unreadable(CalendarFault):
    """The response makes no sense or is too large; there may be no calendar at this address."""

    code = "unreadable"


class WebPage(Unreadable):
    """A page for people stands at this address: a sign-in, or an error told with the status of success."""

    code = "web_page"


class TooCostly(Unreadable):
    """Reading it would take more time or memory than a calendar is worth; it is not tried again soon."""


class NothingThere(CalendarFault):
    """A file in which nothing takes time: perhaps the wrong address. Its member is asked, it is not believed."""

    code = "nothing_there"


class NotAllowed(CalendarFault):
    """The address may not be requested (`core.egress`): not https, or not public."""

    code = "not_allowed"


class CursorGone(CalendarFault):
    """The provider has discarded our cursor (Google 410, Graph resync): read again in full."""

    code = "cursor_gone"


NOT_THE_CURSORS = (AuthFailed, Forbidden, RateLimited, Unreachable, TooCostly, NothingThere, NotAllowed)
"""Faults that a full read would meet again. Providers say in many ways that they do not know a cursor any more: after
any other fault of a read that continues, a full one is tried, once."""


class Conflict(CalendarFault):
    """The event was changed at the provider since we wrote it (412); it is left unchanged."""

    code = "conflict"
