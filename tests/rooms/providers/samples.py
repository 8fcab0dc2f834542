"""An hour of Alice's with Bob as a provider is told about it, and a judge of Jitsi's tokens that is not our library."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from flashmeet.rooms.rules.providers import Guest, Meeting, meeting_key
from flashmeet.schedule.rules.booked_hour import SeatRole

STARTS = datetime(2026, 12, 9, 17, tzinfo=UTC)
ALICE, BOB = Guest("1", "Alice Exemple", SeatRole.MENTOR), Guest("2", "Bob Exemple", SeatRole.MENTEE)


def meeting(**more: Any) -> Meeting:
    told = {
        "uid": "c0ffee@meet.example.org",
        "key": meeting_key("a room", 0),
        "title": "Alice & Bob · Droit",
        "starts_at": STARTS,
        "ends_at": STARTS + timedelta(hours=1),
        "opens_at": STARTS - timedelta(minutes=15),
        "closes_at": STARTS + timedelta(minutes=90),
        "back": "https://meet.example.org/bookings/7",
    }
    return Meeting(**{**told, **more})


def key_pair() -> tuple[str, RSAPublicKey]:
    """A private key as PEM text, and its public half."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(), key.public_key()


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    """Header, claims, what is signed, and the signature."""
    head, body, signature = token.split(".")
    return json.loads(_bytes(head)), json.loads(_bytes(body)), f"{head}.{body}".encode(), _bytes(signature)


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verdict(
    token: str, *, secret: str = "", public: RSAPublicKey | None = None, issuer: str, room: str, now: datetime
) -> str:
    """As Jitsi's own verifier decides (luajwtjitsi, prosody's token util): "accepted", or why not."""
    header, claims, signed, signature = parts(token)
    wanted = "RS256" if public else "HS256"
    if header.get("alg") != wanted or header.get("typ") != "JWT":
        return "alg"
    if not _signed(secret, public, signed, signature):
        return "signature"
    checks = {
        "nbf": not isinstance(claims.get("nbf", 0), str) and claims.get("nbf", 0) <= now.timestamp(),
        "exp": isinstance(claims.get("exp"), int | float) and claims["exp"] > now.timestamp(),
        "iss": claims.get("iss") == issuer,
        "aud": claims.get("aud") == "jitsi",
        "room": claims.get("room") in (room.lower(), "*"),
    }
    return next((name for name, holds in checks.items() if not holds), "accepted")


def _signed(secret: str, public: RSAPublicKey | None, signed: bytes, signature: bytes) -> bool:
    if public is None:
        return hmac.compare_digest(hmac.new(secret.encode(), signed, hashlib.sha256).digest(), signature)
    try:
        public.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True
