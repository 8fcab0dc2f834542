"""What members do to our events in their calendars, and what is asked because of it."""

from __future__ import annotations

from enum import StrEnum


class EventChange(StrEnum):
    """How an event of ours differs from what was written."""

    GONE = "gone"
    CHANGED = "changed"


class QuestionKind(StrEnum):
    GONE = "gone"  # this member deleted the event: cancel or keep?
    MOVED = "moved"  # the mentor moved the event: does that suit the mentee?


class QuestionAnswer(StrEnum):
    OPEN = ""
    KEEP = "keep"
    CANCEL = "cancel"
    ACCEPT = "accept"
    DECLINE = "decline"
    RULE = "rule"  # time ran out: the administrator's rule applied
    WITHDRAWN = "withdrawn"  # the mentor put the event back


ANSWERS = {
    QuestionKind.GONE: (QuestionAnswer.KEEP, QuestionAnswer.CANCEL),
    QuestionKind.MOVED: (QuestionAnswer.ACCEPT, QuestionAnswer.DECLINE),
}
"""What may be answered to each."""
