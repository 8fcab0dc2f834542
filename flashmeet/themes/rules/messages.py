"""Messages about themes: their kinds, and the snapshot that a row keeps until it is rendered.

A payload is plain JSON; instants in it are ISO texts.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from flashmeet.core.text import mark
from flashmeet.messages.rules.kinds import Category, MessageKind


class SuggestionPayload(TypedDict):
    """Somebody the mentee may turn to instead, with their soonest hour where it is known."""

    id: int
    name: str
    soonest: NotRequired[str]


class ThemePayload(TypedDict):
    """A theme as one person is told about it: its name per language, and how its address calls it."""

    theme: dict[str, str]
    slug: str
    by_name: NotRequired[str]
    people: NotRequired[list[SuggestionPayload]]


THEME_OPEN: MessageKind[ThemePayload] = MessageKind(
    "theme_open", Category.REQUESTS, label=mark("Notice of a free hour in a theme"), speaks_of="theme"
)
"""An hour of the theme that you wait for is open."""
