"""Calendar invites: what one recipient's calendar is told (RFC 5545, RFC 5546)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from flashmeet.core.service_keys import ServiceKey

Method = Literal["REQUEST", "CANCEL"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """A snapshot of one session for one recipient; instants are aware UTC.

    METHOD and STATUS follow from `cancelled`: REQUEST with CONFIRMED, CANCEL with CANCELLED. The organizer is the
    service's one address, the attendee is the recipient alone: nobody learns another person's address.
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
    """The session's page, where `location` is a place or a number; else they are one."""
    reply_token: str = ""
    """What the attendee's calendar may give back with its answer; it proves nothing else."""

    @property
    def method(self) -> Method:
        return "CANCEL" if self.cancelled else "REQUEST"

    @property
    def status(self) -> str:
        return "CANCELLED" if self.cancelled else "CONFIRMED"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFile:
    """All sessions of one member for a calendar that subscribes (METHOD:PUBLISH): nobody is asked for an answer.

    Its events carry the UIDs of the invites.
    """

    name: str
    sessions: tuple[Invite, ...]


def described(need: str, *, meeting: str, page: str, plan: str = "") -> str:
    """What stands under an hour in a calendar: how a day goes, the need, what an hour is called here, and its page."""
    return "\n\n".join(each for each in (plan, need, f"{meeting} · {page}") if each)


class CalendarFile(Protocol):
    """Writes an invite as iCalendar bytes."""

    def __call__(self, invite: Invite) -> bytes: ...


class WritesFeed(Protocol):
    """Writes a feed as iCalendar bytes; the same feed makes the same bytes."""

    def __call__(self, feed: FeedFile) -> bytes: ...


CALENDAR_FILE: ServiceKey[CalendarFile] = ServiceKey("calendar file")
FEED_FILE: ServiceKey[WritesFeed] = ServiceKey("feed file")
