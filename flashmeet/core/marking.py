"""Sentences that are said in the member's language where they are shown."""

from __future__ import annotations


def mark(text: str) -> str:
    """Marks a sentence for the catalogue; `wording` translates it."""
    return text
