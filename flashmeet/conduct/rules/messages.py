"""Kinds of messages about conduct, and the payload that a row keeps until it is rendered.

A payload is plain JSON; instants in it are ISO texts.
"""

from __future__ import annotations

from typing import TypedDict

from flashmeet.bookings.rules.messages import BookingPayload
from flashmeet.core.text import mark
from flashmeet.messages.rules.kinds import Category, MessageKind
from flashmeet.themes.rules.messages import SuggestionPayload


class AbsenceSaidPayload(BookingPayload):
    """The recipient can contest `until` then; `seen`: the room saw them."""

    absence_id: int
    absence_nonce: str
    until: str
    seen: bool


class AbsenceSettledPayload(BookingPayload):
    about_me: bool


class MentorAbsentPayload(BookingPayload):
    slug: str
    people: list[SuggestionPayload]


class ConfirmPayload(BookingPayload):
    until: str


class ReleasedPayload(BookingPayload):
    slug: str


class RestPayload(TypedDict):
    """Bookings are paused until an administrator has talked to the mentee; `over`: they no longer are."""

    first_name: str
    over: bool


class ReportReceivedPayload(TypedDict):
    ended: int


class ReportClosedPayload(TypedDict):
    apart: bool


class CasePayload(TypedDict):
    case_id: int


class WordPayload(TypedDict):
    text: str


CONDUCT = mark("Message from the network")
"""Used for all messages about conduct: many people read the lists of messages, so they say no more."""

ABSENCE_SAID: MessageKind[AbsenceSaidPayload] = MessageKind(
    "absence_said", Category.SESSIONS, label=CONDUCT, speaks_of="conduct"
)
"""To the person reported absent."""
ABSENCE_SETTLED: MessageKind[AbsenceSettledPayload] = MessageKind(
    "absence_settled", Category.SESSIONS, label=CONDUCT, speaks_of="conduct"
)
"""Whether the absence counts, does not, or was withdrawn."""
MENTOR_ABSENT: MessageKind[MentorAbsentPayload] = MessageKind(
    "mentor_absent", Category.SESSIONS, label=CONDUCT, speaks_of="conduct"
)
"""To the mentee: an apology, and other mentors who are free."""
BOOKINGS_REST: MessageKind[RestPayload] = MessageKind(
    "bookings_rest", Category.ACCOUNT, label=CONDUCT, speaks_of="case"
)
"""To a mentee: bookings are paused until a talk, or no longer are."""
CONFIRM_HOUR: MessageKind[ConfirmPayload] = MessageKind(
    "confirm_hour", Category.SESSIONS, label=CONDUCT, speaks_of="conduct", hangs_on="booking"
)
"""To the mentee: please confirm that you come."""
HOUR_RELEASED: MessageKind[ReleasedPayload] = MessageKind(
    "hour_released", Category.SESSIONS, label=CONDUCT, speaks_of="conduct"
)
"""To the mentee: the hour was not confirmed and is free again."""
REPORT_RECEIVED: MessageKind[ReportReceivedPayload] = MessageKind(
    "report_received", Category.ACCOUNT, label=CONDUCT, speaks_of="case"
)
"""To who reported."""
REPORT_CLOSED: MessageKind[ReportClosedPayload] = MessageKind(
    "report_closed", Category.ACCOUNT, label=CONDUCT, speaks_of="case"
)
"""To who reported."""
CASE_OPENED: MessageKind[CasePayload] = MessageKind("case_opened", Category.ACCOUNT, label=CONDUCT, speaks_of="case")
"""To administrators: a case is open."""
NETWORK_WORD: MessageKind[WordPayload] = MessageKind(
    "network_word", Category.ACCOUNT, label=CONDUCT, speaks_of="case", to_suspended=True
)
"""An administrator's own text."""
