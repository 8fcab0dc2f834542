"""Messages about requests: their kinds, and the snapshot that a row keeps until it is rendered.

A payload is plain JSON; instants in it are ISO texts.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from flashmeet.bookings.rules.messages import BookingPayload
from flashmeet.messages.rules.kinds import Category, MessageKind
from flashmeet.themes.rules.messages import SuggestionPayload, ThemePayload


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
    mode: Literal["video", "phone", "on_site"]
    any_time: bool
    times: list[str]
    ask_id: NotRequired[int]
    ask_nonce: NotRequired[str]
    offer_id: NotRequired[int]
    offer_nonce: NotRequired[str]
    due_at: NotRequired[str | None]
    wave: NotRequired[bool]
    format: NotRequired[str]
    kept: NotRequired[bool]
    asked: NotRequired[int]
    action: NotRequired[str]
    note: NotRequired[str]
    people: NotRequired[list[SuggestionPayload]]
    colleagues: NotRequired[list[SuggestionPayload]]


class InactivityCheckPayload(TypedDict):
    """`paused`: their hours are hidden by now."""

    still_id: int
    still_nonce: str
    due_at: str
    paused: bool


REQUEST: MessageKind[BookingPayload] = MessageKind("request", Category.REQUESTS, speaks_of="booking")
"""To the mentor: somebody asks for this hour, answer until answer_due_at."""
ASKED: MessageKind[RequestPayload] = MessageKind("asked", Category.REQUESTS, speaks_of="request", hangs_on="ask")
"""To a mentor: somebody asks for an hour."""
ASKED_AGAIN: MessageKind[RequestPayload] = MessageKind(
    "asked_again", Category.NUDGES, speaks_of="request", hangs_on="ask"
)
"""To the same mentor: at half-time, once."""
REQUEST_WITHDRAWN: MessageKind[RequestPayload] = MessageKind(
    "request_withdrawn", Category.SESSIONS, speaks_of="request"
)
"""To the mentor whom the mentee chose: taken back."""
TIMES_PROPOSED: MessageKind[RequestPayload] = MessageKind("times_proposed", Category.SESSIONS, speaks_of="request")
"""To the mentee: the mentor's own times."""
REQUEST_ENDED: MessageKind[RequestPayload] = MessageKind("request_ended", Category.SESSIONS, speaks_of="request")
"""To the mentee: `action` says how; who else there is."""
REQUEST_QUEUED: MessageKind[RequestPayload] = MessageKind("request_queued", Category.REQUESTS, speaks_of="request")
"""To the mentee: nobody could this time, hours that come free are offered."""
HOUR_OFFERED: MessageKind[RequestPayload] = MessageKind(
    "hour_offered", Category.REQUESTS, speaks_of="request", hangs_on="offer"
)
"""To the mentee: an hour came free."""
WEEK_PASSED: MessageKind[RequestPayload] = MessageKind("week_passed", Category.REQUESTS, speaks_of="request")
"""To the mentee: why there is no hour after seven days."""
STILL_WITH_US: MessageKind[InactivityCheckPayload] = MessageKind(
    "still_with_us", Category.ACCOUNT, speaks_of="inactivity"
)
"""To a mentor who let several requests expire."""
ENCOURAGEMENT: MessageKind[ThemePayload] = MessageKind("encouragement", Category.NUDGES, speaks_of="theme")
"""To a mentee who has not dared yet: once."""
