"""Rules of the built-in room: when its door is open, and what two browsers may signal through it."""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from flashmeet.core.errors import BadInput, OutOfRange, TooLong
from flashmeet.core.settings.policies import RoomTimes
from flashmeet.schedule.rules.booked_hour import BookingStatus, Mode, room_open_span


class DoorState(StrEnum):
    """What somebody with the right link finds."""

    EARLY = "early"
    OPEN = "open"
    LATE = "late"
    CANCELLED = "cancelled"
    PENDING = "pending"
    ELSEWHERE = "elsewhere"  # they agreed to meet by phone or on site


class PeerState(StrEnum):
    """Whether a person is in the room."""

    HERE = "here"
    AWAY = "away"  # not heard from for a while; they may come back
    LEFT = "left"


class SignalKind(StrEnum):
    """Kinds of signalling messages."""

    DESCRIPTION = "description"
    CANDIDATES = "candidates"
    STATE = "state"
    CHAT = "chat"


KEPT_AFTER_CLOSING = timedelta(hours=1)
RELAY_AFTER_CLOSING = timedelta(hours=1)

KINDS = frozenset(SignalKind)
BODY_BYTES = 64 * 1024
BATCH = 32
NUMBERS = 500
"""How many messages one page load may send; a call needs some dozens."""


def door_state(
    *,
    status: BookingStatus,
    mode: Mode,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    times: RoomTimes | None = None,
) -> DoorState:
    """What somebody with the right link finds."""
    if status == BookingStatus.CANCELLED:
        return DoorState.CANCELLED
    if mode != Mode.VIDEO:
        return DoorState.ELSEWHERE
    if status == BookingStatus.PENDING:
        return DoorState.PENDING
    hours = room_open_span(starts_at, ends_at, times)
    if now < hours.start:
        return DoorState.EARLY
    return DoorState.OPEN if now < hours.end else DoorState.LATE


@dataclass(frozen=True, slots=True)
class Signal:
    """One signalling message as its sender numbered it; `body` is JSON."""

    number: int
    kind: SignalKind
    body: str


def checked_signals(raw: object) -> list[Signal]:
    """Reads a batch as received: `[{"number", "kind", "body"}]`. Raises BadInput, OutOfRange, TooLong."""
    if not isinstance(raw, list):
        raise BadInput("signals")
    if len(raw) > BATCH:
        raise TooLong("signals", most=BATCH, length=len(raw))
    return [_checked_signal(each) for each in raw]


def _checked_signal(raw: object) -> Signal:
    if not isinstance(raw, dict) or not isinstance(raw.get("kind"), str) or raw["kind"] not in KINDS:
        raise BadInput("kind")
    return Signal(_checked_number(raw.get("number")), SignalKind(raw["kind"]), _checked_body(raw.get("body")))


def _checked_body(raw: object) -> str:
    try:
        body = json.dumps(raw, separators=(",", ":"), allow_nan=False)
    except ValueError as error:  # browsers cannot read it
        raise BadInput("body") from error
    if len(body) > BODY_BYTES:
        raise TooLong("body", most=BODY_BYTES, length=len(body))
    return body


def _checked_number(raw: object) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise BadInput("number")
    if not 1 <= raw <= NUMBERS:
        raise OutOfRange("number", low=1, high=NUMBERS)
    return raw


@dataclass(frozen=True, slots=True)
class IceServer:
    """One entry of a browser's `iceServers`."""

    urls: tuple[str, ...]
    username: str
    credential: str = field(repr=False)


def turn_server(urls: str, secret: str, *, seat_id: int, until: datetime) -> IceServer:
    """Returns the TURN relay with a credential for one seat; `urls` are separated by commas.

    An allocation is refreshed with the credential it was made with, so `until` must be later than the call's end.
    """
    username = f"{int(until.timestamp())}:{seat_id}"
    digest = hmac.digest(secret.encode(), username.encode(), "sha1")
    addresses = tuple(url.strip() for url in urls.split(",") if url.strip())
    return IceServer(addresses, username, b64encode(digest).decode())
