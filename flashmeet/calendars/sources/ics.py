"""A calendar that is published at an address: read only."""

from __future__ import annotations

import hashlib
import json
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, cast

from flashmeet.calendars.rules.sources import Access, EventRef, OwnEvent, RemoteCalendar, RemoteEvent, SyncResult
from flashmeet.core.egress.client import Answer, Egress
from flashmeet.core.intervals import Interval, merged
from flashmeet.core.provider_faults import AuthFailed, Forbidden, Missing, RateLimited, Unreachable, Unreadable
from flashmeet.core.zones import instant, names

if TYPE_CHECKING:
    from icalendar import Calendar, Event, vCalAddress, vDDDTypes, vRecur


ONLY = "ics"
"""The account's one calendar."""


class IcsAddress:
    """The `CalendarSource` of an ICS address. The cursor is what the server called the version it gave."""

    renewed: Mapping[str, str] | None = None

    def __init__(self, access: Access, egress: Egress, *, seconds: float) -> None:
        self._url = plain_url(access.secrets["url"])
        self._tzid, self._egress, self._seconds = access.tzid, egress, seconds

    def list_calendars(self) -> Sequence[RemoteCalendar]:
        return [RemoteCalendar(remote_id=ONLY, name="", writable=False, primary=True)]

    def sync(self, remote_id: str, *, cursor: str, window: Interval, known: Mapping[str, str]) -> SyncResult:
        answer = self._get(json.loads(cursor) if cursor else {})
        if answer.status == 304:
            return SyncResult(cursor=cursor)
        found = tuple(_event(each) for each in readings(answer.body, window=window, tzid=self._tzid))
        return SyncResult(cursor=_cursor(answer), changed=found, full=True)

    def _get(self, version: Mapping[str, str]) -> Answer:
        headers = {"Accept": "text/calendar, */*;q=0.5", **version}
        answer = self._egress.request("GET", self._url, headers=headers, seconds=self._seconds)
        check_status(answer)
        return answer

    def get_event(self, remote_id: str, event: EventRef) -> RemoteEvent | None:
        raise Forbidden("read only")

    def write_event(self, remote_id: str, event: OwnEvent) -> EventRef:
        raise Forbidden("read only")

    def update_event(self, remote_id: str, ref: EventRef, event: OwnEvent) -> EventRef:
        raise Forbidden("read only")

    def delete_event(self, remote_id: str, ref: EventRef) -> None:
        raise Forbidden("read only")

    def close(self) -> None:
        """Nothing is kept open."""


def plain_url(url: str) -> str:
    """`webcal:` is how calendars say https."""
    scheme, colon, rest = url.strip().partition(":")
    return f"https:{rest}" if colon and scheme.lower() in ("webcal", "webcals") else url.strip()


def _event(reading: Reading) -> RemoteEvent:
    seen = repr((reading.busy, reading.starts_at, reading.ends_at)).encode()
    return RemoteEvent(
        remote_id=reading.uid,
        etag=hashlib.sha256(seen).hexdigest()[:16],
        uid=reading.uid,
        busy=reading.busy,
        starts_at=reading.starts_at,
        ends_at=reading.ends_at,
    )


def _cursor(answer: Answer) -> str:
    names = {"If-None-Match": "etag", "If-Modified-Since": "last-modified"}
    version = {asked: answer.headers[told] for asked, told in names.items() if told in answer.headers}
    return json.dumps(version, sort_keys=True) if version else ""


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
        raise RateLimited(_after(answer), str(status))
    raise Unreachable(str(status))


def _after(answer: Answer) -> timedelta | None:
    told = answer.headers.get("retry-after", "")
    return timedelta(seconds=min(int(told), 3_600)) if told.isascii() and told.isdigit() else None


OFTEN = ("SECONDLY", "MINUTELY", "HOURLY")
MOST_OCCURRENCES, MOST_SECONDS = 5_000, 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All components of one UID. `busy` lies in the window, merged; first occurrence as it stands, busy or not."""

    uid: str
    busy: tuple[Interval, ...]
    starts_at: datetime | None
    ends_at: datetime | None
    cancelled: bool


def readings(data: bytes, *, window: Interval, tzid: str, me: str = "") -> list[Reading]:
    """One for each UID. Floating times and days are those of `tzid`, or of the zone that the file names as its own.

    `me` is the address whose refusal frees the time. An event whose own times cannot be read is left out; of one
    whose repeating cannot be read the first is kept. Raises Unreadable where this is no calendar.
    """
    calendar = _parsed(data)
    here = str(calendar.get("X-WR-TIMEZONE", ""))
    reader = _Reader(window, here if here in names() else tzid, me.lower())
    by_uid: dict[str, list[Event]] = {}
    for number, event in enumerate(calendar.walk("VEVENT")):
        by_uid.setdefault(str(event.get("UID", "")) or f"no-uid-{number}", []).append(cast("Event", event))
    return list(_read(reader, by_uid))


def _read(reader: _Reader, by_uid: Mapping[str, Sequence[Event]]) -> Iterator[Reading]:
    begun = time.monotonic()
    for uid, events in by_uid.items():
        if time.monotonic() - begun > MOST_SECONDS:
            raise Unreadable("too much to lay out")
        reading = reader.read(uid, events)
        if reading is not None:
            yield reading


def _parsed(data: bytes) -> Calendar:
    from icalendar import Calendar  # noqa: PLC0415  # the library loads slowly

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it guesses zones aloud
            found = Calendar.from_ical(data.decode("utf-8-sig", "replace"))
    except (ValueError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise Unreadable("no calendar") from error
    if found.name != "VCALENDAR":
        raise Unreadable("no calendar")
    return found


@dataclass(frozen=True, slots=True)
class _Reader:
    window: Interval
    tzid: str
    me: str

    def read(self, uid: str, events: Sequence[Event]) -> Reading | None:
        """None where nothing of it can be read."""
        try:
            first = self._span(events[0])
        except Exception:  # a property may be broken in any way; one event is no reason to lose the calendar
            return None
        try:
            busy = tuple(merged(self._busy(events)))
        except Exception:  # as above; how it repeats cannot be read, but when it first happens can
            busy = tuple(merged(self._within(events[0], first)))
        return Reading(
            uid=uid,
            busy=busy,
            starts_at=first.start,
            ends_at=first.end,
            cancelled=all(_status(event) == "CANCELLED" for event in events),
        )

    def _busy(self, events: Sequence[Event]) -> Iterator[Interval]:
        if len(events) == 1 and not any(name in events[0] for name in ("RRULE", "RDATE")):
            yield from self._within(events[0], self._span(events[0]))
            return
        endless = [event for event in events if _often(event)]
        for event in endless:  # more than a day can hold: the whole of it
            yield from self._within(event, Interval(self._span(event).start, self.window.end))
        if not endless:
            yield from self._laid_out(events)

    def _laid_out(self, events: Sequence[Event]) -> Iterator[Interval]:
        import recurring_ical_events  # noqa: PLC0415  # the library loads slowly
        from icalendar import Calendar  # noqa: PLC0415

        series = Calendar()
        for event in events:
            series.add_component(event)
        day = timedelta(days=1)  # days and floating times are compared without a zone
        around = self.window.widened(day, day)
        found = recurring_ical_events.of(series).between(around.start, around.end)
        for occurrence in found[:MOST_OCCURRENCES]:
            yield from self._within(occurrence, self._span(occurrence))

    def _within(self, event: Event, span: Interval) -> Iterator[Interval]:
        cut = Interval(max(span.start, self.window.start), min(span.end, self.window.end))
        if cut.start < cut.end and not self._takes_no_time(event):
            yield cut

    def _takes_no_time(self, event: Event) -> bool:
        return (
            _status(event) == "CANCELLED"
            or str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
            or str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() == "FREE"
            or (bool(self.me) and self._declined(event))
        )

    def _declined(self, event: Event) -> bool:
        return any(
            str(attendee).lower().removeprefix("mailto:") == self.me
            and str(attendee.params.get("PARTSTAT", "")).upper() == "DECLINED"
            for attendee in cast("list[vCalAddress]", _several(event, "ATTENDEE"))
        )

    def _span(self, event: Event) -> Interval:
        """DTEND, else DURATION, else a day for a day and nothing for a time; a negative length is turned round."""
        start = _date_of(event, "DTSTART")
        if "DTEND" in event:
            end = _date_of(event, "DTEND")
        elif "DURATION" in event:
            end = start + cast(timedelta, cast("vDDDTypes", event["DURATION"]).dt)
        else:
            end = start if isinstance(start, datetime) else start + timedelta(days=1)
        low, high = self._instant(start), self._instant(end, last=True)
        return Interval(min(low, high), max(low, high))

    def _instant(self, at: date, *, last: bool = False) -> datetime:
        if not isinstance(at, datetime):
            return instant(at, 0, self.tzid)
        if at.tzinfo is None:
            whole = at + timedelta(seconds=59) if last else at
            return instant(at.date(), whole.hour * 60 + whole.minute, self.tzid, last=last)
        return at.astimezone(UTC)


def _date_of(event: Event, name: str) -> date:
    """A day or a time. Raises what a broken property causes."""
    return cast(date, cast("vDDDTypes", event[name]).dt)


def _status(event: Event) -> str:
    return str(event.get("STATUS", "")).upper()


def _several(event: Event, name: str) -> list[object]:
    found = event.get(name, [])
    return found if isinstance(found, list) else [found]


def _often(event: Event) -> bool:
    """Rules that repeat within a day, or that never get anywhere: laying them out would not end."""
    return any(
        str(rule.get("FREQ", [""])[0]).upper() in OFTEN
        or any(part in rule for part in ("BYMINUTE", "BYSECOND"))
        or int(rule.get("INTERVAL", [1])[0]) < 1
        for rule in cast("list[vRecur]", _several(event, "RRULE"))
    )
