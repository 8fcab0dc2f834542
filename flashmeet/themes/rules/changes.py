"""What is written down about a theme: what was done to it, and that somebody found no hour of it."""

from __future__ import annotations

from enum import StrEnum


class ThemeChange(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    MERGED = "merged"
    TOOK_OVER = "took_over"
    RETIRED = "retired"
    RESTORED = "restored"


class UnmetCause(StrEnum):
    """How it came out that there was no hour."""

    SEARCH = "search"
    TELL = "tell"  # they asked to be told of the next one
    EXPIRED = "expired"  # nobody answered them
