"""What we need from outside, as Protocols; the adapters fulfil them, `app` and `cli` hand them over."""

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
    """The ways out: the first two reach people, the others a provider."""

    MAIL = "mail"
    SMS = "sms"
    VIDEO = "video"
    CALENDAR = "calendar"


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One outbox row, ready to be rendered and sent. `message_key` is ours, stable over every try.
    It was not sent before `due_at`: who looks for it need not look at what is older.

    `address` is a mail address or an E.164 number; `payload` is the row's snapshot (`messages.rules.kinds`).
    A channel asks `in_time` right before the call that cannot be taken back, and answers Late when it says no: the
    process may have stood still since the row was taken, and somebody else may have it by now.
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
    due_at: datetime | None = None
    not_after: datetime | None = None
    in_time: Callable[[], bool] = field(default=_always, compare=False)


NOT_FOUND = "not found at the provider"
"""The reason of what was in doubt, was looked for and was not there."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider has it; `ref` is the provider's name for it.

    `found_again` where `look_up` surely finds it: writing it down may wait for the others of its batch.
    """

    ref: str = ""
    found_again: bool = field(default=False, compare=False)


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


@dataclass(frozen=True, slots=True)
class Late:
    """Not begun: the time in which it was ours had run out. Costs no try."""

    reason: str = "not begun in time"


Outcome = Sent | Refused | Retry | Away | Unsure | Late


class Channel(Protocol):
    """A way out: mail, SMS."""

    name: ChannelName
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


class SignatureCheck(Protocol):
    """Whether the SMS provider signed this call of one of our hooks."""

    def __call__(self, url: str, form: object, signature: str) -> bool:
        """`form` holds the fields as they were sent, in werkzeug's way; a missing signature is an empty one."""
        ...


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail as it will be read."""

    subject: str
    text: str


class PreviewsMail(Protocol):
    """Renders a mail that is not sent (yet)."""

    def __call__(self, message: Outgoing, settings: NetworkSettings) -> Preview: ...


SIGNATURE_CHECK: ServiceKey[SignatureCheck] = ServiceKey("signature check")
"""Bound where an SMS provider is set."""
MAIL_PREVIEW: ServiceKey[PreviewsMail] = ServiceKey("mail preview")
