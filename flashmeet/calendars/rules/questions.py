"""Changes that members make to our events in their calendars, and the questions that follow."""

from __future__ import annotations

from enum import StrEnum


class EventChange(StrEnum):
    """How an event of ours differs from what we wrote."""

    GONE = "gone"
    CHANGED = "changed"


class QuestionKind(StrEnum):
    GONE = "gone"  # the member deleted the event: cancel or keep?
    MOVED = "moved"  # the mentor moved the event: does the mentee accept?
    PROPOSED = "proposed"  # a calendar answered the invite with another time: does the other accept?


class QuestionAnswer(StrEnum):
    OPEN = ""
    KEEP = "keep"
    CANCEL = "cancel"
    ACCEPT = "accept"
    DECLINE = "decline"
    RULE = "rule"  # time ran out: the administrator's rule applied
    WITHDRAWN = "withdrawn"  # the mentor moved the event back, or the calendar accepted the time that stands


ANSWERS = {
    QuestionKind.GONE: (QuestionAnswer.KEEP, QuestionAnswer.CANCEL),
    QuestionKind.MOVED: (QuestionAnswer.ACCEPT, QuestionAnswer.DECLINE),
    QuestionKind.PROPOSED: (QuestionAnswer.ACCEPT, QuestionAnswer.DECLINE),
}
"""The answers allowed for each kind."""
WISHES = (QuestionKind.MOVED, QuestionKind.PROPOSED)
"""Kinds that ask for another time."""
