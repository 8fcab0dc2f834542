"""A segment: whom a campaign writes to, as read from a form or from an address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flashmeet.core.numbers import number_or_none
from flashmeet.identity.rules import MemberSource

FIRST_YEAR, LAST_YEAR = 1900, 2200
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?")


class SegmentRole(StrEnum):
    EVERYBODY = ""
    MENTOR = "mentor"
    MENTEE = "mentee"


@dataclass(frozen=True, slots=True)
class Segment:
    """Active members, narrowed by each fact that is set; `theme` is a slug and stands for those who offer it."""

    role: SegmentRole = SegmentRole.EVERYBODY
    theme: str = ""
    first_year: int | None = None
    last_year: int | None = None
    never: bool = False
    """Only those who have never signed in."""
    text: str = ""
    """Looked for in names and address."""
    language: str = ""
    """The code of one they speak."""
    source: MemberSource | None = None
    batch: str = ""
    """How they became a member, and the import or the invitation by which."""

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> Segment:
        """Reads the segment; unreadable values are ignored. Years the wrong way round are turned."""
        first, last = _year(fields.get("from", "")), _year(fields.get("to", ""))
        if first is not None and last is not None and first > last:
            first, last = last, first
        said = fields.get("role", "")
        return cls(
            role=next((each for each in SegmentRole if each == said), SegmentRole.EVERYBODY),
            theme=fields.get("theme", "").strip()[:80],
            first_year=first,
            last_year=last,
            never=bool(fields.get("never")),
            text=fields.get("q", "").strip()[:200],
            language=language if _LANGUAGE.fullmatch(language := fields.get("language", "").strip()) else "",
            source=next((each for each in MemberSource if each == fields.get("source", "")), None),
            batch=fields.get("batch", "").strip()[:200],
        )

    def fields(self) -> dict[str, str]:
        """Returns the segment as kept in addresses and with a campaign."""
        said = {
            "role": str(self.role),
            "theme": self.theme,
            "from": str(self.first_year or ""),
            "to": str(self.last_year or ""),
            "never": "yes" if self.never else "",
            **self.narrowed(),
        }
        return {name: value for name, value in said.items() if value}

    def narrowed(self) -> dict[str, str]:
        """Returns what the list of members was narrowed by, besides what a form of messages to many asks for."""
        said = {"q": self.text, "language": self.language, "source": str(self.source or ""), "batch": self.batch}
        return {name: value for name, value in said.items() if value}


def _year(text: str) -> int | None:
    year = number_or_none(text.strip())
    return year if year is not None and FIRST_YEAR <= year <= LAST_YEAR else None
