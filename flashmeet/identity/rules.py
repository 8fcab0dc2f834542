"""What a member can be before they are one, why a number gets no SMS, and why somebody can no longer come."""

from __future__ import annotations

from enum import StrEnum


class JoiningState(StrEnum):
    PROOF = "proof"  # they have to prove their address
    APPROVAL = "approval"  # an administrator has to say yes


class BlockReason(StrEnum):
    OPTED_OUT = "opted_out"  # the number answered STOP
    BAD_NUMBER = "bad_number"  # the provider cannot reach it


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

    @property
    def whole(self) -> bool:
        """Whether they can come to nothing at all: no hour can be kept, as mentor or as mentee."""
        return self is Departure.SUSPENDED

    @property
    def for_good(self) -> bool:
        """Whether what was to go on, such as a series, ends with it."""
        return self in (Departure.SUSPENDED, Departure.ROLE_TAKEN)


class AgreedHours(StrEnum):
    """What becomes of the hours agreed with somebody who gives none from now on. To keep them is the default."""

    KEEP = "keep"
    CANCEL = "cancel"
