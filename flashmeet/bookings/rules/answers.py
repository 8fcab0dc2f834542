"""What members answer about a booked hour: in their calendar, and when a leave of its mentor falls into it."""

from __future__ import annotations

from enum import StrEnum


class InviteAnswer(StrEnum):
    """What somebody's calendar answers to an invite."""

    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"
    UNPROVEN = "unproven"  # declined, says a mail that shows nothing but UID and address: the person is asked
    DELEGATED = "delegated"  # not kept: nobody can be sent in one's place
    COUNTERED = "countered"  # not kept: becomes a proposal to the other


class DeclineOutcome(StrEnum):
    """What the person says who was asked about an invite that their calendar declined."""

    OPEN = ""
    KEPT = "kept"
    CANCELLED = "cancelled"


class LeaveAnswer(StrEnum):
    """What becomes of an hour that falls into a leave."""

    KEEP = "keep"
    MOVE = "move"
    CANCEL = "cancel"
