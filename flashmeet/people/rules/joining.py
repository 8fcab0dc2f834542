"""Who may come in by themselves, and as what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from flashmeet.core.errors import BadInput, JoiningClosed, OtherDomain, OutOfRange

Role = Literal["mentee", "mentor", "both"]
ROLES: tuple[Role, ...] = ("mentee", "mentor", "both")
MOST_DAYS, MOST_USES = 365, 5_000
UNPROVED_FOR = timedelta(days=2)
"""After that, somebody who never proved their address is forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """What somebody says of themselves before we know them; read already."""

    first_name: str
    last_name: str
    email: str
    role: Role
    graduation_year: int | None
    locale: str
    tzid: str

    @property
    def mentee(self) -> bool:
        return self.role in ("mentee", "both")

    @property
    def mentor(self) -> bool:
        return self.role in ("mentor", "both")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An invitation as an administrator makes it."""

    label: str
    role: str
    approves: bool
    days: int
    uses: int

    def __post_init__(self) -> None:
        """Raises OutOfRange, BadInput."""
        if not 1 <= self.days <= MOST_DAYS:
            raise OutOfRange("days", low=1, high=MOST_DAYS)
        if not 1 <= self.uses <= MOST_USES:
            raise OutOfRange("uses", low=1, high=MOST_USES)
        if self.role != "any":
            checked_role(self.role)


def checked_role(text: str) -> Role:
    """Raises BadInput."""
    for role in ROLES:
        if text == role:
            return role
    raise BadInput("roles", value=text)


def check_joining_open(mode: str, domains: list[str], email: str) -> None:
    """Whether that address may come in without an invitation: the same for everybody of a domain, known or not.

    Raises JoiningClosed, OtherDomain.
    """
    if mode == "closed" or (mode == "domains" and not domains):
        raise JoiningClosed
    if mode == "domains" and email.rpartition("@")[2] not in domains:
        raise OtherDomain("email", domains=", ".join(f"@{each}" for each in domains))
