"""Credentials for a TURN server that shares a secret with us (draft-uberti-behave-turn-rest, as coturn reads it)."""

from __future__ import annotations

import hmac
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class IceServer:
    """One entry of a browser's `iceServers`."""

    urls: tuple[str, ...]
    username: str
    credential: str = field(repr=False)


def relay(urls: str, secret: str, *, seat_id: int, until: datetime) -> IceServer:
    """A way through the relay for one seat; `urls` are separated by commas.

    An allocation is refreshed with the credential it was made with, so `until` must lie past the call's end.
    """
    username = f"{int(until.timestamp())}:{seat_id}"
    digest = hmac.digest(secret.encode(), username.encode(), "sha1")
    addresses = tuple(url.strip() for url in urls.split(",") if url.strip())
    return IceServer(addresses, username, b64encode(digest).decode())
