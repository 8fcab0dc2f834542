"""The filter of the list of members, as read from a form or from an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flashmeet.identity.rules import PeopleFilter

STATES = (
    "mentee",
    "mentor",
    "administrator",
    "approved",
    "waiting",
    "held",
    "applied",
    "suspended",
)
SEGMENTS = {"": "", "mentor": "mentor", "mentee": "mentee"}
"""Roles that messages to many are sent by, by state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFilter(PeopleFilter):
    """`only` is one of `STATES`."""

    only: str = ""

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> MemberFilter:
        """Reads the filter; unreadable values are ignored."""
        only = fields.get("only", "")
        return replace(cls.read(fields), only=only if only in STATES else "")

    def fields(self) -> dict[str, str]:
        """Returns the filter as kept in addresses and with an act on many."""
        said = {"q": self.text, "only": self.only, **self.facts()}
        return {name: value for name, value in said.items() if value}

    def segment(self) -> dict[str, str] | None:
        """Returns the same people as messages to many name them; None where those know no such filter."""
        if self.only not in SEGMENTS:
            return None
        return {"role" if name == "only" else name: value for name, value in self.fields().items()}


EVERYBODY = MemberFilter()
