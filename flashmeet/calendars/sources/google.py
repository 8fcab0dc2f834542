"""Google Calendar: the `CalendarSource` of an account, and the conversion of events."""

from __future__ import annotations

import contextlib
import hashlib
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from flashmeet.calendars.rules.sources import Access, EventRef, OwnEvent, RemoteCalendar, RemoteEvent, SyncResult
from flashmeet.core.config.servers import OAuthClient
from flashmeet.core.google_client import api_of, credentials_of, faults, hurry, secrets_in
from flashmeet.core.intervals import Interval
from flashmeet.core.numbers import number_or_none
from flashmeet.core.provider_faults import Conflict, CursorGone, Forbidden, Missing, Refused, Unreachable, Unreadable
from flashmeet.core.zones import day_span, names, utc_text

if TYPE_CHECKING:
    from googleapiclient.http import HttpRequest


A_PAGE = 2_500
LATEST = 253_402_300_799_000
"""The end of the year 9999, in milliseconds since 1970."""
MOST_PAGES = 40
_READERS = ("freeBusyReader", "reader", "writer", "owner")


class GoogleCalendars:
    """One account, opened with the secrets `refresh_token`, `token` and `expiry`."""

    def __init__(self, client: OAuthClient, access: Access, *, seconds: float) -> None:
        self._ends = time.monotonic() + seconds
        self._tzid, self._before = access.tzid, dict(access.secrets)
        self._credentials = credentials_of(client, access.secrets)
        self._api = api_of(client, self._credentials, seconds)

    def list_calendars(self) -> Sequence[RemoteCalendar]:
        fields = "nextPageToken,items(id,summary,summaryOverride,timeZone,accessRole,primary,deleted)"
        items = [
            item
            for page in self._pages(
                lambda token: self._api.calendarList().list(
                    maxResults=250, showHidden=True, fields=fields, pageToken=token
                )
            )
            for item in page.get("items", ())
        ]
        return [_calendar(item) for item in items if item.get("accessRole") in _READERS and not item.get("deleted")]

    def sync(self, remote_id: str, *, cursor: str, window: Interval, known: Mapping[str, str]) -> SyncResult:
        """Syncs with series expanded. With a cursor Google does not accept a window: it keeps that of the full sync."""
        asked: dict[str, Any] = {
            "calendarId": remote_id,
            "singleEvents": True,
            "maxAttendees": 1,
            "maxResults": A_PAGE,
            "fields": f"nextPageToken,nextSyncToken,timeZone,items({FIELDS})",
        }
        asked |= {"syncToken": cursor} if cursor else _bounds(window)
        pages = list(self._pages(lambda token: self._api.events().list(pageToken=token, **asked)))
        fresh = pages[-1].get("nextSyncToken")
        if not fresh:
            raise Unreadable("no sync token")
        items = {item["id"]: (item, page.get("timeZone") or self._tzid) for page in pages for item in page["items"]}
        return SyncResult(
            cursor=fresh,
            changed=tuple(
                read_event(item, tzid=tzid, window=window) for item, tzid in items.values() if not is_gone(item)
            ),
            removed=_removed([item["id"] for item, _ in items.values() if is_gone(item)], known) if cursor else (),
            full=not cursor,
            tzid=pages[-1].get("timeZone", ""),
        )

    def get_event(self, remote_id: str, event: EventRef) -> RemoteEvent | None:
        found = self._found(remote_id, event.remote_id)
        return None if found is None else read_event(found, tzid=self._tzid)

    def find_event(self, remote_id: str, uid: str) -> EventRef | None:
        items = self._ask(self._api.events().list(calendarId=remote_id, iCalUID=uid, maxResults=1)).get("items", ())
        return next((_ref(each) for each in items if not is_gone(each)), None)

    def write_event(self, remote_id: str, event: OwnEvent) -> EventRef:
        """Inserts under an id of ours and the invite's UID; an event that exists under either is updated."""
        body = {**written(event), "id": event_id(event.uid), "iCalUID": event.uid}
        insert = self._api.events().insert
        try:
            return _ref(self._ask(insert(calendarId=remote_id, sendUpdates="none", body=body)))
        except Refused:  # deleted by hand, the id stays taken; or the mailbox filed the invite
            found = self._under(remote_id, event.uid)
            if found is None:
                raise
        return self._brought_up_to_date(remote_id, found, event)

    def update_event(self, remote_id: str, ref: EventRef, event: OwnEvent) -> EventRef:
        try:
            return self._changed(remote_id, ref, event)
        except Conflict:
            if self._found(remote_id, ref.remote_id) is None:
                raise Missing from None
            raise
        except Forbidden as fault:
            if fault.detail != "forbiddenForNonOrganizer":
                raise
            return ref  # an invite filed by the mailbox follows our mails

    def delete_event(self, remote_id: str, ref: EventRef) -> None:
        request = self._api.events().delete(calendarId=remote_id, eventId=ref.remote_id, sendUpdates="none")
        with contextlib.suppress(Missing, CursorGone):  # 404 and 410: gone
            self._ask(request)

    @property
    def renewed(self) -> Mapping[str, str] | None:
        now = secrets_in(self._credentials)
        return None if now == self._before else now

    def close(self) -> None:
        self._api.close()

    def watch(self, remote_id: str, *, channel: str, token: str, address: str) -> tuple[str, datetime]:
        """Asks Google to notify `address` of changes; returns its id for the channel, and when that ends."""
        body = {"id": channel, "type": "web_hook", "address": address, "token": token}
        made = self._ask(self._api.events().watch(calendarId=remote_id, body=body))
        ends_at = number_or_none(str(made.get("expiration", "")), most=LATEST)
        if ends_at is None:
            raise Unreadable("channel")
        return made["resourceId"], datetime.fromtimestamp(ends_at / 1000, UTC)

    def unwatch(self, *, channel: str, resource: str) -> None:
        """Closes a channel; one that has ended is no error."""
        with contextlib.suppress(Missing):
            self._ask(self._api.channels().stop(body={"id": channel, "resourceId": resource}))

    def _found(self, remote_id: str, name: str) -> dict[str, Any] | None:
        """Returns the event, or None when Google says that it is gone."""
        try:
            found = self._ask(self._api.events().get(calendarId=remote_id, eventId=name, maxAttendees=1))
        except (Missing, CursorGone):
            return None
        return None if is_gone(found) else found

    def _under(self, remote_id: str, uid: str) -> dict[str, Any] | None:
        """Returns the event under our id, deleted or not, or under our UID."""
        with contextlib.suppress(Missing, CursorGone):
            return self._ask(self._api.events().get(calendarId=remote_id, eventId=event_id(uid), maxAttendees=1))
        items = self._ask(self._api.events().list(calendarId=remote_id, iCalUID=uid, maxResults=1)).get("items", ())
        return items[0] if items else None

    def _brought_up_to_date(self, remote_id: str, found: dict[str, Any], event: OwnEvent) -> EventRef:
        """Updates the event, except an invite that Google filed itself, which follows our mails."""
        if found.get("organizer", {}).get("self", True):
            return self._changed(remote_id, _ref(found), event)
        return _ref(found)

    def _changed(self, remote_id: str, ref: EventRef, event: OwnEvent) -> EventRef:
        """Updates only the version that we know."""
        request = self._api.events().patch(
            calendarId=remote_id, eventId=ref.remote_id, sendUpdates="none", body=written(event)
        )
        if ref.etag:
            request.headers["If-Match"] = ref.etag
        try:
            return _ref(self._ask(request))
        except CursorGone:  # 410 means the event here
            raise Missing from None

    def _pages(self, ask: Callable[[str | None], HttpRequest]) -> Iterator[dict[str, Any]]:
        """Yields every page. Raises Unreadable for a list without end."""
        token: str | None = None
        for _ in range(MOST_PAGES):
            page = self._ask(ask(token))
            page.setdefault("items", [])
            yield page
            token = page.get("nextPageToken")
            if not token:
                return
        raise Unreadable("pages without end")

    def _ask(self, request: HttpRequest) -> dict[str, Any]:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise Unreachable("too slow")
        hurry(self._api._http.http, left)
        with faults():
            answer: dict[str, Any] = request.execute() or {}
            return answer


def _calendar(item: Mapping[str, Any]) -> RemoteCalendar:
    return RemoteCalendar(
        remote_id=item["id"],
        name=item.get("summaryOverride") or item.get("summary", ""),
        tzid=item.get("timeZone", ""),
        writable=item["accessRole"] in ("writer", "owner"),
        primary=bool(item.get("primary")),
    )


def _bounds(window: Interval) -> dict[str, str]:
    return {"timeMin": window.start.isoformat(), "timeMax": window.end.isoformat()}


_OCCURRENCE = re.compile(r"(?P<series>.+)_\d{8}(?:T\d{6}Z)?")


def _removed(ids: Sequence[str], known: Mapping[str, str]) -> tuple[str, ...]:
    """A series that went takes its occurrences along: their ids are its own and their first time.

    A series that was split off (`_R20261216T090000`) is another one, and lives on.
    """
    gone = set(ids)
    taken = {each for each in known if (of := _OCCURRENCE.fullmatch(each)) and of["series"] in gone}
    return tuple(sorted(gone | taken))


def _ref(event: Mapping[str, Any]) -> EventRef:
    return EventRef(remote_id=event["id"], etag=event.get("etag", ""))


FIELDS = "id,etag,status,iCalUID,transparency,start,end,attendees(self,responseStatus)"
"""The only fields read of an event: no titles, no names."""

Json = Mapping[str, Any]


def read_event(event: Json, *, tzid: str, window: Interval | None = None) -> RemoteEvent:
    """Reads an event. All-day events are days in `tzid`; outside `window` nothing is busy. Raises Unreadable."""
    try:
        span = _span(event, tzid)
        taken = (span,) if span.start < span.end and _takes_time(event) else ()
        return RemoteEvent(
            remote_id=event["id"],
            etag=event.get("etag", ""),
            uid=event.get("iCalUID", ""),
            busy=tuple(each for each in taken if window is None or each.overlaps(window)),
            starts_at=span.start,
            ends_at=span.end,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable("event") from error


def is_gone(event: Json) -> bool:
    return event.get("status") == "cancelled"


def written(event: OwnEvent) -> dict[str, Any]:
    """Returns the body of a booking's event. It has no attendees, because Google would mail them."""
    return {
        "summary": event.summary,
        "description": event.description,
        "location": event.location,
        "start": {"dateTime": utc_text(event.starts_at), "timeZone": "UTC"},
        "end": {"dateTime": utc_text(event.ends_at), "timeZone": "UTC"},
        "status": "confirmed",
        "transparency": "opaque",
        "visibility": "private",
    }


def event_id(uid: str) -> str:
    """Returns the event id of a booking (a-v and 0-9): always the same, so that nothing is written twice."""
    return f"fm{hashlib.sha256(uid.encode()).hexdigest()}"


def _takes_time(event: Json) -> bool:
    declined = any(each.get("self") and each.get("responseStatus") == "declined" for each in event.get("attendees", ()))
    return event.get("transparency") != "transparent" and not is_gone(event) and not declined


def _span(event: Json, tzid: str) -> Interval:
    """Returns the time from start to end, whichever is first; dates are days in the calendar's zone, at least one."""
    start, end = (_told(event[which], tzid) for which in ("start", "end"))
    low, high = min(start[0], end[0]), max(start[0], end[0])
    return Interval(low, max(high, min(start[1], end[1])))


def _told(moment: Json, tzid: str) -> tuple[datetime, datetime]:
    """Returns the instant of a `dateTime` with its offset, twice, or the begin and end of a `date` in `tzid`."""
    if "dateTime" in moment:
        at = datetime.fromisoformat(moment["dateTime"])
        if at.tzinfo is None:
            raise ValueError("no offset")
        return at.astimezone(UTC), at.astimezone(UTC)
    return day_span(date.fromisoformat(moment["date"]), tzid if tzid in names() else "UTC")
