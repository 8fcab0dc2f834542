"""The list of registrants: its filters, orders and saved views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flashmeet.core.numbers import number_or_none


class RegistrantFilter(StrEnum):
    """Filters of the list."""

    EVERYBODY = ""
    MENTOR = "mentor"
    MENTEE = "mentee"
    IDLE = "idle"
    EXPIRED = "expired"
    NEVER = "never"
    TERMS = "terms"
    STALE = "stale"


class RegistrantOrder(StrEnum):
    IDLE_FIRST = ""  # approved mentors with no open hour
    NAME = "name"
    SIGNED_IN = "signed_in"
    EXPIRED = "expired"


ONLY, ORDERS = tuple(RegistrantFilter), tuple(RegistrantOrder)
TEXT_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class View:
    """A view of the list."""

    text: str = ""
    only: RegistrantFilter = RegistrantFilter.EVERYBODY
    order: RegistrantOrder = RegistrantOrder.IDLE_FIRST
    theme_id: int = 0

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> View:
        """Reads the view; unreadable values are ignored."""
        only, order, theme = fields.get("only", ""), fields.get("order", ""), fields.get("theme", "")
        return cls(
            fields.get("q", "").strip()[:TEXT_CHARACTERS],
            next((each for each in ONLY if each == only), RegistrantFilter.EVERYBODY),
            next((each for each in ORDERS if each == order), RegistrantOrder.IDLE_FIRST),
            number_or_none(theme) or 0,
        )

    def fields(self) -> dict[str, str]:
        """Returns the view as kept in addresses and saved views."""
        said = {"q": self.text, "only": self.only, "order": self.order, "theme": str(self.theme_id or "")}
        return {name: value for name, value in said.items() if value}
