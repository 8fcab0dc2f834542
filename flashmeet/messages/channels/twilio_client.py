"""Wraps Twilio's client: sets host, timeout and types, and turns its errors into outcomes."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from types import TracebackType
from urllib.parse import SplitResult, urlsplit, urlunsplit

import requests
from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]  # has no types
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]  # has no types
from twilio.rest import Client  # type: ignore[import-untyped]  # has no types
from urllib3.exceptions import NewConnectionError

from flashmeet.core.config import Twilio
from flashmeet.core.numbers import retry_after
from flashmeet.identity.rules import BlockReason
from flashmeet.messages.rules.channels import NOT_FOUND, Away, Outcome, Refused, Sent, Unsure

TIMEOUT_SECONDS = 10
LOOKED_THROUGH = 50
CLOCKS_APART = timedelta(minutes=2)
"""How far Twilio's clock may differ from ours; it reports whole seconds."""
REFUSALS = {21610: BlockReason.OPTED_OUT, 21211: BlockReason.BAD_NUMBER, 21614: BlockReason.BAD_NUMBER}
_OURS = (21603, 21606, 21611, 21703)
"""A sender that is missing, not ours, has too many messages waiting, or is a service without numbers."""
_NOT_NOW = (408, 425, 429, 401, 403, 404)  # the last three are faults of our account, which people must fix
_GATEWAY = (502, 504)
_FAILED = ("failed", "undelivered", "canceled")

_silent = logging.getLogger(f"{__name__}.silent")
_silent.disabled = True  # Twilio's client logs numbers and texts
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)  # at DEBUG it logs the numbers that are looked up


class Account:
    """A connection to Twilio for one message. Faults of provider and network become outcomes, never exceptions."""

    def __init__(self, twilio: Twilio) -> None:
        self._http = _Http(urlsplit(twilio.base_url) if twilio.base_url else None)
        self._client = Client(twilio.account_sid, twilio.auth_token, http_client=self._http)
        self._sender = {"messaging_service_sid" if twilio.sender.startswith("MG") else "from_": twilio.sender}

    def __enter__(self) -> Account:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._http.session.close()

    def create(self, to: str, text: str, *, seconds: int, callback: str | None) -> Outcome:
        """Sends an SMS; returns Sent with Twilio's sid, or what went wrong."""
        options = {"to": to, "body": text, "validity_period": seconds, **self._sender}
        if callback:
            options["status_callback"] = callback
        try:
            return Sent(str(self._client.messages.create(**options).sid))
        except (TwilioException, requests.RequestException, ValueError) as error:
            return self._outcome(error)

    def find(self, to: str, text: str, *, since: datetime | None) -> Outcome:
        """Returns the outcome of the latest message with this text to this number; older ones belong to other rows."""
        try:
            messages = self._client.messages.list(to=to, limit=LOOKED_THROUGH)
        except (TwilioException, requests.RequestException, ValueError) as error:
            return Unsure(_name(error))
        for message in messages:
            told = message.date_created
            if since is not None and told is not None and told < since - CLOCKS_APART:
                continue
            if message.to == to and text in (message.body or ""):  # a trial account prepends words
                failed = str(message.status) in _FAILED
                return Refused(f"twilio {message.error_code or message.status}") if failed else Sent(str(message.sid))
        return Refused(NOT_FOUND)

    def check(self) -> Outcome:
        """Returns Sent if Twilio lets this account in; nothing is sent."""
        try:
            self._client.messages.list(limit=1)
        except (TwilioException, requests.RequestException, ValueError) as error:
            status = getattr(error.args[1], "status_code", None) if len(error.args) > 1 else None  # of a list's page
            return _answered(status, None, None) if isinstance(status, int) else self._outcome(error)
        return Sent()

    def _outcome(self, error: Exception) -> Outcome:
        """Returns Refused or Away only when Twilio certainly did not accept the message, else Unsure."""
        status, code = getattr(error, "status", None), getattr(error, "code", None)
        if isinstance(error, TwilioException) and isinstance(status, int):
            return _answered(status, code, self._http.retry_after)
        return Away(_name(error)) if _never_left(error) else Unsure(_name(error))


def _answered(status: int, code: object, retry_after: timedelta | None) -> Outcome:
    reason = f"twilio {status}" if code in (None, status) else f"twilio {code}"
    if status in _GATEWAY:
        return Unsure(reason)
    if status >= 500 or status in _NOT_NOW or code in _OURS:
        return Away(reason, retry_after, answered=True)
    return Refused(REFUSALS.get(code, reason) if isinstance(code, int) else reason)


def _never_left(error: Exception) -> bool:
    """Whether no connection was made, so that nothing can have arrived."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(error, requests.ConnectionError) and isinstance(
        getattr(cause, "reason", None), NewConnectionError
    )


def _name(error: Exception) -> str:
    return type(error).__name__


class _Http(TwilioHttpClient):  # type: ignore[misc]  # the class it extends has no types
    """Twilio's HTTP client, with another host if one is set. A connection serves one message: kept ones go stale."""

    def __init__(self, base: SplitResult | None) -> None:
        super().__init__(timeout=TIMEOUT_SECONDS, logger=_silent)
        self._base = base
        self.retry_after: timedelta | None = None

    def request(self, method: str, url: str, *args: object, **kwargs: object) -> object:
        if self._base:
            wanted = urlsplit(url)
            url = urlunsplit((self._base.scheme, self._base.netloc, wanted.path, wanted.query, ""))
        response = super().request(method, url, *args, **kwargs)
        self.retry_after = retry_after((response.headers or {}).get("Retry-After", ""))
        return response
