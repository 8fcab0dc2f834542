"""Kinds and payloads of messages about themes.

A payload is plain JSON, kept in the row until rendering; instants in it are ISO texts.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from flashmeet.core.text import mark
from flashmeet.messages.rules.kinds import Category, MessageKind


class SuggestionPayload(TypedDict):
    """Another mentor to ask, with their soonest hour if known."""

    id: int
    name: str
    soonest: NotRequired[str]


class ThemePayload(TypedDict):
    """A theme in a message: its names per language, its slug, and its id where the mail leads to an answer about it."""

    theme: dict[str, str]
    slug: str
    theme_id: NotRequired[int]
    by_id: NotRequired[int]
    by_name: NotRequired[str]
    people: NotRequired[list[SuggestionPayload]]


THEME_OPEN: MessageKind[ThemePayload] = MessageKind(
    "theme_open", Category.REQUESTS, label=mark("Notice of a free hour in a theme"), speaks_of="theme"
)
"""Informs that an hour of a theme the member waits for is open."""
