"""Secrets that are shown once and stored as a hash: long ones, and codes of six digits that people type."""

from __future__ import annotations

import hashlib
import secrets


def new_secret() -> str:
    """Returns 256 random bits as 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """Returns the hash to store; needs no salt, since 256 random bits cannot be guessed."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def new_code() -> str:
    """Returns six random digits."""
    return f"{secrets.randbelow(1_000_000):06}"


def code_hash(salt: str, code: str) -> str:
    """Returns the hash of a code to store, with a secret of its own: there are few codes."""
    return hashed(f"{salt}:{code}")
