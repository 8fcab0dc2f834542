"""The outbox's outside services as Protocols; adapters implement them, `app` and `cli` bind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from enum import StrEnum
from typing import Any, Protocol

from flashmeet.core.service_keys import ServiceKey
from flashmeet.core.settings.values import NetworkSettings


class ChannelName(StrEnum):
    """The ways out: the first two reach people, the next two a provider, the last one our own worker."""

    MAIL = "mail"
    SMS = "sms"
    VIDEO = "video"
    CALENDAR = "calendar"
    COPY = "copy"


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One outbox row, ready to be rendered and sent. `message_key` is ours, and the same for every try.

    `due_at` bounds a look-up: the message was not sent before it. `address` is a mail address or an E.164 number;
    `payload` is the row's snapshot (`messages.rules.kinds`).

    A channel calls `in_time` right before the call that cannot be taken back, and returns Late if it is false: the
    process may have been suspended since the lease, and another worker may own the row by now.
    """

    id: int
    kind: str
    channel: ChannelName
    address: str
    recipient_id: int
    name: str
    locale: str
    tzid: str
    message_key: str
    payload: Mapping[str, Any]
    link_generation: int = 0
    """How often the recipient has renewed their personal links (`Links.given`)."""
    due_at: datetime | None = None
    not_after: datetime | None = None
    in_time: Callable[[], bool] = field(default=_always, compare=False)


NOT_FOUND = "not found at the provider"
"""The reason of a row in doubt that the look-up did not find."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider has accepted the message; `ref` is its reference.

    `found_again` means that `look_up` will certainly find it, so recording it may wait for the rest of the batch.
    """

    ref: str = ""
    found_again: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """The message will never be accepted, because of a bad address or an opt-out."""

    reason: str


@dataclass(frozen=True, slots=True)
class Retry:
    """The message was certainly not accepted; try again, not before `after` has passed."""

    reason: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Away:
    """The provider is down or rejects us: this message was not accepted, nor would any other be. Wait for `after`.

    `answered` means that the provider rejected this message: it may be the cause, and goes behind the others.
    """

    reason: str
    after: timedelta | None = None
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Unsure:
    """The provider may or may not have the message: no response came."""

    reason: str


@dataclass(frozen=True, slots=True)
class Late:
    """Sending did not begin before the lease or the message's time ran out. Does not count as a try."""

    reason: str = "not begun in time"


Outcome = Sent | Refused | Retry | Away | Unsure | Late


class Channel(Protocol):
    """Sends messages one way: mail, SMS."""

    name: ChannelName
    batch: int
    """Messages per call, and so the number that a crash leaves unknown."""
    per_second: float
    """Messages per second that the provider accepts from all workers together."""

    def send(self, messages: Sequence[Outgoing]) -> Iterator[tuple[int, Outcome]]:
        """Sends each message and yields `(id, outcome)` once known. Raises nothing that a provider can cause."""
        ...

    def look_up(self, message: Outgoing) -> Outcome:
        """Returns the outcome of an unknown message.

        Mail cannot be asked and returns Retry: the same Message-ID is sent again.
        """
        ...


class Mailbox(Protocol):
    """The mailbox that receives bounces and replies."""

    def read(self, handle: Callable[[EmailMessage], bool], *, most: int) -> int:
        """Passes up to `most` unseen messages to `handle` and returns their number.

        Each is marked as seen; those of which `handle` says False stay unseen for a person, and are not passed again.

        An exception of `handle` ends the reading and leaves that message unseen. Raises MailboxAway.
        """
        ...


class MailboxAway(Exception):
    """The mailbox is unreachable or refuses the login. Names the kind of fault, never an address."""


class SignatureCheck(Protocol):
    """Checks that the SMS provider signed a call of one of our hooks."""

    def __call__(self, url: str, form: object, signature: str) -> bool:
        """Whether it is valid. `form` holds the fields as werkzeug read them; `signature` is "" if missing."""
        ...


@dataclass(frozen=True, slots=True)
class Preview:
    """A rendered mail."""

    subject: str
    text: str


class PreviewsMail(Protocol):
    """Renders a mail without sending it."""

    def __call__(self, message: Outgoing, settings: NetworkSettings) -> Preview: ...


SIGNATURE_CHECK: ServiceKey[SignatureCheck] = ServiceKey("signature check")
"""Bound only if an SMS provider is configured."""
MAIL_PREVIEW: ServiceKey[PreviewsMail] = ServiceKey("mail preview")
