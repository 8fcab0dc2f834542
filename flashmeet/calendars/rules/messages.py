"""Kinds of messages about members' own calendars, and the payload that a row keeps until it is rendered.

A payload is plain JSON; instants in it are ISO texts.
"""

from __future__ import annotations

from typing import TypedDict

from flashmeet.bookings.rules.messages import BookingPayload
from flashmeet.core.text import mark
from flashmeet.messages.rules.kinds import Category, MessageKind


class QuestionPayload(BookingPayload):
    """The question about a booking (`calendars.models.CalendarQuestion`); `proposed_at` is the proposed time, or "".
    `by_mail`: it was proposed in an answer to an invite."""

    question_id: int
    question_nonce: str
    proposed_at: str
    by_mail: bool


class CounterPayload(BookingPayload):
    """A time that a calendar proposed in an answer, "" where none was read or the answer was not proved."""

    proposed_at: str


class EventPayload(TypedDict):
    """A booking to be written into a calendar."""

    booking_id: int
    calendar_id: int


class TroublePayload(TypedDict):
    """All that is amiss with an account: the fault for which it cannot be read, or ""; the first titles of events that
    cannot be read wholly; `gone`: many of our events disappeared at once.

    `closed`: its mentor's hours are hidden while it cannot be read. `kept`: it was read before, and what it said then
    is kept. `kind`: how we get into it; `vendor`: whose timetable it is; `mentor`: whether its member gives hours.
    """

    account_id: int
    label: str
    fault: str
    closed: bool
    kept: bool
    titles: list[str]
    gone: bool
    kind: str
    vendor: str
    mentor: bool


class ManyGonePayload(TypedDict):
    """Many of our events disappeared at once from the account of `name`, and nothing was done."""

    account_id: int
    label: str
    count: int
    owner_id: int
    name: str


CALENDAR_EVENT: MessageKind[EventPayload] = MessageKind(
    "calendar_event", Category.SESSIONS, label=mark("Calendar entry"), speaks_of="payload"
)
"""Through the channel `calendar`: brings the event in this person's calendar up to date."""
CALENDAR_TROUBLE: MessageKind[TroublePayload] = MessageKind(
    "calendar_trouble",
    Category.ACCOUNT,
    label=mark("Notice that a calendar cannot be read"),
    speaks_of="calendar account",
    hangs_on="calendar account",
)
"""To a calendar's owner, once a day at most: all that is amiss with it when the mail leaves."""
CALENDAR_MANY_GONE: MessageKind[ManyGonePayload] = MessageKind(
    "calendar_many_gone",
    Category.ACCOUNT,
    label=mark("Notice that many hours disappeared from a calendar"),
    speaks_of="calendar account",
    hangs_on="calendar account",
)
"""To administrators: many of our events disappeared at once, and nothing was done."""
CALENDAR_GONE: MessageKind[QuestionPayload] = MessageKind(
    "calendar_gone",
    Category.SESSIONS,
    label=mark("Question about an hour deleted from a calendar"),
    speaks_of="calendar question",
    hangs_on="calendar question",
)
"""To the member who deleted the event in their calendar: cancel or keep?"""
CALENDAR_MOVED: MessageKind[QuestionPayload] = MessageKind(
    "calendar_moved",
    Category.SESSIONS,
    label=mark("Question about an hour moved in a calendar"),
    speaks_of="calendar question",
    hangs_on="calendar question",
)
"""To the other: moved in the mentor's calendar, or another time proposed by mail; does it suit?"""
CALENDAR_STAYS: MessageKind[QuestionPayload] = MessageKind(
    "calendar_stays",
    Category.SESSIONS,
    label=mark("Notice that the hour keeps its time"),
    speaks_of="calendar question",
)
"""To whoever would have liked another time: it does not suit."""
DECLINE_QUESTION: MessageKind[BookingPayload] = MessageKind(
    "decline_question", Category.SESSIONS, label=mark("Question about a calendar’s reply"), speaks_of="booking"
)
"""To the member whose calendar declined: cancel or keep?"""
NOT_DELEGABLE: MessageKind[BookingPayload] = MessageKind(
    "not_delegable", Category.SESSIONS, label=mark("Notice that an hour cannot be passed on"), speaks_of="booking"
)
"""To whose calendar delegated: nobody can be sent in one's place."""
COUNTER_FAILED: MessageKind[CounterPayload] = MessageKind(
    "counter_failed",
    Category.SESSIONS,
    label=mark("Notice that another time could not be passed on"),
    speaks_of="calendar question",
)
"""To whose calendar answered with another time, which cannot be had or was not proved to be theirs."""
