"""What we need from outside, as Protocols; the adapters fulfil them, `app` and `cli` hand them over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any, Protocol, runtime_checkable

from flashmeet.core.intervals import Interval
from flashmeet.messages.rules.invites import FeedFile, Invite
from flashmeet.rooms.rules.providers import Guest, Meeting
from flashmeet.schedule.rules.calendars import Access, EventRef, OwnEvent, RemoteCalendar, RemoteEvent, SyncResult


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One outbox row, ready to be rendered and sent. `message_key` is ours, stable over every try.
    It was not sent before `due_at`: who looks for it need not look at what is older.

    `address` is a mail address or an E.164 number; `payload` is the row's snapshot (`domain.messages`).
    A channel asks `in_time` right before the call that cannot be taken back, and answers Late when it says no: the
    process may have stood still since the row was taken, and somebody else may have it by now.
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


class WritesFeed(Protocol):
    """Writes a feed as iCalendar bytes; the same feed makes the same bytes."""

    def __call__(self, feed: FeedFile) -> bytes: ...


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


class CalendarSource(Protocol):
    """One account at a provider, opened for one conversation. Every call raises `calendars.CalendarFault` kinds, and
    nothing else that a provider can cause; none waits longer than the seconds the source was opened with.
    """

    def list_calendars(self) -> Sequence[RemoteCalendar]:
        """What the account has, read-only calendars too."""
        ...

    def sync(self, remote_id: str, *, cursor: str, window: Interval, known: Mapping[str, str]) -> SyncResult:
        """One look at a calendar, all pages read. `cursor` is "" for a full look, else what an earlier result gave.

        `known` are the versions we have (event → etag), for providers whose lists give versions only. The new cursor
        is given after the last page alone. Raises CursorGone where the provider has forgotten ours.
        """
        ...

    def get_event(self, remote_id: str, event: EventRef) -> RemoteEvent | None:
        """The event by a direct question; None when the provider says that it is gone (404, 410, cancelled)."""
        ...

    def write_event(self, remote_id: str, event: OwnEvent) -> EventRef:
        """Makes the event, once: where one with our UID is there already, that one is brought up to date."""
        ...

    def update_event(self, remote_id: str, ref: EventRef, event: OwnEvent) -> EventRef:
        """Changes the version that we know. Raises Conflict when it was changed there; Missing when it is gone."""
        ...

    def delete_event(self, remote_id: str, ref: EventRef) -> None:
        """Takes it away, whoever is invited is not written to. One that is gone already is no fault."""
        ...

    @property
    def renewed(self) -> Mapping[str, str] | None:
        """The secrets, where the provider gave new ones meanwhile: they are stored in place of the old."""
        ...

    def close(self) -> None: ...


@runtime_checkable
class KnockingSource(Protocol):
    """A source whose provider knocks at our door when a calendar changes. A knock is a hint: we look all the same."""

    def watch(self, remote_id: str, *, channel: str, token: str, address: str) -> tuple[str, datetime]:
        """The provider's name for it, and when it ends. `token` comes back with each knock. Raises CalendarFault."""
        ...

    def unwatch(self, *, channel: str, resource: str) -> None:
        """One that has ended is no fault. Raises CalendarFault."""
        ...


class CalendarSources(Protocol):
    """Opens an account; nothing is asked of the provider yet."""

    def __call__(self, access: Access, *, seconds: float) -> CalendarSource: ...


class ConsentDoor(Protocol):
    """Where a provider asks a member whether we may read and write their calendars (`domain.consent`)."""

    def address(self, *, state: str, verifier: str, redirect_uri: str) -> str:
        """Where the member's browser goes; they come back to `redirect_uri` with the state and a code."""
        ...

    def redeem(self, *, code: str, verifier: str, redirect_uri: str) -> Mapping[str, str]:
        """The secrets for `calendars.Access`. Raises CalendarFault kinds: Forbidden when a part was not granted."""
        ...


class Vault(Protocol):
    """Keeps secrets at rest (`adapters.vault`). What is opened is what was shut; anything else raises ValueError."""

    def shut(self, secrets: Mapping[str, str]) -> str: ...

    def open(self, kept: str) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendars:
    """The ways to members' own calendars."""

    sources: CalendarSources
    vault: Vault
