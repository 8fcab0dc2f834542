"""A calendar's reply to an invite (RFC 5546 §3.2.3), before its sender is verified."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flashmeet.bookings.rules.answers import InviteAnswer


class ReplyOutcome(StrEnum):
    """What was done with a calendar's reply."""

    TAKEN = "taken"
    ASKED = "asked"
    KNOWN = "known"
    NOT_OURS = "not_ours"
    NOT_BELIEVED = "not_believed"
    OF_ANOTHER_TIME = "of_another_time"


ANSWERS = {
    "ACCEPTED": InviteAnswer.ACCEPTED,
    "TENTATIVE": InviteAnswer.TENTATIVE,
    "DECLINED": InviteAnswer.DECLINED,
    "DELEGATED": InviteAnswer.DELEGATED,
}
"""By PARTSTAT; NEEDS-ACTION answers nothing."""
CLOCKS_DIFFER = timedelta(days=1)
"""A reply stamped further in the future is ignored: it would outrank every later one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarReply:
    """One VEVENT of METHOD:REPLY or METHOD:COUNTER, and the mail it came in.

    `attendee` is an address in lower case. `token` is what our invite carried, in its ATTENDEE and in a property of its
    own, "" where the calendar kept neither; `answers_to` are the Message-IDs that the mail refers to. Either shows that
    it was written by somebody who has the invite. `note` is what the person wrote beside the answer, "" for nothing.
    """

    uid: str
    attendee: str
    token: str
    answers_to: frozenset[str]
    sequence: int
    stamped_at: datetime
    answer: InviteAnswer
    note: str = ""
    proposed_at: datetime | None = None
    """Of METHOD:COUNTER, the time that its sender would rather have; None where it is no sure instant."""
