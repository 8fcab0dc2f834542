"""How an administrator shows that they mean the member whom they erase."""

from __future__ import annotations

from flashmeet.core.mail_addresses import comparable
from flashmeet.core.text import fold


def is_meant(typed: str, *, email: str, name: str) -> bool:
    """Whether the text is the member's address, or their whole name however it is written."""
    said = " ".join(typed.split())
    return bool(said) and (comparable(said) == comparable(email) or (bool(fold(said)) and fold(said) == fold(name)))
