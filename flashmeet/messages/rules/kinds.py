"""Kinds of messages; each is declared once, in `rules/messages.py` of its feature.

A new kind needs its declaration, its template `templates/<feature>/mails/<kind>.words.txt`, and the call that sends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, Never, Self, TypeAlias, TypeVar, cast

from flashmeet.core.text import mark


class Category(StrEnum):
    """What a member can switch off as one, except `messages.rules.notifications.ALWAYS`."""

    ACCOUNT = "account"
    SESSIONS = "sessions"
    REMINDERS = "reminders"
    REQUESTS = "requests"
    THREADS = "threads"
    NUDGES = "nudges"
    DIGESTS = "digests"
    FOLLOW_UPS = "follow_ups"
    NEWS = "news"


Payload_contra = TypeVar("Payload_contra", contravariant=True)


class MessageKind(str, Generic[Payload_contra]):
    """Its name, which the outbox keeps, and all that is decided about every message of this kind.

    `label` is what lists of messages call it, `labels` where that hangs on the `action` in its payload. `speaks_of`
    names the sheet of facts that its template is given (`rendering.facts`). `hangs_on` names what it is read against
    before it leaves: it is dropped once that has changed (`outbox.drop_reasons`). `timed`: said at a moment that hangs
    on a booking, by SMS too, and by mail where the SMS failed. `names_address`: it goes to the address in its payload,
    which is not the member's yet. `secret`: its payload is forgotten once it has left. `retry_every`: how long it waits
    after each refusal for now, where the person is waiting for it; else the wait doubles. `caused_by` names the payload
    field with the id of the person whose act it tells of: from the fifth within an hour on it waits (`outbox.calm`).
    `takes_back`: the action with which it takes an entry out of a calendar again; that reaches somebody suspended, too.
    """

    category: Category
    label: str
    labels: Mapping[str, str]
    speaks_of: str
    template: str
    hangs_on: str
    timed: bool
    spares_who_is_away: bool
    to_suspended: bool
    names_address: bool
    secret: bool
    retry_every: timedelta | None
    caused_by: str
    takes_back: str

    def __new__(
        cls,
        name: str,
        category: Category,
        *,
        label: str,
        labels: Mapping[str, str] | None = None,
        speaks_of: str,
        template: str = "",
        hangs_on: str = "",
        timed: bool = False,
        spares_who_is_away: bool = False,
        to_suspended: bool = False,
        names_address: bool = False,
        secret: bool = False,
        retry_every: timedelta | None = None,
        caused_by: str = "",
        takes_back: str = "",
    ) -> Self:
        if name in KINDS:
            raise ValueError(f"the kind {name} is declared twice")
        kind = super().__new__(cls, name)
        kind.category, kind.label, kind.labels = category, label, labels or {}
        kind.speaks_of, kind.template, kind.hangs_on = speaks_of, template or name, hangs_on
        kind.timed, kind.spares_who_is_away, kind.to_suspended = timed, spares_who_is_away, to_suspended
        kind.names_address, kind.secret, kind.retry_every = names_address, secret, retry_every
        kind.caused_by, kind.takes_back = caused_by, takes_back
        KINDS[name] = kind
        return kind

    def saying(self, payload: Payload_contra) -> Message:
        """Returns a message of this kind; the type checker compares the payload with the kind's."""
        return Message(self, cast(Mapping[str, Any], payload))


@dataclass(frozen=True, slots=True)
class Message:
    """A message to send, made by `MessageKind.saying`."""

    kind: AnyKind
    payload: Mapping[str, Any]


AnyKind: TypeAlias = MessageKind[Never]
"""A kind whose payload is not known here: it is compared and looked up, and `saying` refuses everything."""
KINDS: dict[str, AnyKind] = {}
"""Every kind by name; rows of a newer version may name unknown ones."""

URGENCIES = (0, 1, 2)


def urgency(due_at: datetime, not_after: datetime | None) -> int:
    """Returns the urgency: 0 without `not_after`, 1 if useful for two hours at most, else 2. Lower is sent first."""
    if not_after is None:
        return 0
    return 1 if not_after - due_at <= timedelta(hours=2) else 2


def is_timed(name: str) -> bool:
    """Whether messages of that kind are sent at a time that depends on a booking."""
    return name in KINDS and KINDS[name].timed


def label_of(name: str, action: str = "") -> str:
    """What a list of messages calls one of that kind, in English, to be translated; "Message" where nobody knows it."""
    kind = KINDS.get(name)
    return kind.labels.get(action, kind.label) if kind is not None else mark("Message")
