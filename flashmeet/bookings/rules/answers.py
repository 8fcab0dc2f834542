"""Members' answers about a booking: in their calendar, and when it falls into its mentor's leave."""

from __future__ import annotations

from enum import StrEnum


class InviteAnswer(StrEnum):
    """A calendar's answer to an invite."""

    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"
    UNPROVEN = "unproven"  # declined, says a mail that shows nothing but UID and address: the person is asked
    DELEGATED = "delegated"  # nobody can be sent in one's place
    COUNTERED = "countered"  # another time: becomes a proposal to the other


SAYS_NOTHING_OF_COMING = (InviteAnswer.DELEGATED, InviteAnswer.COUNTERED)
"""Answers that are followed once, and leave what was said before as it was."""


class DeclineOutcome(StrEnum):
    """The answer of a person whose calendar declined an invite."""

    OPEN = ""
    KEPT = "kept"
    CANCELLED = "cancelled"


class LeaveAnswer(StrEnum):
    """A mentor's answer about a booking that falls into their leave."""

    KEEP = "keep"
    MOVE = "move"
    CANCEL = "cancel"
