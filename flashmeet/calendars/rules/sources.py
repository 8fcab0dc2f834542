"""People's own calendars as plain values: what is read and written there, and what can go wrong.

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

MANY_GONE = "many_gone"
"""An account's fault after many of our events disappeared at once, during which no questions are asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One account at a provider, with its secrets decrypted: `settings` may be shown, `secrets` are never logged.

    caldav: settings url, user; secrets password. ics: secrets url. google, microsoft: as their adapters need.
    `may_be_empty`: its member said that nothing in the calendar takes time.
    """

    kind: CalendarKind
    tzid: str
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteCalendar:
    """A calendar of an account; `tzid` is "" where the provider names no zone."""

    remote_id: str
    name: str
    tzid: str = ""
    writable: bool = True
    primary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteEvent:
    """One event, or one series, as it is at the provider.

    `busy` is the time it takes, inside the window, with recurrences expanded; empty when it is transparent or
    cancelled. `starts_at` and `ends_at` are those of its first occurrence, whether or not it is busy. Providers that
    expand series themselves give one of these per occurrence; they may share a `uid` (iCalendar's UID).
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
    """What one sync of a calendar found, all pages together.

    `full`: `changed` is everything, and known events beyond it are gone. With `unchanged_ids` (providers whose lists
    give versions only) those are still there, unchanged. Otherwise `removed` names the deleted ones.

    `cursor` is where the next sync continues; it is stored together with what was found, never before. `tzid` is the
    zone of the calendar where the provider tells it.
    """

    cursor: str
    changed: tuple[RemoteEvent, ...] = ()
    removed: tuple[str, ...] = ()
    full: bool = False
    unchanged_ids: frozenset[str] = frozenset()
    tzid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEvent:
    """One booking to be written into one person's calendar. `uid` is the invite's; no invitation is sent.

    Without `attendee` (a switch of the calendar) the event names nobody: some servers mail attendees whatever they are
    told.
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
    """An event that we wrote, and its version as far as we know."""

    remote_id: str
    etag: str = ""


class CalendarSource(Protocol):
    """One account at a provider, opened for one conversation. Every call raises CalendarFault and its subclasses, and
    no other error that a provider can cause; none takes longer than the seconds the source was opened with."""

    def list_calendars(self) -> Sequence[RemoteCalendar]:
        """Returns the account's calendars, read-only ones too."""
        ...

    def sync(self, remote_id: str, *, cursor: str, window: Interval, known: Mapping[str, str]) -> SyncResult:
        """Syncs a calendar, reading all pages. `cursor` is "" for a full sync, else that of an earlier result.

        `known` are the versions we have (event → etag), for providers whose lists give versions only. The new cursor is
        returned only after the last page. Raises CursorGone where the provider has forgotten ours.
        """
        ...

    def get_event(self, remote_id: str, event: EventRef) -> RemoteEvent | None:
        """Fetches the event; returns None when the provider says that it is gone (404, 410, cancelled)."""
        ...

    def find_event(self, remote_id: str, uid: str) -> EventRef | None:
        """Returns the living event of that UID in the calendar, whoever put it there; None where there is none."""
        ...

    def write_event(self, remote_id: str, event: OwnEvent) -> EventRef:
        """Creates the event once; if one with our UID exists, updates that one."""
        ...

    def update_event(self, remote_id: str, ref: EventRef, event: OwnEvent) -> EventRef:
        """Updates the version that we know. Raises Conflict when it was changed there, Missing when it is gone."""
        ...

    def delete_event(self, remote_id: str, ref: EventRef) -> None:
        """Deletes the event without notifying attendees. One that is gone already is no error."""
        ...

    @property
    def renewed(self) -> Mapping[str, str] | None:
        """The new secrets, if the provider renewed them: stored in place of the old ones."""
        ...

    def close(self) -> None: ...


@runtime_checkable
class PushSource(Protocol):
    """A source whose provider sends push notifications when a calendar changes. They are hints: polling goes on."""

    def watch(self, remote_id: str, *, channel: str, token: str, address: str) -> tuple[str, datetime]:
        """Opens a channel; returns the provider's id of it and its end. Each push has `token`. Raises CalendarFault."""
        ...

    def unwatch(self, *, channel: str, resource: str) -> None:
        """Closes a channel; one that has ended is no error. Raises CalendarFault."""
        ...


class CalendarSources(Protocol):
    """Opens an account; sends nothing to the provider yet."""

    def __call__(self, access: Access, *, seconds: float) -> CalendarSource: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendars:
    """Opens members' own calendars, with the vault that holds their secrets."""

    sources: CalendarSources
    vault: Vault


CALENDARS: ServiceKey[Calendars] = ServiceKey("calendars")
