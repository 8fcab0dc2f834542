"""A segment: whom a campaign writes to, as read from a form or from an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from flashmeet.identity.rules import PeopleFilter

_OF_THE_FORM = ("theme", "from", "to", "never")


class SegmentRole(StrEnum):
    EVERYBODY = ""
    MENTOR = "mentor"
    MENTEE = "mentee"


@dataclass(frozen=True, slots=True)
class Segment(PeopleFilter):
    """Active members of that role."""

    role: SegmentRole = SegmentRole.EVERYBODY

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> Segment:
        """Reads the segment; unreadable values are ignored."""
        said = fields.get("role", "")
        role = next((each for each in SegmentRole if each == said), SegmentRole.EVERYBODY)
        return replace(cls.read(fields), role=role)

    def fields(self) -> dict[str, str]:
        """Returns the segment as kept in addresses and with a campaign."""
        return {**({"role": str(self.role)} if self.role else {}), **self.facts()}

    def narrowed(self) -> dict[str, str]:
        """Returns what the list of members was narrowed by, besides what a form of messages to many asks for."""
        return {name: value for name, value in self.facts().items() if name not in _OF_THE_FORM}
