"""Which hours count: answers decide, presence is evidence."""

from __future__ import annotations

from datetime import timedelta

from flashmeet.bookings.rules.outcomes import Happened, Outcome, Presence, Verdict, outcome
from flashmeet.schedule.rules.booked_hour import SeatRole
from tests.loops import for_each

NONE, LONG = timedelta(), timedelta(minutes=50)
BOTH = Presence(LONG, LONG, LONG)
NOBODY = Presence(NONE, NONE, NONE)
MENTOR_WAITED = Presence(timedelta(minutes=12), NONE, NONE)
PASSED = Presence(timedelta(minutes=12), timedelta(minutes=2), timedelta(minutes=1))
ABSENT_MENTEE: frozenset[SeatRole] = frozenset({SeatRole.MENTEE})


@for_each(
    ("mentor", "mentee", "presence", "wanted"),
    [
        ("yes", "yes", None, Outcome(Verdict.SERVED)),
        ("yes", None, None, Outcome(Verdict.SERVED)),
        (None, "yes", NOBODY, Outcome(Verdict.SERVED)),
        ("no", "no", None, Outcome(Verdict.NOT_SERVED)),
        ("no", None, None, Outcome(Verdict.NOT_SERVED)),
        ("no", None, MENTOR_WAITED, Outcome(Verdict.NOT_SERVED, ABSENT_MENTEE)),
        ("no", None, BOTH, Outcome(Verdict.DISPUTED)),
        ("yes", "no", None, Outcome(Verdict.DISPUTED)),
        ("yes", "no", MENTOR_WAITED, Outcome(Verdict.DISPUTED)),
        ("yes", "no", BOTH, Outcome(Verdict.SERVED)),
        ("moved", None, None, Outcome(Verdict.MOVED)),
        ("moved", "moved", NOBODY, Outcome(Verdict.MOVED)),
        ("moved", "no", None, Outcome(Verdict.NOT_SERVED)),
        ("moved", "yes", None, Outcome(Verdict.DISPUTED)),
        (None, None, BOTH, Outcome(Verdict.SERVED)),
        (None, None, None, Outcome(Verdict.ASSUMED)),
        (None, None, NOBODY, Outcome(Verdict.ASSUMED)),
        (None, None, PASSED, Outcome(Verdict.ASSUMED)),
        (None, None, MENTOR_WAITED, Outcome(Verdict.DISPUTED)),
    ],
)
def test_what_became_of_an_hour(
    mentor: Happened | None, mentee: Happened | None, presence: Presence | None, wanted: Outcome
) -> None:
    said: dict[SeatRole, Happened | None] = {SeatRole.MENTOR: mentor, SeatRole.MENTEE: mentee}
    assert outcome({role: happened for role, happened in said.items() if happened}, presence) == wanted


def presence(*, mentor: float, mentee: float, together: float) -> Presence:
    """In minutes."""
    return Presence(timedelta(minutes=mentor), timedelta(minutes=mentee), timedelta(minutes=together))


def test_five_minutes_in_the_room_together_are_a_talk_and_less_is_none() -> None:
    assert outcome({}, presence(mentor=5, mentee=5, together=5)).verdict == Verdict.SERVED
    assert outcome({}, presence(mentor=4.9, mentee=4.9, together=4.9)).verdict == Verdict.ASSUMED


def test_ten_minutes_alone_in_the_room_are_waiting_and_less_is_none() -> None:
    assert outcome({}, presence(mentor=10, mentee=0, together=0)).verdict == Verdict.DISPUTED
    assert outcome({}, presence(mentor=9.9, mentee=0, together=0)).verdict == Verdict.ASSUMED


def test_planned_hours_count_unless_somebody_says_that_they_were_not() -> None:
    assert outcome({SeatRole.MENTOR: Happened.YES}, None).counts
    assert outcome({}, None).counts
    assert not outcome({SeatRole.MENTEE: Happened.NO}, None).counts
    assert not outcome({SeatRole.MENTEE: Happened.YES, SeatRole.MENTOR: Happened.NO}, None).counts
