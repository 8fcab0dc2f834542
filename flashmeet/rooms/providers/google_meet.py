"""Google Meet: an event in a calendar of the network's, with a conference (Calendar API v3, `conferenceData`).

The event's id is derived from the booking, so that asking twice gives the same event and the same conference. It
invites nobody. Meet has no opening hours; the only way to revoke a link is to delete its event.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from flashmeet.core.config.video import GoogleMeet
from flashmeet.core.egress.client import within
from flashmeet.core.text import one_line
from flashmeet.messages.rules.channels import Away, Outcome, Refused, Sent
from flashmeet.rooms.rules.providers import Guest, Meeting, ProviderAway

SCOPE = "https://www.googleapis.com/auth/calendar.events"
TOKENS = "https://oauth2.googleapis.com/token"
DEADLINE_SECONDS, LOOKS_EVERY = 3.0, 0.15
LONGEST_NAME = 80
_THERE, _GONE = 409, (404, 410)
_NOT_NOW = (401, 403, 429)
Service = Any
"""Google's client creates its methods at run time and has no types."""


class GoogleMeetProvider:
    """`service` builds a Calendar API client from the network's credentials."""

    name, label, ends = "google_meet", "Google Meet", True

    def __init__(
        self, service: Callable[[], Service], *, calendar: str = "primary", seconds: float = DEADLINE_SECONDS
    ) -> None:
        self._service = service
        self._calendar = calendar
        self._seconds = seconds

    def form_targets(self) -> str:
        return "https://meet.google.com https://accounts.google.com"

    def join_address(self, meeting: Meeting, guest: Guest, *, now: datetime) -> str:  # one address for all
        service = self._service()  # loads a library, sends nothing: outside the deadline
        try:
            return within(self._seconds, lambda: self._address(service.events(), meeting))
        except TimeoutError:
            raise ProviderAway("no answer") from None
        except Exception as error:
            raise ProviderAway(_reason(error)) from None

    def end(self, *, key: str, uid: str) -> Outcome:  # the event id comes from the booking's uid
        service = self._service()
        wanted = {"calendarId": self._calendar, "eventId": event_id(uid), "sendUpdates": "none"}
        try:
            within(self._seconds, lambda: service.events().delete(**wanted).execute())
        except TimeoutError:
            return Away("no answer")
        except Exception as error:
            return _outcome(error)
        return Sent()

    def _address(self, events: Service, meeting: Meeting) -> str:
        event = self._insert(events, meeting)
        if event.get("status") == "cancelled":
            raise ProviderAway("deleted")
        if event["start"].get("dateTime") is None or _instant(event["start"]) != meeting.starts_at:
            event = self._move(events, meeting)
        while _state(event) == "pending":
            time.sleep(LOOKS_EVERY)
            event = self._get(events, meeting)
        return _link(event)

    def _insert(self, events: Service, meeting: Meeting) -> dict[str, Any]:
        """Inserts the event, or returns the one that exists."""
        from googleapiclient.errors import HttpError  # noqa: PLC0415  # a vendor's library, loaded where it is needed

        try:
            return self._done(events.insert(body=_entry(meeting), **self._same()))
        except HttpError as error:
            if error.resp.status != _THERE:
                raise
            return self._get(events, meeting)

    def _get(self, events: Service, meeting: Meeting) -> dict[str, Any]:
        return self._done(events.get(calendarId=self._calendar, eventId=event_id(meeting.uid)))

    def _move(self, events: Service, meeting: Meeting) -> dict[str, Any]:
        entry = _entry(meeting)
        hours = {"start": entry["start"], "end": entry["end"]}
        return self._done(events.patch(eventId=entry["id"], body=hours, **self._same()))

    def _same(self) -> dict[str, Any]:
        return {"calendarId": self._calendar, "conferenceDataVersion": 1, "sendUpdates": "none"}

    @staticmethod
    def _done(request: Service) -> dict[str, Any]:
        return cast(dict[str, Any], request.execute())


def event_id(uid: str) -> str:
    """Returns the event id: base32hex characters, as the API requires, and not guessable."""
    return hashlib.sha256(uid.encode()).hexdigest()


def _entry(meeting: Meeting) -> dict[str, Any]:
    return {
        "id": event_id(meeting.uid),
        "summary": one_line(meeting.title, most=LONGEST_NAME),
        "start": {"dateTime": meeting.starts_at.isoformat()},
        "end": {"dateTime": meeting.ends_at.isoformat()},
        "visibility": "private",
        "transparency": "transparent",
        "reminders": {"useDefault": False},
        "conferenceData": {
            "createRequest": {"requestId": meeting.uid, "conferenceSolutionKey": {"type": "hangoutsMeet"}}
        },
    }


def _instant(told: dict[str, str]) -> datetime:
    return datetime.fromisoformat(told["dateTime"])


def _state(event: dict[str, Any]) -> str:
    """Returns pending, success or failure."""
    request = event.get("conferenceData", {}).get("createRequest", {})
    return str(request.get("status", {}).get("statusCode", "success"))


def _link(event: dict[str, Any]) -> str:
    """Returns the conference's address. Raises ProviderAway."""
    for entry in event.get("conferenceData", {}).get("entryPoints", ()):
        if entry.get("entryPointType") == "video" and str(entry.get("uri", "")).startswith("https://"):
            return str(entry["uri"])
    raise ProviderAway("no conference")


def _reason(error: Exception) -> str:
    """Returns a reason without Google's own text, which quotes addresses."""
    if isinstance(error, ProviderAway):
        return error.reason
    status = getattr(getattr(error, "resp", None), "status", None)
    return f"http {status}" if status else type(error).__name__


def _outcome(error: Exception) -> Outcome:
    status = getattr(getattr(error, "resp", None), "status", None)
    if status in _GONE:
        return Sent()
    if status is None or status >= 500:
        return Away(_reason(error))
    return Away(_reason(error), answered=True) if status in _NOT_NOW else Refused(_reason(error))


def service_for(meet: GoogleMeet) -> Service:
    """Returns a Calendar API client with the network's own credentials; sends nothing yet."""
    import google_auth_httplib2  # noqa: PLC0415  # the same
    import httplib2  # noqa: PLC0415  # the same
    from googleapiclient.discovery import build  # noqa: PLC0415  # the same

    line = google_auth_httplib2.AuthorizedHttp(_credentials(meet), http=httplib2.Http(timeout=DEADLINE_SECONDS))
    options = {"api_endpoint": f"{meet.base_url.rstrip('/')}/calendar/v3/"} if meet.base_url else None
    return build("calendar", "v3", http=line, client_options=options, static_discovery=True, cache_discovery=False)


def _credentials(meet: GoogleMeet) -> Any:  # noqa: ANN401  # Google's classes have no types
    from google.oauth2 import credentials, service_account  # noqa: PLC0415  # a vendor's library, loaded where it is needed

    tokens = f"{meet.base_url.rstrip('/')}/token" if meet.base_url else None
    if not meet.service_account:
        return credentials.Credentials(  # type: ignore[no-untyped-call]  # has no types
            None,
            refresh_token=meet.refresh_token,
            token_uri=tokens or TOKENS,
            client_id=meet.client_id,
            client_secret=meet.client_secret,
            scopes=[SCOPE],
        )
    info = json.loads(meet.service_account)
    info = {**info, "token_uri": tokens} if tokens else info
    return service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]  # has no types
        info, scopes=[SCOPE], subject=meet.subject or None
    )
