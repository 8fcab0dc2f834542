"""The name of a saved view."""

from __future__ import annotations

from enum import StrEnum

from flashmeet.core.errors import Missing, TooLong
from flashmeet.core.text import seen

NAME_CHARACTERS = 60


class ViewedPage(StrEnum):
    """A list whose filter can be kept under a name."""

    MEMBERS = "members"
    REGISTRANTS = "registrants"


def checked_name(text: str) -> str:
    """Returns the name, cleaned. Raises Missing, TooLong."""
    name = seen(" ".join(text.replace("\0", "").split()))
    if not name:
        raise Missing("name")
    if len(name) > NAME_CHARACTERS:
        raise TooLong("name", most=NAME_CHARACTERS, length=len(name))
    return name
