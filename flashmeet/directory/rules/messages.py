"""Kinds of messages about the parts of the administration that members are given.

A payload is plain JSON, kept in the row until rendering.
"""

from __future__ import annotations

from typing import TypedDict

from flashmeet.core.text import mark
from flashmeet.messages.rules.kinds import Category, MessageKind


class LedTheme(TypedDict):
    """A theme that somebody leads: its names per language, and its slug."""

    theme: dict[str, str]
    slug: str


class OfficePayload(TypedDict):
    """`action` is what the member has now: an `identity.rules.OfficeRole`, or "none"; `led` the themes they lead."""

    action: str
    led: list[LedTheme]
    by_id: int
    by_name: str


OFFICE_CHANGED: MessageKind[OfficePayload] = MessageKind(
    "office_changed",
    Category.ACCOUNT,
    label=mark("Notice about your part in running the network"),
    labels={
        "themes": mark("Notice of the themes you lead"),
        "none": mark("Notice that your part in running the network has ended"),
    },
    speaks_of="office",
)
"""To a member who was given a part of the administration, other themes to lead, or nothing any more."""
