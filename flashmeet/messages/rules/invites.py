"""Calendar invites, as sent to one recipient's calendar (RFC 5545, RFC 5546)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from flashmeet.core.service_keys import ServiceKey
from flashmeet.core.text import one_line

PRODUCT = "-//flashmeet//flashmeet//EN"
"""Who wrote an iCalendar file."""
_NOT_IN_A_NAME = str.maketrans({'"': "'", "\\": "/", "^": None})
Method = Literal["REQUEST", "CANCEL"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """A snapshot of one booking for one recipient; instants are aware UTC.

    `cancelled` decides METHOD and STATUS: REQUEST with CONFIRMED, CANCEL with CANCELLED. The organizer is the service's
    one address and the recipient the only attendee, so nobody learns another person's address.
    """

    uid: str
    sequence: int
    cancelled: bool
    starts_at: datetime
    ends_at: datetime
    stamped_at: datetime
    summary: str
    description: str
    location: str
    organizer: str
    organizer_name: str
    attendee: str
    attendee_name: str
    url: str = ""
    """The booking's page, if `location` is a place or a number; else "", and `location` is used."""
    reply_token: str = ""
    """Identifies a reply from the attendee's calendar; it proves nothing else."""

    @property
    def method(self) -> Method:
        return "CANCEL" if self.cancelled else "REQUEST"

    @property
    def status(self) -> str:
        return "CANCELLED" if self.cancelled else "CONFIRMED"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFile:
    """A member's bookings for a subscribed calendar (METHOD:PUBLISH), which asks for no reply.

    Its events carry the UIDs of the invites.
    """

    name: str
    bookings: tuple[Invite, ...]


def mailto(address: str) -> str:
    """Returns the address as ATTENDEE and ORGANIZER write it."""
    return f"mailto:{one_line(address).replace(' ', '')}"


def common_name(name: str) -> str:
    """Returns the name as CN, free of characters that readers misread.

    A parameter cannot hold a double quote (RFC 5545 §3.2), and few readers know RFC 6868's `^'`. libical reads a
    backslash at the end of an unquoted name as an escape.
    """
    return one_line(name, most=200).translate(_NOT_IN_A_NAME)


def described(need: str, *, meeting: str, page: str, plan: str = "", there: str = "") -> str:
    """Returns an event's description: the time by the clock of the place on site, a day's plan, the need, the
    network's word for a booking, and its page."""
    return "\n\n".join(each for each in (there, plan, need, f"{meeting} · {page}") if each)


class CalendarFile(Protocol):
    """Writes an invite as iCalendar bytes."""

    def __call__(self, invite: Invite) -> bytes: ...


class WritesFeed(Protocol):
    """Writes a feed as iCalendar bytes; the same feed gives the same bytes."""

    def __call__(self, feed: FeedFile) -> bytes: ...


CALENDAR_FILE: ServiceKey[CalendarFile] = ServiceKey("calendar file")
FEED_FILE: ServiceKey[WritesFeed] = ServiceKey("feed file")
