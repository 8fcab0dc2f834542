"""Asking for an hour: what may become of a request and of each mentor who was asked, how much may be asked at once,
and the clocks that run meanwhile."""

from __future__ import annotations

from typing import Literal

Kind = Literal["mentor", "theme", "hour"]
State = Literal[
    "open",  # mentors are being asked
    "proposed",  # a mentor proposed times: the mentee chooses
    "queued",  # nobody could; hours that come free are offered in order
    "accepted",
    "declined",
    "solved",  # answered in writing, no hour was needed
    "expired",
    "withdrawn",
    "untaken",  # the queue is over: the mentee is told of the next open hour
]
STATES: tuple[State, ...] = (
    "open",
    "proposed",
    "queued",
    "accepted",
    "declined",
    "solved",
    "expired",
    "withdrawn",
    "untaken",
)
LIVE: tuple[State, ...] = ("open", "proposed", "queued")

AskState = Literal["asked", "accepted", "declined", "countered", "solved", "expired", "withdrawn", "closed"]
ASK_STATES: tuple[AskState, ...] = (
    "asked",
    "accepted",
    "declined",
    "countered",
    "solved",
    "expired",
    "withdrawn",
    "closed",
)
ANSWERED: tuple[AskState, ...] = ("accepted", "declined", "countered", "solved")
"""What counts as an answer in time; `closed` (somebody else has it) and `withdrawn` count for nothing."""
