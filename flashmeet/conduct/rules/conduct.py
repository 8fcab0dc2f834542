"""Conduct: who did not come and what follows, what may be reported, and how an administrator decides a case.

Presence in the built-in room speaks for whoever was there, never against anybody.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from flashmeet.bookings.rules.outcomes import MET, WAITED, Presence
from flashmeet.core.errors import BadInput
from flashmeet.people.rules.cases import CaseKind, Decision, ReportReason
from flashmeet.schedule.rules.booked_hour import SeatRole

CONTEST_FOR = timedelta(hours=72)
"""For so long the person who is said not to have come may say otherwise."""
CONFIRMS_FROM, PAUSED_FROM = 2, 3
ASK_AHEAD, RELEASE_AHEAD, LEAST_TO_ANSWER = timedelta(hours=24), timedelta(hours=12), timedelta(hours=3)
LOOK_FOR = timedelta(minutes=15)
"""For so long evidence lies open to an administrator who wrote down that they look at it."""
STORY_CHARACTERS, WORD_CHARACTERS = 4_000, 1_000

WHATS = tuple(each for each in ReportReason if each != ReportReason.NONE)

DECISIONS = {
    CaseKind.REPORT: (Decision.DISMISSED, Decision.WARNED, Decision.SUSPENDED),
    CaseKind.NO_SHOW: (Decision.STANDING, Decision.DROPPED),
    CaseKind.CALL: (Decision.CALLED,),
    CaseKind.PAUSE: (Decision.LIFTED,),
}


class Consequence(StrEnum):
    """What follows from no-shows."""

    NOTHING = ""
    CONFIRM = "confirm"  # they confirm each hour the day before
    PAUSE = "pause"  # they book nothing until a person talked to them
    CALL = "call"  # a person calls


def checked_what(text: str) -> ReportReason:
    """Raises BadInput."""
    for known in WHATS:
        if text == known:
            return known
    raise BadInput("what", value=text)


def checked_decision(kind: CaseKind, text: str) -> Decision:
    """Raises BadInput for one that no case of this kind knows."""
    for known in DECISIONS[kind]:
        if text == known:
            return known
    raise BadInput("decision", value=text)


def was_there(presence: Presence, role: SeatRole) -> bool:
    """Whether the room saw them: with the other for five minutes, or alone for ten."""
    return presence.together >= MET or presence.of(role) - presence.together >= WAITED


def contest_until(said_at: datetime) -> datetime:
    """Exclusive: at this moment it stands."""
    return said_at + CONTEST_FOR


def follows(role: SeatRole, standing: int) -> Consequence:
    """What follows from so many standing no-shows in 90 days. Of a mentor never more than that a person calls."""
    if role == SeatRole.MENTOR:
        return Consequence.CALL if standing else Consequence.NOTHING
    if standing >= PAUSED_FROM:
        return Consequence.PAUSE
    return Consequence.CONFIRM if standing >= CONFIRMS_FROM else Consequence.NOTHING


def is_asked(now: datetime, *, starts_at: datetime, created_at: datetime) -> bool:
    """Whether a mentee who must confirm is asked now: from 24 hours before, while three hours are left to answer in.

    An hour booked within those 24 hours was confirmed by booking it.
    """
    opens = starts_at - ASK_AHEAD
    return opens <= now <= release_at(starts_at) - LEAST_TO_ANSWER and created_at < opens


def release_at(starts_at: datetime) -> datetime:
    """At this moment an hour that was not confirmed is free again."""
    return starts_at - RELEASE_AHEAD
