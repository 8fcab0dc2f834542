"""Google's client library, set up for flashmeet: credentials, timeouts and the meaning of its errors."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flashmeet.core.config.servers import OAuthClient
from flashmeet.core.numbers import retry_after
from flashmeet.core.provider_faults import (
    AuthFailed,
    CalendarFault,
    Conflict,
    CursorGone,
    Forbidden,
    Missing,
    RateLimited,
    Refused,
    Unreachable,
    Unreadable,
)

if TYPE_CHECKING:
    from google.oauth2.credentials import Credentials

SCOPES = (
    "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
    "https://www.googleapis.com/auth/calendar.events",
)
AUTHORIZE, TOKEN = "https://accounts.google.com/o/oauth2/v2/auth", "https://oauth2.googleapis.com/token"
RATE_REASONS = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "calendarUsageLimitsExceeded"})


def credentials_of(client: OAuthClient, secrets: Mapping[str, str]) -> Credentials:
    from google.oauth2.credentials import Credentials  # noqa: PLC0415  # the vendor's library loads when needed

    until = secrets.get("expiry")
    return Credentials(  # type: ignore[no-untyped-call]  # the vendor's code is untyped
        token=secrets.get("token") or None,
        refresh_token=secrets.get("refresh_token"),
        token_uri=token_url(client),
        client_id=client.client_id,
        client_secret=client.client_secret,
        expiry=datetime.fromisoformat(until).astimezone(UTC).replace(tzinfo=None) if until else None,  # as it wants it
    )


def secrets_in(credentials: Credentials) -> dict[str, str]:
    until: datetime | None = credentials.expiry
    kept = {
        "refresh_token": credentials.refresh_token,
        "token": credentials.token,
        "expiry": until.replace(tzinfo=UTC).isoformat() if until else None,
    }
    return {name: value for name, value in kept.items() if value}


def api_of(client: OAuthClient, credentials: Credentials, seconds: float) -> Any:  # noqa: ANN401  # it is made of the discovery document
    import httplib2  # noqa: PLC0415  # the vendor's library loads when needed
    from google_auth_httplib2 import AuthorizedHttp  # noqa: PLC0415  # as above
    from googleapiclient.discovery import build  # noqa: PLC0415  # as above

    wire = httplib2.Http(timeout=seconds)
    wire.redirect_codes = wire.redirect_codes - {308}  # Google uses 308 for "resume incomplete", not for a redirect
    options = {"api_endpoint": f"{client.base_url}/calendar/v3/"} if client.base_url else None
    return build(
        "calendar",
        "v3",
        http=AuthorizedHttp(credentials, http=wire),
        client_options=options,
        static_discovery=True,
        cache_discovery=False,
    )


def hurry(wire: Any, left: float) -> None:  # noqa: ANN401  # httplib2 has no types
    """Limits the timeout of open and future connections to `left` seconds."""
    wire.timeout = left
    for connection in wire.connections.values():
        connection.timeout = left
        if connection.sock is not None:
            connection.sock.settimeout(left)


def authorize_url(client: OAuthClient) -> str:
    return f"{client.base_url}/o/oauth2/v2/auth" if client.base_url else AUTHORIZE


def token_url(client: OAuthClient) -> str:
    return f"{client.base_url}/token" if client.base_url else TOKEN


@contextlib.contextmanager
def faults() -> Iterator[None]:
    """Translates the vendor's errors into CalendarFault."""
    import httplib2  # noqa: PLC0415  # the vendor's library loads when needed
    from google.auth.exceptions import GoogleAuthError, RefreshError  # noqa: PLC0415  # as above
    from googleapiclient.errors import Error, HttpError  # noqa: PLC0415  # as above

    try:
        yield
    except HttpError as error:
        raise _fault(error.status_code, _reason(error.content), error.resp.get("retry-after", "")) from None
    except RefreshError as error:
        raise _not_renewed(error) from None
    except (OSError, httplib2.HttpLib2Error, GoogleAuthError) as error:
        raise Unreachable(type(error).__name__) from None
    except (Error, ValueError) as error:
        raise Unreadable(type(error).__name__) from None


def _not_renewed(error: Exception) -> CalendarFault:
    """Only `invalid_grant` means that the member must reconnect; anything else may be Google's fault or ours.

    Of one that stands for a school's or a company's rule to sign in anew (`invalid_rapt`) the library tells in words.
    """
    told = " ".join(str(each) for each in error.args)
    theirs = "invalid_grant" in told or told.startswith("Reauthentication")
    return AuthFailed("invalid_grant") if theirs else Unreachable("token")


def _reason(content: bytes) -> str:
    """Returns Google's error reason, or "" when the body is not a Google error."""
    try:
        return str(json.loads(content)["error"]["errors"][0]["reason"])
    except (ValueError, KeyError, IndexError, TypeError):
        return ""


_BY_STATUS: Mapping[int, type[CalendarFault]] = {
    400: Refused,
    401: AuthFailed,
    403: Forbidden,
    404: Missing,
    409: Refused,
    410: CursorGone,
    412: Conflict,
}


def _fault(status: int, reason: str, after: str) -> CalendarFault:
    if status == 429 or (status == 403 and reason in RATE_REASONS):
        return RateLimited(retry_after(after), reason)
    return _BY_STATUS.get(status, Unreachable if status >= 500 else Unreadable)(reason)
