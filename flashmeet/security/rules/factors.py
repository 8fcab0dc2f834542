"""Second factors: what they are, how long a proof counts, and the codes of an authenticator app (RFC 6238)."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

import pyotp

from flashmeet.core.numbers import only_digits

STEP = 30
"""Seconds that one code of an app is shown."""
SKEW = 1
"""Steps that an app's clock may be ahead or behind."""
CHALLENGE_LASTS = timedelta(minutes=10)
TRIES = 5
"""Wrong answers to one challenge."""
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""No letter or digit that is mistaken for another."""
_GROUPS, _IN_GROUP = 4, 4


class Purpose(StrEnum):
    """What a challenge is for; one made for another purpose counts for nothing."""

    SIGN_IN = "sign_in"
    PROOF = "proof"
    PROOF_BY_PASSKEY = "proof_by_passkey"
    APP = "app"
    PASSKEY = "passkey"


class FactorKind(StrEnum):
    APP = "app"
    PASSKEY = "passkey"


def new_app_secret() -> str:
    """Returns 160 random bits in base 32, as RFC 4226 asks."""
    return pyotp.random_base32(32)


def app_address(secret: str, *, account: str, issuer: str) -> str:
    """Returns the otpauth address that an app reads from a QR code."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=account, issuer_name=issuer)


def in_groups(text: str) -> str:
    """Returns the secret in groups of four, to be typed."""
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def matching_step(secret: str, typed: str, *, now: datetime) -> int | None:
    """Returns the time step whose code was typed, the nearest first; None for a wrong code."""
    code, here = only_digits(typed), int(now.timestamp()) // STEP
    app = pyotp.TOTP(secret, interval=STEP)
    for step in sorted(range(here - SKEW, here + SKEW + 1), key=lambda step: abs(step - here)):
        if hmac.compare_digest(app.generate_otp(step).encode(), code.encode()):
            return step
    return None


def new_recovery_code() -> str:
    """Returns 79 random bits as four groups of four letters and digits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_IN_GROUP)) for _ in range(_GROUPS))


def read_recovery_code(typed: str) -> str:
    """Returns what was typed as recovery codes are written, whatever the case and the signs between."""
    kept = "".join(sign for sign in typed.lower() if sign in _LETTERS)
    return "-".join(kept[at : at + _IN_GROUP] for at in range(0, len(kept), _IN_GROUP))


def is_app_code(typed: str) -> bool:
    """Whether it has the shape of an app's code: six digits, whatever the signs between."""
    return len(only_digits(typed)) == 6 and not any(sign.isalpha() for sign in typed)
