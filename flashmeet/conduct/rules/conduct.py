"""Rules of conduct: absences and their consequences, what can be reported, and how an administrator decides a case.

Presence in the built-in room counts for whoever was there, never against anybody.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from flashmeet.bookings.rules.outcomes import MET, WAITED, Presence
from flashmeet.core.errors import BadInput
from flashmeet.people.rules.cases import CaseKind, Decision, ReportReason
from flashmeet.schedule.rules.booked_hour import SeatRole

CONTEST_FOR = timedelta(hours=72)
"""How long the person reported absent may contest it."""
CONFIRMS_FROM, PAUSED_FROM = 2, 3
ASK_AHEAD, RELEASE_AHEAD, LEAST_TO_ANSWER = timedelta(hours=24), timedelta(hours=12), timedelta(hours=3)
LOOK_FOR = timedelta(minutes=15)
"""How long evidence stays open to an administrator who recorded the look."""
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
    CONFIRM = "confirm"  # they confirm each booking the day before
    PAUSE = "pause"  # they cannot book until somebody has talked to them
    CALL = "call"  # a person calls


def checked_what(text: str) -> ReportReason:
    """Returns the known reason. Raises BadInput."""
    for known in WHATS:
        if text == known:
            return known
    raise BadInput("what", value=text)


def checked_decision(kind: CaseKind, text: str) -> Decision:
    """Returns the known decision. Raises BadInput for one that cases of this kind do not have."""
    for known in DECISIONS[kind]:
        if text == known:
            return known
    raise BadInput("decision", value=text)


def was_there(presence: Presence, role: SeatRole) -> bool:
    """Whether the room saw them: five minutes with the other, or ten minutes alone."""
    return presence.together >= MET or presence.of(role) - presence.together >= WAITED


def contest_until(said_at: datetime) -> datetime:
    """Returns until when, exclusive, it can be contested; from then on it stands."""
    return said_at + CONTEST_FOR


def follows(role: SeatRole, standing: int) -> Consequence:
    """Returns what follows from that many standing no-shows in 90 days. For a mentor it is at most a call."""
    if role == SeatRole.MENTOR:
        return Consequence.CALL if standing else Consequence.NOTHING
    if standing >= PAUSED_FROM:
        return Consequence.PAUSE
    return Consequence.CONFIRM if standing >= CONFIRMS_FROM else Consequence.NOTHING


def is_asked(now: datetime, *, starts_at: datetime, created_at: datetime) -> bool:
    """Whether a mentee who must confirm is asked now: from 24 hours before, while three hours are left to answer.

    A booking made within those 24 hours needs no confirmation.
    """
    opens = starts_at - ASK_AHEAD
    return opens <= now <= release_at(starts_at) - LEAST_TO_ANSWER and created_at < opens


def release_at(starts_at: datetime) -> datetime:
    """Returns when an unconfirmed hour is freed."""
    return starts_at - RELEASE_AHEAD
