"""Secrets that are shown once and stored as a hash."""

from __future__ import annotations

import hashlib
import secrets


def new_secret() -> str:
    """Returns 256 random bits as 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """Returns the hash to store; needs no salt, since 256 random bits cannot be guessed."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
