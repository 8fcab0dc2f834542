"""Messages about requests: their kinds, and the snapshot that a row keeps until it is rendered.

A payload is plain JSON; instants in it are ISO texts.
"""

from __future__ import annotations

from typing import TypedDict

from flashmeet.bookings.rules.messages import PendingPayload
from flashmeet.core.text import mark
from flashmeet.messages.rules.kinds import Category, MessageKind
from flashmeet.schedule.rules.booked_hour import Mode
from flashmeet.schedule.rules.booking_facts import Format
from flashmeet.themes.rules.messages import SuggestionPayload, ThemePayload


class HourRequestPayload(PendingPayload):
    """The hour that is asked for, with the ask that its mentor answers."""

    ask_id: int
    ask_nonce: str


class RequestPayload(TypedDict):
    """A request (`requests.rules.requests`) as one person is told about it; `times` are ISO instants."""

    request_id: int
    mentee_id: int
    theme: dict[str, str]
    slug: str
    regulated: bool
    other_name: str
    other_tzid: str
    need: str
    good_hour: str
    minutes: int
    mode: Mode
    any_time: bool
    times: list[str]


class AskedPayload(RequestPayload):
    """To who answers until `due_at`; `wave`: others are asked, too."""

    ask_id: int
    ask_nonce: str
    due_at: str
    wave: bool
    format: Format


class TimesProposedPayload(RequestPayload):
    note: str
    due_at: str | None


class RequestEndedPayload(RequestPayload):
    """`action` is the state in which it ended; `note` are the mentor's words, `colleagues` whom they name."""

    action: str
    note: str
    people: list[SuggestionPayload]
    colleagues: list[SuggestionPayload]


class RequestQueuedPayload(RequestPayload):
    """`asked`: how many were."""

    asked: int


class HourOfferedPayload(RequestPayload):
    """`kept`: for the recipient alone, until `due_at`."""

    offer_id: int
    offer_nonce: str
    due_at: str
    kept: bool


class WeekPassedPayload(RequestPayload):
    """`action` is its state; `asked`: how many were."""

    action: str
    asked: int
    people: list[SuggestionPayload]


class InactivityCheckPayload(TypedDict):
    """`paused`: their hours are hidden by now."""

    still_id: int
    still_nonce: str
    due_at: str
    paused: bool


REQUEST: MessageKind[HourRequestPayload] = MessageKind(
    "request", Category.REQUESTS, label=mark("Request for this hour"), speaks_of="booking"
)
"""To the mentor: somebody asks for this hour, answer until answer_due_at."""
ASKED: MessageKind[AskedPayload] = MessageKind(
    "asked", Category.REQUESTS, label=mark("Request for an hour"), speaks_of="request", hangs_on="ask"
)
"""To a mentor: somebody asks for an hour."""
ASKED_AGAIN: MessageKind[AskedPayload] = MessageKind(
    "asked_again", Category.NUDGES, label=mark("Reminder about a request"), speaks_of="request", hangs_on="ask"
)
"""To the same mentor: at half-time, once."""
REQUEST_WITHDRAWN: MessageKind[RequestPayload] = MessageKind(
    "request_withdrawn", Category.SESSIONS, label=mark("Withdrawal of a request"), speaks_of="request"
)
"""To the mentor whom the mentee chose: taken back."""
TIMES_PROPOSED: MessageKind[TimesProposedPayload] = MessageKind(
    "times_proposed", Category.SESSIONS, label=mark("Times to choose from"), speaks_of="request"
)
"""To the mentee: the mentor's own times."""
REQUEST_ENDED: MessageKind[RequestEndedPayload] = MessageKind(
    "request_ended", Category.SESSIONS, label=mark("Outcome of a request"), speaks_of="request"
)
"""To the mentee: `action` says how; who else there is."""
REQUEST_QUEUED: MessageKind[RequestQueuedPayload] = MessageKind(
    "request_queued", Category.REQUESTS, label=mark("Place in the queue for a theme"), speaks_of="request"
)
"""To the mentee: nobody could this time, hours that come free are offered."""
HOUR_OFFERED: MessageKind[HourOfferedPayload] = MessageKind(
    "hour_offered",
    Category.REQUESTS,
    label=mark("Offer of an hour that came free"),
    speaks_of="request",
    hangs_on="offer",
)
"""To the mentee: an hour came free."""
WEEK_PASSED: MessageKind[WeekPassedPayload] = MessageKind(
    "week_passed", Category.REQUESTS, label=mark("Where a request stands after seven days"), speaks_of="request"
)
"""To the mentee: why there is no hour after seven days."""
STILL_WITH_US: MessageKind[InactivityCheckPayload] = MessageKind(
    "still_with_us", Category.ACCOUNT, label=mark("Question: are you still with us?"), speaks_of="inactivity"
)
"""To a mentor who let several requests expire."""
ENCOURAGEMENT: MessageKind[ThemePayload] = MessageKind(
    "encouragement", Category.NUDGES, label=mark("Encouragement"), speaks_of="theme"
)
"""To a mentee who has not dared yet: once."""
