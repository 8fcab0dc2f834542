"""BigBlueButton: `create` before each join (it is idempotent), a join address bound to that meeting, and `end`.

Source: the BigBlueButton API documentation. Its addresses never expire by themselves: `createTime` binds each to a
meeting that ends by itself when our door closes, and none is shown or stored.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

from flashmeet.core.config.video import BigBlueButton
from flashmeet.core.egress.client import within
from flashmeet.core.numbers import number_or_none
from flashmeet.core.text import one_line
from flashmeet.messages.rules.channels import Away, Outcome, Refused, Sent
from flashmeet.rooms.rules.providers import Guest, Meeting, ProviderAway, origin_of
from flashmeet.schedule.rules.booked_hour import SeatRole

DEADLINE_SECONDS = 3.0
LONGEST_ANSWER = 64 * 1024
LONGEST_NAME = 80
SEATS = 3
"""Two people, and one who rejoins before the server has noticed that they left."""
_OUR_FAULT = ("checksumError", "unsupportedRequest")


class BigBlueButtonProvider:
    name, label, ends = "bigbluebutton", "BigBlueButton", True

    def __init__(self, bbb: BigBlueButton, *, seconds: float = DEADLINE_SECONDS) -> None:
        self._bbb = bbb
        self._seconds = seconds

    def form_targets(self) -> str:
        """Allows any https host, because a balancer may redirect to a server whose name is unknown here."""
        return f"{origin_of(self._bbb.url)} https:"

    def join_address(self, meeting: Meeting, guest: Guest, *, now: datetime) -> str:
        made = self._ask("create", self._meeting(meeting, now))
        created = made.get("createTime", "")
        if made.get("returncode") != "SUCCESS" or number_or_none(created) is None:
            raise ProviderAway(_reason(made))
        return self.address(
            "join",
            {
                "fullName": one_line(guest.name, most=LONGEST_NAME) or "?",
                "meetingID": meeting.key,
                "userID": guest.id,
                "role": "MODERATOR" if guest.role == SeatRole.MENTOR else "VIEWER",
                "createTime": created,
                "redirect": "true",
            },
        )

    def end(self, *, key: str, uid: str) -> Outcome:  # `key` names the meeting
        try:
            told = self._ask("end", {"meetingID": key, "password": self._password("moderator", key)})
        except ProviderAway as error:
            return Away(error.reason)
        if told.get("returncode") == "SUCCESS" or told.get("messageKey") == "notFound":
            return Sent()
        reason = _reason(told)
        return Away(reason, answered=True) if told.get("messageKey") in _OUR_FAULT else Refused(reason)

    def address(self, call: str, query: Mapping[str, str]) -> str:
        """Returns the signed address of a call: the checksum covers the call, the exact query, and the secret."""
        text = urlencode(query)
        checksum = hashlib.sha256(f"{call}{text}{self._bbb.secret}".encode()).hexdigest()
        return f"{self._bbb.url}/api/{call}?{text}{'&' if text else ''}checksum={checksum}"

    def _meeting(self, meeting: Meeting, now: datetime) -> dict[str, str]:
        left = max(meeting.closes_at - now, timedelta(minutes=1))
        return {
            "name": one_line(meeting.title, most=LONGEST_NAME) or "?",
            "meetingID": meeting.key,
            # Constant: older servers refuse a meeting whose passwords differ from those it was created with.
            "attendeePW": self._password("attendee", meeting.key),
            "moderatorPW": self._password("moderator", meeting.key),
            "duration": str(math.ceil(left.total_seconds() / 60)),
            "maxParticipants": str(SEATS),
            "guestPolicy": "ALWAYS_ACCEPT",
            "record": "false",
            "autoStartRecording": "false",
            "allowStartStopRecording": "false",
            "logoutURL": meeting.back,
        }

    def _password(self, role: str, key: str) -> str:
        return hmac.new(self._bbb.secret.encode(), f"{role}\0{key}".encode(), "sha256").hexdigest()[:32]

    def _ask(self, call: str, query: Mapping[str, str]) -> dict[str, str]:
        """Returns the server's answer by element name. Raises ProviderAway."""
        try:
            body = within(self._seconds, lambda: _fetch(self.address(call, query), self._seconds))
        except TimeoutError:
            raise ProviderAway("no answer") from None
        return _read(body)


def _fetch(address: str, seconds: float) -> bytes:
    """Raises ProviderAway. The library's errors contain the address and its checksum, and are not passed on."""
    import requests  # noqa: PLC0415  # loaded where it is configured

    try:
        with requests.get(address, timeout=seconds, stream=True, allow_redirects=False) as answer:
            body = answer.raw.read(LONGEST_ANSWER + 1, decode_content=True)
            status = answer.status_code
    except (requests.RequestException, OSError, ValueError) as error:
        raise ProviderAway(type(error).__name__) from None
    if status != 200:
        raise ProviderAway(f"http {status}")
    if len(body) > LONGEST_ANSWER:
        raise ProviderAway("unreadable")
    return bytes(body)


def _read(body: bytes) -> dict[str, str]:
    """Returns the texts of a flat XML answer. Raises ProviderAway."""
    from defusedxml import DefusedXmlException, ElementTree  # noqa: PLC0415  # loaded where it is configured

    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, DefusedXmlException, ValueError):
        raise ProviderAway("unreadable") from None
    return {each.tag: (each.text or "").strip() for each in root}


def _reason(told: Mapping[str, str]) -> str:
    """Returns the server's `messageKey`, if it is one word."""
    key = told.get("messageKey", "")
    return f"said {key}" if key.isascii() and key.isalnum() and len(key) <= 40 else "unreadable"
