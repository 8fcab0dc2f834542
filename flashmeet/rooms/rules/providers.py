"""Meeting outside the built-in room: the Protocol of video providers, and the address of a mentor's own room."""

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
    """The provider gave no address. `reason` is our own word or two, never an address, a secret or their text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One booking as a provider is told about it. `uid` is the booking's; `own_room` the mentor's address, or "".

    `key` names the meeting at the provider and cannot be guessed; a booking that was moved gets another one.
    """

    uid: str
    key: str
    title: str
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    back: str
    """Where people return when they leave."""
    own_room: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Guest:
    """A participant: an id of ours, and the name that the other person sees."""

    id: str
    name: str
    role: SeatRole


def meeting_key(room: str, sequence: int) -> str:
    """Returns lower-case letters, digits and one hyphen, which every provider accepts unchanged."""
    return "hour-" + hashlib.sha256(f"{room}\0{sequence}".encode()).hexdigest()[:32]


def checked_own_room(text: str) -> str:
    """Returns an https address without user, password, control characters; "" for none. Raises BadAddress, TooLong."""
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
    """Returns the origin, `https://meet.example.org`, as a content security policy names it; "" where there is none.

    Hosts that are not ASCII or that a policy could misread are refused.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    if not host or not host.isascii() or any(each in " ;,'*" for each in parts.netloc):
        return ""
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{parts.port}" if parts.port else "")


class VideoProvider(Protocol):
    """A video provider. Its addresses are made on click and never stored."""

    name: str
    """The value of `FLASHMEET_VIDEO`."""
    label: str
    """The name that people know."""
    ends: bool
    """Whether a meeting can be ended from here."""

    def form_targets(self) -> str:
        """Returns where the button may lead, as a content security policy's `form-action` names it."""
        ...

    def join_address(self, meeting: Meeting, guest: Guest, *, now: datetime) -> str:
        """Returns the guest's own address, within seconds. Raises ProviderAway."""
        ...

    def end(self, *, key: str, uid: str) -> Outcome:
        """Ends the meeting, so that nobody can stay or join; one that is over counts as ended."""
        ...


@dataclass(frozen=True, slots=True)
class Providers:
    """`own` is for mentors' own rooms; `configured` is that of `FLASHMEET_VIDEO`, None for the built-in room."""

    own: VideoProvider
    configured: VideoProvider | None = None

    def __iter__(self) -> Iterator[VideoProvider]:
        """Yields the configured one first."""
        if self.configured is not None:
            yield self.configured
        if self.configured is not self.own:
            yield self.own


VIDEO: ServiceKey[Providers] = ServiceKey("video providers")
