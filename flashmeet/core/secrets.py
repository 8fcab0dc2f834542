"""Secrets that are given out once and kept as a hash."""

from __future__ import annotations

import hashlib
import secrets


def new_secret() -> str:
    """256 random bits, 43 characters that an address may carry."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """What the database keeps. Without salt: nobody guesses 256 bits."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
