"""What a member can be before they are one, why a number gets no SMS, why somebody can no longer come, and by which
facts members are looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from flashmeet.core.numbers import number_or_none
from flashmeet.core.text import fold, sort_key

MOST_WORDS = 5
"""Words of a search that count."""
ROLES = ("mentee", "mentor", "administrator")
FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Years in which somebody can have graduated."""
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
_TEXT, _SLUG = 200, 80


class JoiningState(StrEnum):
    PROOF = "proof"  # they have to prove their address
    APPROVAL = "approval"  # an administrator has to say yes


class MemberSource(StrEnum):
    """How somebody became a member."""

    IMPORTED = "imported"  # by a file
    INVITED = "invited"  # by an invitation link
    JOINED = "joined"  # by themselves
    ADDED = "added"  # one by one, by an administrator or by a command


class OfficeRole(StrEnum):
    """A part of what an administrator does, given to somebody who is none (`http.admission.rights`)."""

    READER = "reader"  # sees the network's pages, but for cases and files, and changes nothing
    CASES = "cases"  # decides cases, and sees no other page
    THEMES = "themes"  # leads some themes (`identity.models.ThemeLead`), and sees the pages of these alone


class BlockReason(StrEnum):
    OPTED_OUT = "opted_out"  # the number answered STOP
    BAD_NUMBER = "bad_number"  # the provider cannot reach it


def full_name(first_name: str, last_name: str) -> str:
    return f"{first_name} {last_name}".strip()


def active_lately(shows_activity: bool, seen_on: date | None, today: date) -> bool:
    """Whether others are told that a member was here within a week; never the day, nor that they were not."""
    return shows_activity and seen_on is not None and seen_on > today - timedelta(days=7)


def searched(*texts: str) -> str:
    """Returns what a search looks in: the folded texts, then those with a hyphen or an apostrophe as one word too.

    `Jean-Luc O’Brien` gives `jean luc o brien, jeanluc obrien`.
    """
    words = " ".join(texts).split()
    return f"{fold(' '.join(words))}, {' '.join(fold(word).replace(' ', '') for word in words)}"


def searched_words(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yields each word of a search as typed, with its folded words; one that folds to nothing is passed over."""
    for word in text.split()[:MOST_WORDS]:
        folded = fold(word).split()
        if folded:
            yield word, folded


def sort_name(first_name: str, last_name: str) -> str:
    """Returns the key that lists of people are sorted by: last name, then first name; who has one name goes by it."""
    return sort_key(last_name, first_name) if last_name else sort_key(first_name, "")


def text_keys(*, first_name: str, last_name: str, headline: str, company: str, sector: str) -> dict[str, str]:
    """Returns a member's keys for searching and sorting, by column."""
    return name_keys(first_name, last_name) | profile_keys(headline, company, sector)


def name_keys(first_name: str, last_name: str) -> dict[str, str]:
    return {"search_name": searched(first_name, last_name), "sort_name": sort_name(first_name, last_name)}


def profile_keys(headline: str, company: str, sector: str) -> dict[str, str]:
    return {"search_profile": searched(headline, company, sector), "company_key": fold(company)}


_NOBODY = "@erased.invalid"
"""No mailbox can be there (RFC 2606)."""


def tombstone_address(member_id: int) -> str:
    """Returns the address of a member who was erased: unique, and nobody's."""
    return f"{member_id}{_NOBODY}"


def is_tombstone(email: str) -> bool:
    """Whether nothing is left of the member with this address."""
    return email.endswith(_NOBODY)


class Departure(StrEnum):
    """Why somebody can no longer come. Whoever adds one says here what may be kept; `requests.service.departures` does
    the rest."""

    SUSPENDED = "suspended"
    HELD = "held"
    """An administrator paused them as a mentor."""
    ROLE_TAKEN = "role_taken"
    """They are no mentor any more."""
    PAUSED = "paused"
    """They take a break of their own."""
    ON_LEAVE = "on_leave"
    STOPPED = "stopped"
    """They gave up being a mentor themselves."""
    ERASED = "erased"
    """They are no member any more, and nothing of theirs stays."""

    @property
    def whole(self) -> bool:
        """Whether they can come to nothing at all: no hour can be kept, as mentor or as mentee."""
        return self in (Departure.SUSPENDED, Departure.ERASED)

    @property
    def for_good(self) -> bool:
        """Whether what was to go on, such as a series, ends with it."""
        return self in (Departure.SUSPENDED, Departure.ROLE_TAKEN, Departure.STOPPED, Departure.ERASED)

    @property
    def own(self) -> bool:
        """Whether it is their own decision: hours that they cancel with it count as cancelled by them."""
        return self in (Departure.PAUSED, Departure.ON_LEAVE, Departure.STOPPED)


class AgreedHours(StrEnum):
    """What becomes of the hours agreed with somebody who gives none from now on. To keep them is the default."""

    KEEP = "keep"
    CANCEL = "cancel"


BY_BATCH = (MemberSource.IMPORTED, MemberSource.INVITED)
"""How members come who came with others: by one import, by one invitation link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFilter:
    """Members, narrowed by each fact that is set.

    `text` is looked for in names and address; `theme` is the slug of one they offer; `language` the code of one they
    speak; `never`: they have never signed in. `source` is how they became a member, `batch` the import or the
    invitation by which.
    """

    text: str = ""
    theme: str = ""
    first_year: int | None = None
    last_year: int | None = None
    language: str = ""
    never: bool = False
    source: MemberSource | None = None
    batch: str = ""

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> Self:
        """Reads these facts; unreadable values are ignored. Years the wrong way round are turned."""
        first, last = _year(fields.get("from", "")), _year(fields.get("to", ""))
        if first is not None and last is not None and first > last:
            first, last = last, first
        language = fields.get("language", "").strip()
        source = next((each for each in MemberSource if each == fields.get("source", "")), None)
        return cls(
            text=fields.get("q", "").strip()[:_TEXT],
            theme=fields.get("theme", "").strip()[:_SLUG],
            first_year=first,
            last_year=last,
            language=language if _LANGUAGE.fullmatch(language) else "",
            never=bool(fields.get("never")),
            source=source,
            batch=fields.get("batch", "").strip()[:_TEXT] if source in BY_BATCH else "",
        )

    def facts(self) -> dict[str, str]:
        """Returns those that are set, as `read` reads them."""
        said = {
            "q": self.text,
            "theme": self.theme,
            "from": str(self.first_year or ""),
            "to": str(self.last_year or ""),
            "language": self.language,
            "never": "yes" if self.never else "",
            "source": str(self.source or ""),
            "batch": self.batch,
        }
        return {name: value for name, value in said.items() if value}


def _year(text: str) -> int | None:
    year = number_or_none(text.strip())
    return year if year is not None and FIRST_YEAR <= year <= LAST_YEAR else None
