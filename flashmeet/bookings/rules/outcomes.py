"""After a booking: when its people are asked, what they may answer, and what became of the hour.

Answers decide; presence in the built-in room is evidence where answers are missing or disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from flashmeet.core.errors import BadInput, OutOfRange
from flashmeet.core.numbers import number_or_none
from flashmeet.core.zones import instant, local_date
from flashmeet.schedule.rules.booked_hour import SeatRole


class Happened(StrEnum):
    YES = "yes"
    NO = "no"
    MOVED = "moved"


LATE_FROM = timedelta(hours=1)
"""From how long before the start one may say that one comes late."""
ABSENCE_UNDO = timedelta(minutes=10)
"""How long whoever reports an absence can take it back before the other is told."""


class AbsenceState(StrEnum):
    """The state of an absence report."""

    SAID = "said"  # until the time to contest is over
    CONTESTED = "contested"  # an administrator decides
    STANDING = "standing"
    DROPPED = "dropped"
    WITHDRAWN = "withdrawn"  # they came after all, says who had said it


class Verdict(StrEnum):
    """What became of an hour, as far as known."""

    SERVED = "served"
    ASSUMED = "assumed"
    NOT_SERVED = "not_served"
    MOVED = "moved"
    DISPUTED = "disputed"


HAPPENED = tuple(Happened)
ROLES = tuple(SeatRole)

ASKED_AT = 9 * 60
ASKED_FOR = timedelta(days=7)
"""After this time the question is no longer sent; answering stays possible."""
CLEARER = (1, 2, 3, 4, 5)
LINE_CHARACTERS = 600
MET, WAITED = timedelta(minutes=5), timedelta(minutes=10)


def asked_at(starts_at: datetime, tzid: str) -> datetime:
    """Returns nine o'clock in the recipient's zone, on the day after the booking began there."""
    return instant(local_date(starts_at, tzid) + timedelta(days=1), ASKED_AT, tzid)


def checked_happened(text: str) -> Happened:
    """Returns the known answer. Raises BadInput."""
    for known in HAPPENED:
        if text == known:
            return known
    raise BadInput("happened", value=text)


def checked_clearer(text: str) -> int | None:
    """Returns 1 to 5, or None for an empty text. Raises OutOfRange."""
    if not text:
        return None
    number = number_or_none(text)
    if number not in CLEARER:
        raise OutOfRange("clearer", low=1, high=5)
    return number


@dataclass(frozen=True, slots=True)
class Presence:
    """How long each was in the room, and both at once. Not known (None) for a booking by phone or elsewhere."""

    mentor: timedelta
    mentee: timedelta
    together: timedelta

    def of(self, role: SeatRole) -> timedelta:
        return self.mentor if role == SeatRole.MENTOR else self.mentee


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a booking; `absent` are those reported not to have come, unless evidence contradicts it."""

    verdict: Verdict
    absent: frozenset[SeatRole] = field(default_factory=frozenset)

    @property
    def counts(self) -> bool:
        """Whether it counts as an hour served."""
        return self.verdict in (Verdict.SERVED, Verdict.ASSUMED)


def outcome(answers: Mapping[SeatRole, Happened], presence: Presence | None) -> Outcome:
    """Decides the outcome. Presence settles answers that disagree; with neither, the hour counts as held."""
    said = set(answers.values())
    met = presence is not None and presence.together >= MET
    if said == {Happened.YES}:
        return Outcome(Verdict.SERVED)
    if Happened.YES in said:
        return Outcome(Verdict.SERVED if met else Verdict.DISPUTED)
    if Happened.NO in said:
        return Outcome(Verdict.DISPUTED) if met else Outcome(Verdict.NOT_SERVED, _absent(presence))
    if Happened.MOVED in said:
        return Outcome(Verdict.MOVED)
    if met:
        return Outcome(Verdict.SERVED)
    return Outcome(Verdict.DISPUTED if _absent(presence) else Verdict.ASSUMED)


def _absent(presence: Presence | None) -> frozenset[SeatRole]:
    """Returns who never came while the other waited."""
    if presence is None:
        return frozenset()
    waited = {role for role in ROLES if presence.of(role) >= WAITED}
    never = {role for role in ROLES if not presence.of(role)}
    return frozenset(never) if waited else frozenset()


AWAY_AFTER = timedelta(seconds=40)
"""Longer than one poll and a retry: someone not heard from for this long has lost the connection."""
