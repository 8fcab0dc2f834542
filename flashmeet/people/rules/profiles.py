"""Profiles: completeness, the field that helps most next, and freshness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

STALE_AFTER = timedelta(days=365)
"""After this a profile is ranked lower."""


class Lack(StrEnum):
    """What a mentor is suggested to nobody without; without a proof, only after those who have one."""

    THEMES = "themes"
    PROOF = "proof"
    LANGUAGES = "languages"


NEEDED = tuple(Lack)
"""What a profile needs first."""
MENTOR_FIELDS = (*NEEDED, "headline", "offering", "graduation_year", "company", "sector", "degree", "photo")
MENTEE_FIELDS = ("languages", "headline", "seeking", "graduation_year", "degree", "photo")


@dataclass(frozen=True, slots=True)
class Completeness:
    """`missing` names fields, most useful first; `of` counts the wanted fields."""

    missing: tuple[str, ...]
    of: int

    @property
    def done(self) -> int:
        return self.of - len(self.missing)

    @property
    def percent(self) -> int:
        return 100 * self.done // self.of

    @property
    def next(self) -> str:
        """The most useful missing field, or ""."""
        return self.missing[0] if self.missing else ""


def completeness(filled: Mapping[str, bool], *, mentor: bool, mentee: bool) -> Completeness:
    """`filled` tells for each field whether it has a value; a mentor who is also a mentee has both sets of fields."""
    wanted: tuple[str, ...] = MENTOR_FIELDS if mentor else MENTEE_FIELDS
    if mentor and mentee:
        wanted = (*MENTOR_FIELDS[:5], "seeking", *MENTOR_FIELDS[5:])
    return Completeness(tuple(name for name in wanted if not filled[name]), len(wanted))


def is_confirmation_due(confirmed_at: datetime, *, days: int, now: datetime) -> bool:
    """Whether it is time to ask the member to check the profile."""
    return now - confirmed_at >= timedelta(days=days)


def is_stale(confirmed_at: datetime, *, now: datetime) -> bool:
    return now - confirmed_at > STALE_AFTER
