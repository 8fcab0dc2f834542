"""Which hours count: answers decide, presence is evidence."""

from __future__ import annotations

from datetime import timedelta

from flashmeet.bookings.rules.outcomes import Happened, Outcome, Presence, hours_served, outcome
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
        ("yes", "yes", None, Outcome("served")),
        ("yes", None, None, Outcome("served")),
        (None, "yes", NOBODY, Outcome("served")),
        ("no", "no", None, Outcome("not_served")),
        ("no", None, None, Outcome("not_served")),
        ("no", None, MENTOR_WAITED, Outcome("not_served", ABSENT_MENTEE)),
        ("no", None, BOTH, Outcome("disputed")),
        ("yes", "no", None, Outcome("disputed")),
        ("yes", "no", MENTOR_WAITED, Outcome("disputed")),
        ("yes", "no", BOTH, Outcome("served")),
        ("moved", None, None, Outcome("moved")),
        ("moved", "moved", NOBODY, Outcome("moved")),
        ("moved", "no", None, Outcome("not_served")),
        ("moved", "yes", None, Outcome("disputed")),
        (None, None, BOTH, Outcome("served")),
        (None, None, None, Outcome("assumed")),
        (None, None, NOBODY, Outcome("assumed")),
        (None, None, PASSED, Outcome("assumed")),
        (None, None, MENTOR_WAITED, Outcome("disputed")),
    ],
)
def test_what_became_of_an_hour(
    mentor: Happened | None, mentee: Happened | None, presence: Presence | None, wanted: Outcome
) -> None:
    said: dict[SeatRole, Happened | None] = {SeatRole.MENTOR: mentor, SeatRole.MENTEE: mentee}
    assert outcome({role: happened for role, happened in said.items() if happened}, presence) == wanted


def test_the_hours_served_are_those_that_were_planned_or_none() -> None:
    assert hours_served(timedelta(minutes=90), {SeatRole.MENTOR: Happened.YES}, None) == 1.5
    assert hours_served(timedelta(minutes=60), {}, None) == 1
    assert hours_served(timedelta(minutes=60), {SeatRole.MENTEE: Happened.NO}, None) == 0
    assert hours_served(timedelta(minutes=60), {SeatRole.MENTEE: Happened.YES, SeatRole.MENTOR: Happened.NO}, None) == 0
