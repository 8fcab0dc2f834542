"""CalDAV: Nextcloud, iCloud, Fastmail, Zimbra, SOGo, Radicale and similar servers.

Changes are found by comparing versions (href, ETag) here: sync tokens work unevenly, and a server that answers an
expired token with everything hides deletions. The token and the CTag only show whether anything changed at all.
Recurring events are expanded here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote, urljoin
from xml.sax.saxutils import escape

from flashmeet.calendars.rules.sources import Access, EventRef, OwnEvent, RemoteCalendar, RemoteEvent, SyncResult
from flashmeet.calendars.sources.event_file import brought_up_to_date, event_file
from flashmeet.calendars.sources.ics import Reading, check_status
from flashmeet.calendars.sources.reading_process import Question, ReadFile, read_apart
from flashmeet.calendars.sources.webdav import SPACES, Dav, Found, hrefs_of, path_of
from flashmeet.core.egress.client import Answer, Egress
from flashmeet.core.intervals import Interval, merged
from flashmeet.core.provider_faults import (
    CalendarFault,
    Conflict,
    Forbidden,
    Missing,
    TooCostly,
    Unreachable,
    Unreadable,
)
from flashmeet.core.zones import names

AT_ONCE = 50
EVER = Interval(datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))
GONE, WRITTEN, NOT_AS_KNOWN = (404, 410), (200, 201, 204), (412, 409, 403)
CALENDAR = "text/calendar; charset=utf-8"


class CalDav:
    """The `calendars.rules.sources.CalendarSource` of a CalDAV account."""

    renewed: Mapping[str, str] | None = None

    def __init__(self, access: Access, egress: Egress, *, seconds: float) -> None:
        self._url, self._user, self._tzid = access.settings["url"], access.settings["user"], access.tzid
        self._dav = Dav(egress, self._user, access.secrets["password"], seconds=seconds)

    def list_calendars(self) -> Sequence[RemoteCalendar]:
        return calendars_at(self._dav, self._url, self._user)

    def sync(self, remote_id: str, *, cursor: str, window: Interval, known: Mapping[str, str]) -> SyncResult:
        version = self._version(remote_id)
        if version and version == cursor:
            return SyncResult(cursor=cursor)
        listed = self._listed(remote_id, window)
        fetch = [path for path, etag in listed.items() if not etag or not cursor or known.get(path) != etag]
        changed = self._fetched(remote_id, fetch, window)
        return SyncResult(
            cursor=version, changed=changed, full=True, unchanged_ids=frozenset(listed.keys() - set(fetch))
        )

    def _version(self, url: str) -> str:
        """Returns a version that changes with the contents; "" where the server has none. Raises Missing."""
        return "|".join(f"{each.text('s:getctag')} {each.text('d:sync-token')}".strip() for each in self._about(url))

    def _about(self, url: str) -> list[Found]:
        return self._dav.find(url, "s:getctag", "d:sync-token")[:1]

    def _listed(self, url: str, window: Interval) -> dict[str, str]:
        """Returns versions by path; "" for an event whose version the server does not tell: it is fetched anew."""
        inside = f'<c:time-range start="{_stamp(window.start)}" end="{_stamp(window.end)}"/>'
        found = self._dav.report(url, "c:calendar-query", f"<d:prop><d:getetag/></d:prop>{_events(inside)}")
        if any(each.status == 507 for each in found):
            raise Unreadable("too many events")
        return {path_of(each.url): each.text("d:getetag") for each in found if each.status not in GONE}

    def _fetched(self, url: str, paths: Sequence[str], window: Interval) -> tuple[RemoteEvent, ...]:
        """Fetches all of them except those that are gone; what a server leaves out is fetched one by one.

        What it does not show its member is there all the same, and takes nobody knows what: it counts as unread.
        """
        out: dict[str, tuple[str, bytes]] = {}
        for first in range(0, len(paths), AT_ONCE):
            inside = "<d:prop><d:getetag/><c:calendar-data/></d:prop>" + hrefs_of(paths[first : first + AT_ONCE])
            for each in self._dav.report(url, "c:calendar-multiget", inside):
                path, data = path_of(each.url), each.text("c:calendar-data")
                if each.status == 200 and data:
                    out[path] = each.text("d:getetag"), data.encode()
        for path in paths:
            if path in out:
                continue
            try:
                answer = self._get(url, path)
            except Forbidden:
                out[path] = "", b""
                continue
            if answer is not None:
                out[path] = answer.headers.get("etag", ""), answer.body
        found = self._read([data for _, data in out.values()], window)
        return tuple(_event(path, etag, each) for (path, (etag, _)), each in zip(out.items(), found, strict=True))

    def _read(self, files: Sequence[bytes], window: Interval) -> list[Reading]:
        """One for each file; one that cannot be read is named as well as may be. Raises TooCostly."""
        found = read_apart(files, Question(window=window, tzid=self._tzid, me=self._user))
        for each in found:
            if isinstance(each, TooCostly):
                raise each
        return [_whole(data, each) for data, each in zip(files, found, strict=True)]

    def get_event(self, remote_id: str, event: EventRef) -> RemoteEvent | None:
        answer = self._get(remote_id, event.remote_id)
        if answer is None:
            return None
        [reading] = self._read([answer.body], EVER)
        if reading.cancelled:
            return None
        return _event(event.remote_id, answer.headers.get("etag", ""), reading)

    def find_event(self, remote_id: str, uid: str) -> EventRef | None:
        path = self._with_uid(remote_id, uid)
        return None if path is None else EventRef(remote_id=path)

    def _get(self, calendar: str, path: str) -> Answer | None:
        answer = self._dav.ask("GET", urljoin(calendar, path))
        if answer.status in GONE:
            return None
        check_status(answer, fine=(200,))
        return answer

    def write_event(self, remote_id: str, event: OwnEvent) -> EventRef:
        path = f"{path_of(remote_id).rstrip('/')}/{event.uid}.ics"
        answer = self._put(remote_id, path, event_file(event), If_None_Match="*")
        if answer.status not in NOT_AS_KNOWN:
            return self._written(remote_id, path, answer)
        there = path if self._get(remote_id, path) else self._with_uid(remote_id, event.uid)
        if there is None:
            check_status(answer, fine=(412, 409))
            raise Conflict(str(answer.status))
        return self.update_event(remote_id, EventRef(remote_id=there), event)

    def _with_uid(self, url: str, uid: str) -> str | None:
        """Finds the invite filed by the member or a mail program under another name."""
        match = (
            f'<c:prop-filter name="UID"><c:text-match collation="i;octet">{escape(uid)}</c:text-match></c:prop-filter>'
        )
        found = self._dav.report(url, "c:calendar-query", f"<d:prop><d:getetag/></d:prop>{_events(match)}")
        return next((path_of(each.url) for each in found if each.status == 200), None)

    def update_event(self, remote_id: str, ref: EventRef, event: OwnEvent) -> EventRef:
        there = self._get(remote_id, ref.remote_id)
        if there is None:
            raise Missing("event")
        etag = there.headers.get("etag", "")
        if ref.etag and etag and _strong(etag) != _strong(ref.etag):
            raise Conflict("changed there")
        fresh = brought_up_to_date(there.body, event)
        answer = self._put(remote_id, ref.remote_id, fresh, **({"If_Match": etag} if etag else {}))
        if answer.status == 412:
            raise Conflict("changed there")
        if answer.status in GONE:
            raise Missing("event")
        return self._written(remote_id, ref.remote_id, answer)

    def delete_event(self, remote_id: str, ref: EventRef) -> None:
        known = {"If_Match": ref.etag} if ref.etag else {}
        answer = self._dav.ask("DELETE", urljoin(remote_id, ref.remote_id), None, **known, Schedule_Reply="F")
        if answer.status == 412:
            raise Conflict("changed there")
        if answer.status not in GONE:
            check_status(answer, fine=(200, 202, 204))

    def _put(self, calendar: str, path: str, body: bytes, **headers: str) -> Answer:
        return self._dav.ask("PUT", urljoin(calendar, path), body, Content_Type=CALENDAR, **headers)

    def _written(self, calendar: str, path: str, answer: Answer) -> EventRef:
        """Returns the reference; servers that alter what they are given send no ETag, which is then read."""
        check_status(answer, fine=WRITTEN)
        etag = answer.headers.get("etag") or next(
            (each.text("d:getetag") for each in self._dav.find(urljoin(calendar, path), "d:getetag")), ""
        )
        return EventRef(remote_id=path, etag=etag)

    def close(self) -> None:
        """Does nothing: no connection is kept open."""


def _event(path: str, etag: str, reading: Reading) -> RemoteEvent:
    """What cannot be read is kept in mind with its version."""
    return RemoteEvent(
        remote_id=path,
        etag=etag,
        uid=reading.uid,
        busy=reading.busy,
        starts_at=reading.starts_at,
        ends_at=reading.ends_at,
        unread=reading.unread,
    )


_SUMMARY = re.compile(rb"^SUMMARY[^:\r\n]*:([^\r\n\0]{0,80})", re.MULTILINE | re.IGNORECASE)


def _whole(data: bytes, found: ReadFile) -> Reading:
    """A file holds one event and its changes (RFC 4791 §4.1); where it holds more, all of them take their time."""
    if not isinstance(found, Unreadable) and found:
        first, *others = found
        if not others:
            return first
        busy = merged(span for each in found for span in each.busy)
        unread = next((each.unread for each in found if each.unread is not None), None)
        return replace(first, busy=tuple(busy), unread=unread, cancelled=all(each.cancelled for each in found))
    title = _SUMMARY.search(data)
    unread = (title[1].decode("utf-8", "replace") if title else "") if isinstance(found, Unreadable) else None
    return Reading(uid="", busy=(), starts_at=None, ends_at=None, cancelled=False, unread=unread)


def _events(inside: str) -> str:
    events = f'<c:comp-filter name="VEVENT">{inside}</c:comp-filter>'
    return f'<c:filter><c:comp-filter name="VCALENDAR">{events}</c:comp-filter></c:filter>'


def _strong(etag: str) -> str:
    return etag.removeprefix("W/")


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


WHO = ("d:current-user-principal", "c:calendar-home-set", "d:resourcetype")
WHAT = (
    "d:resourcetype",
    "d:displayname",
    "d:current-user-privilege-set",
    "c:calendar-timezone",
    "c:supported-calendar-component-set",
)
WRITE = ("d:write", "d:all", "d:write-content", "d:bind")
_TZID = re.compile(r"^TZID(?:;[^:]*)?:(.+?)\s*$", re.MULTILINE)


def calendars_at(dav: Dav, url: str, user: str) -> Sequence[RemoteCalendar]:
    """Returns every calendar for events. Raises CalendarFault and its subclasses: Unreadable where none is found."""
    failed: CalendarFault = Unreadable("no calendars")
    for address in _addresses(url, user):
        try:
            found = _listed(dav, address)
        except (Missing, Unreadable, Forbidden, Unreachable) as fault:
            if isinstance(fault, Unreachable) and not fault.detail.isdecimal():
                raise  # the server is away, not just this path
            failed = failed if isinstance(fault, Missing) else fault
            continue
        if found:
            return found
    raise failed


def _addresses(url: str, user: str) -> Iterator[str]:
    """Yields the address as typed, then the usual paths on that server: Nextcloud, Zimbra, SOGo."""
    yield url
    base = url if url.endswith("/") else f"{url}/"
    for way in ("/.well-known/caldav", f"{base}remote.php/dav/", f"/dav/{quote(user)}/", f"/SOGo/dav/{quote(user)}/"):
        yield urljoin(url, way)


def _listed(dav: Dav, url: str) -> list[RemoteCalendar]:
    first = next(iter(dav.find(url, *WHO)), None)
    if first is None:
        raise Unreadable("no answer about it")
    if _is_calendar(first):
        return _calendars(dav.find(url, *WHAT))
    homes = first.hrefs("c:calendar-home-set")
    for principal in first.hrefs("d:current-user-principal"):
        homes += [
            home for each in dav.find(principal, "c:calendar-home-set") for home in each.hrefs("c:calendar-home-set")
        ]
    return [each for home in dict.fromkeys(homes) for each in _calendars(dav.find(home, *WHAT, depth=1))]


def _calendars(found: Sequence[Found]) -> list[RemoteCalendar]:
    return [
        RemoteCalendar(
            remote_id=each.url,
            name=each.text("d:displayname") or each.url.rstrip("/").rpartition("/")[2],
            tzid=_tzid(each),
            writable=_writable(each),
        )
        for each in found
        if _is_calendar(each) and _holds_events(each)
    ]


def _is_calendar(found: Found) -> bool:
    return found.props.find("d:resourcetype/c:calendar", SPACES) is not None


def _holds_events(found: Found) -> bool:
    kinds = found.props.findall("c:supported-calendar-component-set/c:comp", SPACES)
    return not kinds or any(kind.get("name") == "VEVENT" for kind in kinds)


def _writable(found: Found) -> bool:
    """Whether the calendar can be written to; assumed where the server does not say."""
    if found.props.find("d:current-user-privilege-set", SPACES) is None:
        return True
    inside = "d:current-user-privilege-set/d:privilege"
    return any(found.props.find(f"{inside}/{right}", SPACES) is not None for right in WRITE)


def _tzid(found: Found) -> str:
    match = _TZID.search(found.text("c:calendar-timezone"))
    return match[1] if match and match[1] in names() else ""
