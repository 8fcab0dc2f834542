"""What a member can be before they are one, why a number gets no SMS, and why somebody can no longer come."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from flashmeet.core.text import fold, sort_key

MOST_WORDS = 5
"""Words of a search that count."""
ROLES = ("mentee", "mentor", "administrator")


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
    return {
        "search_name": searched(first_name, last_name),
        "search_profile": searched(headline, company, sector),
        "company_key": fold(company),
        "sort_name": sort_name(first_name, last_name),
    }


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
