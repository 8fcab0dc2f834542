"""Kinds of messages about requests, and the payload that a row keeps until it is rendered.

A payload is plain JSON; instants in it are ISO texts.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from flashmeet.bookings.rules.messages import PendingPayload
from flashmeet.core.text import mark
from flashmeet.messages.rules.kinds import Category, MessageKind
from flashmeet.schedule.rules.booked_hour import Mode
from flashmeet.schedule.rules.booking_facts import Format
from flashmeet.themes.rules.messages import SuggestionPayload, ThemePayload


class HourRequestPayload(PendingPayload):
    """The pending booking, with the ask that its mentor answers. What stands around it is added when it leaves."""

    ask_id: int
    ask_nonce: str


class RequestPayload(TypedDict):
    """A request (`requests.rules.requests`) as one person is told about it; `times` are ISO instants."""

    request_id: int
    mentee_id: int
    theme: dict[str, str]
    slug: str
    regulated: bool
    other_id: int | None
    other_name: str
    other_tzid: str
    need: str
    good_hour: str
    minutes: int
    mode: Mode
    any_time: bool
    rhythm_weeks: NotRequired[int]
    series_ends_on: NotRequired[str]
    times: list[str]


class AskedPayload(RequestPayload):
    """To a mentor, who may answer until `due_at`; `wave`: other mentors are asked too.

    When it leaves, who asks and what stands around the times is added (`requests.service.todays_facts`).
    """

    ask_id: int
    ask_nonce: str
    due_at: str
    wave: bool
    format: Format


class TimesProposedPayload(RequestPayload):
    note: str
    due_at: str | None


class QuestionPayload(RequestPayload):
    """To the mentee: `note` is what the mentor of the ask wants to know, by `due_at`."""

    ask_id: int
    note: str
    due_at: str


class ReplyPayload(AskedPayload):
    """To the mentor: `note` is the mentee's reply to their `question`."""

    question: str
    note: str


THEME_CLOSED = "theme_closed"


class RequestEndedPayload(RequestPayload):
    """`action` is the state in which it ended, or `THEME_CLOSED`; `note` is the mentor's text, `colleagues` are those
    they name.

    Of one that `expired`, `note` is a question that had no reply.
    """

    action: str
    note: str
    people: list[SuggestionPayload]
    colleagues: list[SuggestionPayload]


class RequestQueuedPayload(RequestPayload):
    """`asked`: how many were."""

    asked: int


class HourOfferedPayload(RequestPayload):
    """`kept`: the hour is held for the recipient until `due_at`."""

    offer_id: int
    offer_nonce: str
    due_at: str
    kept: bool


class WeekPassedPayload(RequestPayload):
    """`action` is its state; `asked` is how many mentors were asked, of whom some `declined` and some were `silent`.

    `why` is what it waits for (`requests.rules.waiting`); `promised`: an answer within seven days was promised.
    """

    action: str
    asked: int
    declined: int
    silent: int
    why: str
    promised: bool
    people: list[SuggestionPayload]


class InactivityCheckPayload(TypedDict):
    """The inactivity question; `paused`: the mentor's hours are hidden already."""

    still_id: int
    still_nonce: str
    due_at: str
    paused: bool


REQUEST: MessageKind[HourRequestPayload] = MessageKind(
    "request",
    Category.REQUESTS,
    label=mark("Request for this hour"),
    speaks_of="hour request",
    caused_by="other_id",
    hangs_on="ask",
    timed=True,
)
"""To the mentor: a mentee asks for this hour; answer by `answer_due_at`. By SMS, too, where it begins soon."""
ASKED: MessageKind[AskedPayload] = MessageKind(
    "asked",
    Category.REQUESTS,
    label=mark("Request for an hour"),
    speaks_of="request",
    caused_by="mentee_id",
    hangs_on="ask",
)
"""To a mentor: a mentee asks for an hour."""
ASKED_AGAIN: MessageKind[AskedPayload] = MessageKind(
    "asked_again", Category.NUDGES, label=mark("Reminder about a request"), speaks_of="request", hangs_on="ask"
)
"""To the same mentor, once, at half-time."""
REQUEST_WITHDRAWN: MessageKind[RequestPayload] = MessageKind(
    "request_withdrawn",
    Category.SESSIONS,
    label=mark("Withdrawal of a request"),
    speaks_of="request",
    caused_by="mentee_id",
)
"""To the mentor whom the mentee chose: the request was withdrawn."""
TIMES_PROPOSED: MessageKind[TimesProposedPayload] = MessageKind(
    "times_proposed", Category.SESSIONS, label=mark("Times to choose from"), speaks_of="request"
)
"""To the mentee: times that the mentor proposes."""
QUESTION_ASKED: MessageKind[QuestionPayload] = MessageKind(
    "question_asked",
    Category.SESSIONS,
    label=mark("Question about a request"),
    speaks_of="request",
    caused_by="other_id",
    hangs_on="ask",
)
"""To the mentee: what the mentor wants to know before they answer."""
QUESTION_AGAIN: MessageKind[QuestionPayload] = MessageKind(
    "question_again",
    Category.NUDGES,
    label=mark("Reminder about a question"),
    speaks_of="request",
    hangs_on="ask",
)
"""To the mentee, once, at half-time."""
QUESTION_ANSWERED: MessageKind[ReplyPayload] = MessageKind(
    "question_answered",
    Category.REQUESTS,
    label=mark("Reply to a question"),
    speaks_of="request",
    caused_by="mentee_id",
    hangs_on="ask",
)
"""To the mentor: the mentee's reply, with the times to accept."""
REQUEST_ENDED: MessageKind[RequestEndedPayload] = MessageKind(
    "request_ended", Category.SESSIONS, label=mark("Outcome of a request"), speaks_of="request"
)
"""To the mentee: how the request ended (`action`), and other mentors."""
REQUEST_QUEUED: MessageKind[RequestQueuedPayload] = MessageKind(
    "request_queued", Category.REQUESTS, label=mark("Place in the queue for a theme"), speaks_of="request"
)
"""To the mentee: no mentor could this time; free hours will be offered."""
HOUR_OFFERED: MessageKind[HourOfferedPayload] = MessageKind(
    "hour_offered",
    Category.REQUESTS,
    label=mark("Offer of an hour that came free"),
    speaks_of="request",
    hangs_on="offer",
)
"""To the mentee: a free hour."""
WEEK_PASSED: MessageKind[WeekPassedPayload] = MessageKind(
    "week_passed", Category.REQUESTS, label=mark("Where a request stands after seven days"), speaks_of="request"
)
"""To the mentee after seven days: why there is no hour yet."""
STILL_WITH_US: MessageKind[InactivityCheckPayload] = MessageKind(
    "still_with_us", Category.ACCOUNT, label=mark("Question: are you still with us?"), speaks_of="inactivity"
)
"""To a mentor who let several requests expire: the question whether they are still active."""
ENCOURAGEMENT: MessageKind[ThemePayload] = MessageKind(
    "encouragement", Category.NUDGES, label=mark("Encouragement"), speaks_of="theme"
)
"""To a mentee who has not booked or asked yet, once."""
