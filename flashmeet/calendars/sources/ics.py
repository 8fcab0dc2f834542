"""A calendar published at an ICS address: read-only."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from datetime import timedelta

from flashmeet.calendars.rules.sources import Access, EventRef, OwnEvent, RemoteCalendar, RemoteEvent, SyncResult
from flashmeet.calendars.rules.typed_addresses import typed_address
from flashmeet.calendars.sources.busy_reader import Reading, readings
from flashmeet.calendars.sources.content_lines import FOLD
from flashmeet.calendars.sources.reading_process import Question, read_apart
from flashmeet.core.egress.client import MOST_BYTES, Answer, Egress
from flashmeet.core.intervals import Interval
from flashmeet.core.numbers import retry_after
from flashmeet.core.provider_faults import (
    AuthFailed,
    Forbidden,
    Missing,
    NothingThere,
    RateLimited,
    Unreachable,
    Unreadable,
)
from flashmeet.schedule.rules.timetables import timetable_at

__all__ = ["ONLY", "IcsAddress", "Reading", "check_status", "digest_of", "readings"]

AN_HOUR = timedelta(hours=1)
ONLY = "ics"
"""The remote id of the account's one calendar."""


class IcsAddress:
    """The `CalendarSource` of an ICS address. The cursor is the version that the server gave, by name and digest."""

    renewed: Mapping[str, str] | None = None

    def __init__(self, access: Access, egress: Egress, *, seconds: float) -> None:
        self._url = typed_address(access.secrets["url"])
        self._tzid, self._egress, self._seconds = access.tzid, egress, seconds
        self._may_be_empty, self._timetable = access.may_be_empty, timetable_at(self._url) is not None

    def list_calendars(self) -> Sequence[RemoteCalendar]:
        return [RemoteCalendar(remote_id=ONLY, name="", writable=False, primary=True)]

    def sync(self, remote_id: str, *, cursor: str, window: Interval, known: Mapping[str, str]) -> SyncResult:
        """The file is read only where it is another than the one before. Raises NothingThere for one in which nothing
        takes time, unless its member said that this is so."""
        version = self._version(cursor)
        answer = self._get({name: version[name] for name in ASKED if name in version})
        if answer.status == 304 and not any(name in version for name in ASKED):
            raise Unreachable("304, though nothing was asked of an earlier version")
        if answer.status == 304:
            return SyncResult(cursor=cursor)
        body = unpacked(answer.body)
        digest = digest_of(body)
        fresh = json.dumps({**_date_of(answer), "tzid": self._tzid, "digest": digest}, sort_keys=True)
        if version.get("digest") == digest:
            return SyncResult(cursor=fresh)
        [found] = read_apart([body], Question(window=window, tzid=self._tzid, timetable=self._timetable))
        if isinstance(found, Unreadable):
            raise found
        if not self._may_be_empty and not any(each.takes_time for each in found):
            raise NothingThere
        return SyncResult(cursor=fresh, changed=tuple(_event(each) for each in found), full=True)

    def _version(self, cursor: str) -> Mapping[str, str]:
        """What was read before, unless the zone in which it was read is another now."""
        version: Mapping[str, str] = json.loads(cursor) if cursor else {}
        return version if version.get("tzid") == self._tzid else {}

    def _get(self, version: Mapping[str, str]) -> Answer:
        headers = {"Accept": "text/calendar, */*;q=0.5", **version}
        answer = self._egress.request("GET", self._url, headers=headers, seconds=self._seconds)
        check_status(answer)
        return answer

    def get_event(self, remote_id: str, event: EventRef) -> RemoteEvent | None:
        raise Forbidden("read only")

    def find_event(self, remote_id: str, uid: str) -> EventRef | None:
        raise Forbidden("read only")

    def write_event(self, remote_id: str, event: OwnEvent) -> EventRef:
        raise Forbidden("read only")

    def update_event(self, remote_id: str, ref: EventRef, event: OwnEvent) -> EventRef:
        raise Forbidden("read only")

    def delete_event(self, remote_id: str, ref: EventRef) -> None:
        raise Forbidden("read only")

    def close(self) -> None:
        """Does nothing: no connection is kept open."""


def unpacked(body: bytes) -> bytes:
    """Returns the file, unpacked where it was packed without a word about it. Raises Unreadable."""
    if not body.startswith(_GZIP):
        return body
    try:
        unpack = zlib.decompressobj(wbits=31)
        found = unpack.decompress(body, MOST_BYTES + 1)
    except zlib.error as error:
        raise Unreadable("badly packed") from error
    if len(found) > MOST_BYTES or not unpack.eof:
        raise Unreadable("too large")
    return found


def _event(reading: Reading) -> RemoteEvent:
    seen = repr((reading.busy, reading.starts_at, reading.ends_at, reading.unread)).encode()
    return RemoteEvent(
        remote_id=reading.uid,
        etag=hashlib.sha256(seen).hexdigest()[:16],
        uid=reading.uid,
        busy=reading.busy,
        starts_at=reading.starts_at,
        ends_at=reading.ends_at,
        unread=reading.unread,
    )


ASKED = {"If-None-Match": "etag", "If-Modified-Since": "last-modified"}
_GZIP = b"\x1f\x8b\x08"
_NO_MATTER = re.compile(
    rb"^(?:DTSTAMP|LAST-MODIFIED|CREATED|SEQUENCE|DESCRIPTION|X-ALT-DESC)[;:][^\r\n]*[\r\n]*",
    re.MULTILINE | re.IGNORECASE,
)
_UID = re.compile(rb"^UID[;:][^\r\n]*", re.MULTILINE | re.IGNORECASE)


def _date_of(answer: Answer) -> dict[str, str]:
    return {asked: answer.headers[told] for asked, told in ASKED.items() if told in answer.headers}


def digest_of(body: bytes) -> str:
    """The same for the same times: many servers stamp every event anew whenever they are asked, note the minute of the
    export in its description, or give it another UID. UIDs count by what they have in common alone."""
    met: dict[bytes, bytes] = {}
    told = _NO_MATTER.sub(b"", FOLD.sub(b"", body))
    same = _UID.sub(lambda uid: met.setdefault(uid[0], b"UID:%d" % len(met)), told)
    return hashlib.sha256(same).hexdigest()


def check_status(answer: Answer, *, fine: Sequence[int] = (200, 207, 304)) -> None:
    """Raises the fault that a status stands for, unless it is one of `fine`."""
    status = answer.status
    if status in fine:
        return
    if status == 401:
        raise AuthFailed
    if status in (402, 403):
        raise Forbidden(str(status))
    if status in (404, 410):
        raise Missing(str(status))
    if status == 429 or (status == 503 and "retry-after" in answer.headers):
        raise RateLimited(retry_after(answer.headers.get("retry-after", ""), most=AN_HOUR), str(status))
    raise Unreachable(str(status))
