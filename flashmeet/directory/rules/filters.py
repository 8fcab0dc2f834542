"""The filter of the list of members, as read from a form or from an address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flashmeet.core.numbers import number_or_none
from flashmeet.identity.rules import MemberSource
from flashmeet.people.rules.facts import FIRST_YEAR, LAST_YEAR

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
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
_TEXT, _SLUG = 200, 80
BY_BATCH = (MemberSource.IMPORTED, MemberSource.INVITED)
"""How members come who came with others: by one import, by one invitation link."""
SEGMENTS = {"": "", "mentor": "mentor", "mentee": "mentee"}
"""Roles that messages to many are sent by, by state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFilter:
    """Members, narrowed by each fact that is set.

    `text` is looked for in names and address; `only` is one of `STATES`; `theme` is the slug of one they offer;
    `language` the code of one they speak; `never`: they have never signed in. `source` is how they became a member,
    `batch` the import or the invitation by which.
    """

    text: str = ""
    only: str = ""
    theme: str = ""
    first_year: int | None = None
    last_year: int | None = None
    language: str = ""
    never: bool = False
    source: MemberSource | None = None
    batch: str = ""

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> MemberFilter:
        """Reads the filter; unreadable values are ignored. Years the wrong way round are turned."""
        first, last = _year(fields.get("from", "")), _year(fields.get("to", ""))
        if first is not None and last is not None and first > last:
            first, last = last, first
        only, language = fields.get("only", ""), fields.get("language", "").strip()
        source = next((each for each in MemberSource if each == fields.get("source", "")), None)
        return cls(
            text=fields.get("q", "").strip()[:_TEXT],
            only=only if only in STATES else "",
            theme=fields.get("theme", "").strip()[:_SLUG],
            first_year=first,
            last_year=last,
            language=language if _LANGUAGE.fullmatch(language) else "",
            never=bool(fields.get("never")),
            source=source,
            batch=fields.get("batch", "").strip()[:_TEXT] if source in BY_BATCH else "",
        )

    def fields(self) -> dict[str, str]:
        """Returns the filter as kept in addresses and with an act on many."""
        said = {
            "q": self.text,
            "only": self.only,
            "theme": self.theme,
            "from": str(self.first_year or ""),
            "to": str(self.last_year or ""),
            "language": self.language,
            "never": "yes" if self.never else "",
            "source": str(self.source or ""),
            "batch": self.batch,
        }
        return {name: value for name, value in said.items() if value}

    def segment(self) -> dict[str, str] | None:
        """Returns the same people as messages to many name them; None where those know no such filter."""
        if self.only not in SEGMENTS:
            return None
        return {"role" if name == "only" else name: value for name, value in self.fields().items()}


EVERYBODY = MemberFilter()


def _year(text: str) -> int | None:
    year = number_or_none(text.strip())
    return year if year is not None and FIRST_YEAR <= year <= LAST_YEAR else None
