"""Meeting somewhere else than in the built-in room: what a video provider is told, and the address of an own room."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from flashmeet.core.errors import BadAddress, TooLong
from flashmeet.core.service_keys import ServiceKey
from flashmeet.messages.rules.channels import Outcome
from flashmeet.schedule.rules.booked_hour import SeatRole

ADDRESS_CHARACTERS = 500


class ProviderAway(Exception):
    """The provider gave no address. `reason` is a word or two of ours: no address, no secret, no text of theirs."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One session as a provider is told about it. `uid` is the booking's; `own_room` the mentor's own address, or "".

    `key` names it at the provider and cannot be guessed; a session that was moved has another one.
    """

    uid: str
    key: str
    title: str
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    back: str
    """Where people return to when they leave."""
    own_room: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Guest:
    """Who goes there: a number of ours, and the name that the other one sees."""

    id: str
    name: str
    role: SeatRole


def meeting_key(room: str, sequence: int) -> str:
    """Lower case letters, digits and one hyphen: every provider takes it as it stands."""
    return "hour-" + hashlib.sha256(f"{room}\0{sequence}".encode()).hexdigest()[:32]


def checked_own_room(text: str) -> str:
    """An https address without user, password and control characters; "" for none. Raises BadAddress, TooLong."""
    address = text.strip()
    if len(address) > ADDRESS_CHARACTERS:
        raise TooLong("own_room", most=ADDRESS_CHARACTERS, length=len(address))
    if address and not _is_a_room(address):
        raise BadAddress("own_room")
    return address


def _is_a_room(address: str) -> bool:
    if any(not each.isprintable() or each.isspace() or each in '\\"<>' for each in address):
        return False
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    return parts.scheme == "https" and "." in host.strip(".") and "@" not in parts.netloc and port != 0


def origin_of(address: str) -> str:
    """`https://meet.example.org` of an address there, as a content security policy names it; "" where there is none.

    What a policy could read as something else is left out: a host is ASCII here, or it is nobody's.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    if not host or not host.isascii() or any(each in " ;,'*" for each in parts.netloc):
        return ""
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{parts.port}" if parts.port else "")


class VideoProvider(Protocol):
    """Rooms that somebody else runs. An address is made on click and never kept."""

    name: str
    """As `FLASHMEET_VIDEO` says it."""
    label: str
    """As people know it."""
    ends: bool
    """Whether a meeting can be ended from here."""

    def form_targets(self, meeting: Meeting) -> str:
        """Where the button may lead to, as a content security policy's `form-action` names it."""
        ...

    def join_address(self, meeting: Meeting, guest: Guest, *, now: datetime) -> str:
        """The guest's own way in; answers within seconds. Raises ProviderAway."""
        ...

    def end(self, *, key: str, uid: str) -> Outcome:
        """Sends everybody out and lets nobody in any more; one that is over already counts as ended."""
        ...


@dataclass(frozen=True, slots=True)
class Providers:
    """`own` leads to a mentor's own room; `configured` is what `FLASHMEET_VIDEO` names, None for the built-in room."""

    own: VideoProvider
    configured: VideoProvider | None = None

    def __iter__(self) -> Iterator[VideoProvider]:
        """The configured one first."""
        if self.configured is not None:
            yield self.configured
        if self.configured is not self.own:
            yield self.own


VIDEO: ServiceKey[Providers] = ServiceKey("video providers")
