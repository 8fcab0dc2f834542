"""The HTTP client of Microsoft Graph: authorization, deadline, and the meaning of its errors."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from flashmeet.calendars.rules.sources import Access
from flashmeet.core.config.servers import OAuthClient
from flashmeet.core.numbers import retry_after
from flashmeet.core.oauth import OAuthProvider
from flashmeet.core.provider_faults import (
    AuthFailed,
    CalendarFault,
    Conflict,
    CursorGone,
    Forbidden,
    Missing,
    RateLimited,
    Unreachable,
    Unreadable,
)

if TYPE_CHECKING:
    import requests

GRAPH, LOGIN = "https://graph.microsoft.com/v1.0", "https://login.microsoftonline.com/common"
SCOPES = ("offline_access", "https://graph.microsoft.com/Calendars.ReadWrite")
PREFERENCES = 'IdType="ImmutableId", outlook.timezone="UTC", odata.maxpagesize=200'
SOON = timedelta(minutes=1)


def microsoft_oauth(client: OAuthClient) -> OAuthProvider:
    login = client.login_url or LOGIN
    return OAuthProvider(
        client=client,
        authorize_url=f"{login}/oauth2/v2.0/authorize",
        token_url=f"{login}/oauth2/v2.0/token",
        scopes=SCOPES,
        asks={"prompt": "select_account"},
    )


class Wire:
    """One conversation, over within `seconds`."""

    def __init__(self, client: OAuthClient, access: Access, *, seconds: float) -> None:
        import requests  # noqa: PLC0415  # the vendor's, when needed

        self.base = client.base_url or GRAPH
        self._door, self._ends = microsoft_oauth(client), time.monotonic() + seconds
        self._secrets, self._before = dict(access.secrets), dict(access.secrets)
        self._session = requests.Session()

    @property
    def renewed(self) -> Mapping[str, str] | None:
        return None if self._secrets == self._before else dict(self._secrets)

    def close(self) -> None:
        self._session.close()

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        etag: str = "",
    ) -> dict[str, Any]:
        """Sends a request. `path` begins with `/`, or is a link that Graph gave. Raises CalendarFault subclasses."""
        headers = {"Prefer": PREFERENCES, **({"If-Match": etag} if etag else {})}

        def send() -> requests.Response:
            return self._session.request(
                method,
                self._address(path),
                params=query,
                json=body,
                headers={**headers, "Authorization": f"Bearer {self._token()}"},
                timeout=self._left(),
                allow_redirects=False,
            )

        answer = _answer(send)
        if answer.status_code == 401:
            self._secrets.pop("token", None)
            answer = _answer(send)
        return _document(answer)

    def _address(self, path: str) -> str:
        """Returns the address. Follows links within Graph only, because they carry the token. Raises Unreadable."""
        if path.startswith("/"):
            return self.base + path
        if not path.startswith(f"{self.base}/"):
            raise Unreadable("a link to elsewhere")
        return path

    def _token(self) -> str:
        until = self._secrets.get("expiry")
        ended = until is None or datetime.fromisoformat(until) - SOON <= datetime.now(UTC)
        if ended or "token" not in self._secrets:
            self._secrets = dict(self._door.renew(self._secrets.get("refresh_token", ""), seconds=self._left()))
        return self._secrets["token"]

    def _left(self) -> float:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise Unreachable("too slow")
        return left


def _answer(send: Callable[[], requests.Response]) -> requests.Response:
    import requests  # noqa: PLC0415  # the vendor's, when needed

    try:
        return send()
    except requests.RequestException as error:
        raise Unreachable(type(error).__name__) from None


def _document(answer: requests.Response) -> dict[str, Any]:
    if answer.status_code >= 300:
        raise _fault(answer)
    if answer.status_code in (202, 204):
        return {}
    try:
        document = answer.json()
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise Unreadable("no document")
    return document


_BY_STATUS: Mapping[int, type[CalendarFault]] = {
    401: AuthFailed,
    403: Forbidden,
    404: Missing,
    409: Conflict,
    410: CursorGone,
    412: Conflict,
}


def _fault(answer: requests.Response) -> CalendarFault:
    status, code, after = answer.status_code, _code(answer), answer.headers.get("Retry-After", "")
    if "syncstate" in code.lower() or "resync" in code.lower():
        return CursorGone(code)
    if status == 429 or (status == 503 and after):
        return RateLimited(retry_after(after), code)
    return _BY_STATUS.get(status, Unreachable if status >= 500 else Unreadable)(code)


def _code(answer: requests.Response) -> str:
    try:
        return str(answer.json()["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return ""
