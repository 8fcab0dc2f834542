"""The list of registrants: which people it can show, in what order, and the views of it that are kept by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from flashmeet.core.errors import Missing, TooLong

Only = Literal["", "mentor", "mentee", "idle", "expired", "never", "terms", "stale"]
Order = Literal["", "name", "signed_in", "expired"]
ONLY: tuple[Only, ...] = ("", "mentor", "mentee", "idle", "expired", "never", "terms", "stale")
ORDERS: tuple[Order, ...] = ("", "name", "signed_in", "expired")
NAME_CHARACTERS, TEXT_CHARACTERS = 60, 200


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at. `only` "" is everybody, `order` "" approved mentors with no open hour first."""

    text: str = ""
    only: Only = ""
    order: Order = ""
    theme_id: int = 0

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> View:
        """Anything unreadable counts as not said."""
        only, order, theme = fields.get("only", ""), fields.get("order", ""), fields.get("theme", "")
        return cls(
            fields.get("q", "").strip()[:TEXT_CHARACTERS],
            next((each for each in ONLY if each == only), ""),
            next((each for each in ORDERS if each == order), ""),
            int(theme) if theme.isascii() and theme.isdigit() and len(theme) < 18 else 0,
        )

    def fields(self) -> dict[str, str]:
        """As it stands in addresses and in what is kept."""
        said = {"q": self.text, "only": self.only, "order": self.order, "theme": str(self.theme_id or "")}
        return {name: value for name, value in said.items() if value}


def checked_name(text: str) -> str:
    """Raises Missing, TooLong."""
    name = " ".join(text.replace("\0", "").split())
    if not name:
        raise Missing("name")
    if len(name) > NAME_CHARACTERS:
        raise TooLong("name", most=NAME_CHARACTERS, length=len(name))
    return name
