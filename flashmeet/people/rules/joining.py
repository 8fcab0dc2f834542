"""Self-registration: who may join, and in which role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from flashmeet.core.errors import BadInput, JoiningClosed, OtherDomain, OutOfRange
from flashmeet.core.settings.policies import JoiningMode


class JoiningRole(StrEnum):
    """As what somebody comes in."""

    ANY = "any"  # an invitation that leaves the choice to them
    MENTEE = "mentee"
    MENTOR = "mentor"
    BOTH = "both"


ROLES = (JoiningRole.MENTEE, JoiningRole.MENTOR, JoiningRole.BOTH)
MOST_DAYS, MOST_USES = 365, 5_000
UNPROVED_FOR = timedelta(days=2)
"""A newcomer who has not proved their address is deleted after this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """A newcomer's validated fields, before the address is proved."""

    first_name: str
    last_name: str
    email: str
    role: JoiningRole
    graduation_year: int | None
    locale: str
    tzid: str

    @property
    def mentee(self) -> bool:
        return self.role in (JoiningRole.MENTEE, JoiningRole.BOTH)

    @property
    def mentor(self) -> bool:
        return self.role in (JoiningRole.MENTOR, JoiningRole.BOTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An invitation as specified by an administrator."""

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
        if self.role != JoiningRole.ANY:
            checked_role(self.role)


def checked_role(text: str) -> JoiningRole:
    """Returns the role. Raises BadInput."""
    for role in ROLES:
        if text == role:
            return role
    raise BadInput("roles", value=text)


def check_joining_open(mode: JoiningMode, domains: list[str], email: str) -> None:
    """Checks that the address may join without an invitation, whether its member is known or not.

    Raises JoiningClosed, OtherDomain.
    """
    if mode == JoiningMode.CLOSED or (mode == JoiningMode.DOMAINS and not domains):
        raise JoiningClosed
    if mode == JoiningMode.DOMAINS and email.rpartition("@")[2] not in domains:
        raise OtherDomain("email", domains=", ".join(f"@{each}" for each in domains))
