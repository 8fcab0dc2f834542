"""Sends SMS through Twilio's Messages API, or a compatible host."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flashmeet.core.config import Twilio
from flashmeet.messages.rendering.renderer import Renderer, written
from flashmeet.messages.rules.channels import ChannelName, Late, Outcome, Outgoing, Refused

if TYPE_CHECKING:
    from flashmeet.messages.channels.twilio_client import Account

LONGEST_VALIDITY = timedelta(hours=10)
CALLBACK_PATH = "/hooks/twilio/status"


class TwilioChannel:
    """The `Channel` of SMS. Reasons carry Twilio's codes, never a number."""

    name = ChannelName.SMS
    batch = 1

    def __init__(
        self, twilio: Twilio, renderer: Renderer, *, clock: Callable[[], datetime], per_second: float = 10.0
    ) -> None:
        self.per_second = per_second
        self._twilio = twilio
        self._renderer = renderer
        self._clock = clock
        self._callback = callback_for(renderer.links.base_url)

    def send(self, messages: Sequence[Outgoing]) -> Iterator[tuple[int, Outcome]]:
        for message in messages:
            yield message.id, self._with_text(message, self._create)

    def look_up(self, message: Outgoing) -> Outcome:
        """Returns Sent when Twilio has this text for this number; an unknown message is Refused, never sent blindly."""
        return self._with_text(message, self._find)

    def _with_text(self, message: Outgoing, act: Callable[[Account, Outgoing, str], Outcome]) -> Outcome:
        from flashmeet.messages.channels.twilio_client import Account  # noqa: PLC0415  # the vendor's library loads slowly

        text = written(lambda: self._renderer.sms(message))
        if isinstance(text, Refused):
            return text
        with Account(self._twilio) as account:
            return act(account, message, text)

    def _create(self, account: Account, message: Outgoing, text: str) -> Outcome:
        seconds = validity(message.not_after, now=self._clock())
        if seconds < 1:
            return Refused("too late")
        if not message.in_time():
            return Late()
        return account.create(message.address, text, seconds=seconds, callback=self._callback)

    def _find(self, account: Account, message: Outgoing, text: str) -> Outcome:
        return account.find(message.address, text, since=message.due_at)


def validity(not_after: datetime | None, *, now: datetime) -> int:
    """Returns how many whole seconds Twilio may hold it: not beyond `not_after`, ten hours at most."""
    left = LONGEST_VALIDITY if not_after is None else min(not_after - now, LONGEST_VALIDITY)
    return int(left.total_seconds())


def callback_for(base_url: str) -> str | None:
    """Returns the address of delivery reports; None when Twilio could not reach it, or only without TLS."""
    url = urlsplit(base_url)
    return base_url + CALLBACK_PATH if url.scheme == "https" and _is_public(url.hostname or "") else None


def _is_public(host: str) -> bool:
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".internal", ".test", ".localhost"))
