"""People's own calendars, as plain values: what is read from one, what is written there, and what can go wrong.

Instants are aware UTC. `remote_id` is the provider's name for a calendar or an event (CalDAV: the path), `etag` its
name for one version of an event; both are opaque.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from flashmeet.core.intervals import Interval
from flashmeet.core.service_keys import ServiceKey
from flashmeet.core.vault import Vault
from flashmeet.schedule.rules.calendars import CalendarKind

EMPTY = "empty"
"""In an account's settings: its member said that nothing in the calendar takes time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One account at a provider, opened: `settings` may be seen, `secrets` are never logged.

    caldav: settings url, user; secrets password. ics: secrets url. google, microsoft: as their adapters need.
    """

    kind: CalendarKind
    tzid: str
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteCalendar:
    """A calendar that an account has; `tzid` is "" where the provider names no zone."""

    remote_id: str
    name: str
    tzid: str = ""
    writable: bool = True
    primary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteEvent:
    """One event, or one series, as it stands at the provider.

    `busy` is the time it takes, inside the window, with what repeats laid out; nothing when it is transparent or
    cancelled. `starts_at` and `ends_at` are those of its first occurrence, whether or not it takes time. Providers that
    lay series out themselves give one of these for each occurrence; they may share a `uid` (iCalendar's UID).
    `unread` is its title where it could not be read wholly, None where it could.
    """

    remote_id: str
    etag: str = ""
    uid: str = ""
    busy: tuple[Interval, ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    unread: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncResult:
    """What one look at a calendar found, all pages together.

    `full`: `changed` is all there is, and what is known beyond it is gone. With `unchanged_ids` (providers whose list
    gives versions only) those are still there as they were. Otherwise `removed` names what went.
    `cursor` is where the next look goes on; it is stored together with what was found, and never before.
    """

    cursor: str
    changed: tuple[RemoteEvent, ...] = ()
    removed: tuple[str, ...] = ()
    full: bool = False
    unchanged_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEvent:
    """One of our sessions, to be written into one person's calendar. `uid` is the invite's; no invitation is sent.

    Without `attendee` (a switch of the calendar's) the event names nobody: some servers write to attendees whatever
    they are told.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    stamped_at: datetime
    summary: str
    description: str
    location: str
    organizer: str = ""
    organizer_name: str = ""
    attendee: str = ""
    attendee_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRef:
    """An event that we wrote, and the version of it that we know."""

    remote_id: str
    etag: str = ""


class CalendarSource(Protocol):
    """One account at a provider, opened for one conversation. Every call raises CalendarFault kinds, and
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendars:
    """The ways to members' own calendars."""

    sources: CalendarSources
    vault: Vault


CALENDARS: ServiceKey[Calendars] = ServiceKey("calendars")
