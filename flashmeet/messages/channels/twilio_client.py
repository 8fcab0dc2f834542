"""Twilio's client at our border: it gets an address, a time-out and types here, and its errors become outcomes."""

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
from flashmeet.identity.rules import BlockReason
from flashmeet.messages.rules.channels import NOT_FOUND, Away, Outcome, Refused, Sent, SignatureCheck, Unsure

TIMEOUT_SECONDS = 10
LOOKED_THROUGH = 50
CLOCKS_APART = timedelta(minutes=2)
"""By how much Twilio's clock may differ from ours; it tells whole seconds."""
REFUSALS = {21610: BlockReason.OPTED_OUT, 21211: BlockReason.BAD_NUMBER, 21614: BlockReason.BAD_NUMBER}
_NOT_NOW = (408, 425, 429, 401, 403, 404)  # the last three: our account, to be mended by people
_GATEWAY = (502, 504)
_FAILED = ("failed", "undelivered", "canceled")

_silent = logging.getLogger(f"{__name__}.silent")
_silent.disabled = True  # Twilio's client logs numbers and texts
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)  # at DEBUG it logs the number that is looked up


class Account:
    """One conversation with Twilio. Nothing that the provider or the network does is raised."""

    def __init__(self, twilio: Twilio) -> None:
        self._http = _Http(urlsplit(twilio.base_url) if twilio.base_url else None)
        self._client = Client(twilio.account_sid, twilio.auth_token, http_client=self._http)
        self._sender = {"messaging_service_sid" if twilio.sender.startswith("MG") else "from_": twilio.sender}

    def __enter__(self) -> Account:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._http.session.close()

    def create(self, to: str, text: str, *, seconds: int, callback: str | None) -> Outcome:
        """Sent with Twilio's sid."""
        options = {"to": to, "body": text, "validity_period": seconds, **self._sender}
        if callback:
            options["status_callback"] = callback
        try:
            return Sent(str(self._client.messages.create(**options).sid))
        except (TwilioException, requests.RequestException, ValueError) as error:
            return self._outcome(error)

    def find(self, to: str, text: str, *, since: datetime | None) -> Outcome:
        """What became of the latest message of that text to that number; an older one, of another row, is not it."""
        try:
            messages = self._client.messages.list(to=to, limit=LOOKED_THROUGH)
        except (TwilioException, requests.RequestException, ValueError) as error:
            return Unsure(_name(error))
        for message in messages:
            told = message.date_created
            if since is not None and told is not None and told < since - CLOCKS_APART:
                continue
            if message.to == to and text in (message.body or ""):  # a trial account puts words before it
                failed = str(message.status) in _FAILED
                return Refused(f"twilio {message.error_code or message.status}") if failed else Sent(str(message.sid))
        return Refused(NOT_FOUND)

    def _outcome(self, error: Exception) -> Outcome:
        """Refused and Away only where Twilio surely has not taken it."""
        status, code = getattr(error, "status", None), getattr(error, "code", None)
        if isinstance(error, TwilioException) and isinstance(status, int):
            return _answered(status, code, self._http.retry_after)
        return Away(_name(error)) if _never_left(error) else Unsure(_name(error))


def _answered(status: int, code: object, retry_after: timedelta | None) -> Outcome:
    reason = f"twilio {status}" if code in (None, status) else f"twilio {code}"
    if status in _GATEWAY:
        return Unsure(reason)
    if status >= 500 or status in _NOT_NOW:
        return Away(reason, retry_after, answered=True)
    return Refused(REFUSALS.get(code, reason) if isinstance(code, int) else reason)


def _never_left(error: Exception) -> bool:
    """Whether no connection came about at all, so that nothing can have arrived."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(error, requests.ConnectionError) and isinstance(
        getattr(cause, "reason", None), NewConnectionError
    )


def _name(error: Exception) -> str:
    return type(error).__name__


class _Http(TwilioHttpClient):  # type: ignore[misc]  # the class it extends has no types
    """Twilio's own, sent to another host if one is set. A connection serves one conversation: kept ones go stale."""

    def __init__(self, base: SplitResult | None) -> None:
        super().__init__(timeout=TIMEOUT_SECONDS, logger=_silent)
        self._base = base
        self.retry_after: timedelta | None = None

    def request(self, method: str, url: str, *args: object, **kwargs: object) -> object:
        if self._base:
            wanted = urlsplit(url)
            url = urlunsplit((self._base.scheme, self._base.netloc, wanted.path, wanted.query, ""))
        response = super().request(method, url, *args, **kwargs)
        self.retry_after = _seconds((response.headers or {}).get("Retry-After", ""))
        return response


def _seconds(header: str) -> timedelta | None:
    """Retry-After in seconds (RFC 9110 §10.2.3); its other form, a date, is left to our own back-off."""
    return timedelta(seconds=int(header)) if header.isascii() and header.isdigit() and len(header) < 6 else None


def signature_check(twilio: Twilio) -> SignatureCheck:
    """The check for the account of this installation."""

    def is_signed(url: str, form: object, signature: str) -> bool:
        from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # noqa: PLC0415  # no types; loaded on the first call

        return bool(signature) and bool(RequestValidator(twilio.auth_token).validate(url, form, signature))

    return is_signed
