"""What we need from outside, as Protocols; the adapters fulfil them, `app` and `cli` hand them over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any, Protocol

from flashmeet.domain.invites import Invite
from flashmeet.domain.video import Guest, Meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One outbox row, ready to be rendered and sent. `message_key` is ours, stable over every try.

    `address` is a mail address or an E.164 number; `payload` is the row's snapshot (`domain.messages`).
    """

    id: int
    kind: str
    channel: str
    address: str
    recipient_id: int
    name: str
    locale: str
    tzid: str
    message_key: str
    payload: Mapping[str, Any]
    not_after: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider has it; `ref` is the provider's name for it."""

    ref: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """It will never be taken: a bad address, an opt-out."""

    reason: str


@dataclass(frozen=True, slots=True)
class Retry:
    """Not taken, surely; worth another try, not before `after` has passed."""

    reason: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Away:
    """Not taken, and nothing else would be: the provider is down, or turns us away. `after`: not before that.

    `answered` when this message was turned away: it may be the cause, and steps back behind the others.
    """

    reason: str
    after: timedelta | None = None
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Unsure:
    """The provider may or may not have it: the answer did not come."""

    reason: str


Outcome = Sent | Refused | Retry | Away | Unsure


class Channel(Protocol):
    """A way out: mail, SMS."""

    name: str
    batch: int
    """How many messages one call may carry: what a crash in the middle leaves unknown."""
    per_second: float
    """How many messages the provider takes, from all workers together."""

    def send(self, messages: Sequence[Outgoing]) -> Iterator[tuple[int, Outcome]]:
        """Sends each and yields `(id, outcome)` as soon as it is known. Raises nothing a provider can cause."""
        ...

    def look_up(self, message: Outgoing) -> Outcome:
        """What became of an unknown one. Mail, which cannot be asked, answers Retry: same Message-ID, sent again."""
        ...


class Mailbox(Protocol):
    """The mailbox that bounces and answers come back to."""

    def read(self, handle: Callable[[EmailMessage], object], *, most: int) -> int:
        """Hands over each message that nobody has seen, up to `most`, and marks it as seen; returns how many.

        What `handle` raises ends the reading and leaves that message unseen. Raises MailboxAway.
        """
        ...


class MailboxAway(Exception):
    """The mailbox cannot be reached, or does not let us in. Says which kind of fault, never an address."""


class CalendarFile(Protocol):
    """Writes an invite as iCalendar bytes."""

    def __call__(self, invite: Invite) -> bytes: ...


class PictureFile(Protocol):
    """Makes a picture of ours out of any that people send."""

    def __call__(self, data: bytes, *, width: int, height: int, cut: bool) -> tuple[str, bytes]:
        """Media type and bytes: at most so large, without anything but what is seen; `cut` fills the whole frame.

        Raises BadPicture.
        """
        ...


class SignatureCheck(Protocol):
    """Whether the SMS provider signed this call of one of our hooks."""

    def __call__(self, url: str, form: object, signature: str) -> bool:
        """`form` holds the fields as they were sent, in werkzeug's way; a missing signature is an empty one."""
        ...


class Counter(Protocol):
    """Counts for every process of the installation."""

    def __call__(self, key: str, *, times: int, expires_at: datetime) -> int:
        """Adds `times` to what `key` has, and returns the sum; it may be forgotten after `expires_at`."""
        ...


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
