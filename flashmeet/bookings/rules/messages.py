"""Messages about bookings, series and hours to give: their kinds, and what a row keeps until it is rendered.

A payload is plain JSON; instants in it are ISO texts.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from flashmeet.messages.rules.kinds import Category, MessageKind
from flashmeet.themes.rules.messages import SuggestionPayload

Action = Literal[
    "booked", "moved", "changed", "cancelled", "declined", "expired", "standing", "dropped", "withdrawn", ""
]


class DayFacts(TypedDict):
    """How a day goes: spans of its first day as ISO instants, the same on each of its `days`."""

    days: int
    first: list[str]
    breaks: list[list[str]]
    programme: str


class BookingPayload(TypedDict):
    """One session as one person is told about it. `role` is the recipient's own."""

    action: Action
    booking_id: int
    uid: str
    sequence: int
    stamped_at: str
    starts_at: str
    ends_at: str
    role: Literal["mentor", "mentee"]
    other_name: str
    other_tzid: str
    theme: dict[str, str]
    regulated: bool
    mode: Literal["video", "phone", "on_site"]
    need: str
    good_hour: str
    seat_id: int
    seat_nonce: str
    previous_starts_at: NotRequired[str]
    by_name: NotRequired[str]
    by_me: NotRequired[bool]
    reason: NotRequired[str]
    answer_due_at: NotRequired[str]
    place: NotRequired[str]
    my_phone: NotRequired[str]
    other_phone: NotRequired[str]
    format: NotRequired[str]
    relation: NotRequired[str]
    late_minutes: NotRequired[int]
    days: NotRequired[int]
    question_id: NotRequired[int]
    question_nonce: NotRequired[str]
    proposed_at: NotRequired[str]
    ask_id: NotRequired[int]
    ask_nonce: NotRequired[str]
    people: NotRequired[list[SuggestionPayload]]
    day: NotRequired[DayFacts]
    solved: NotRequired[bool]
    mentor_id: NotRequired[int]
    absence_id: NotRequired[int]
    absence_nonce: NotRequired[str]
    until: NotRequired[str]
    seen: NotRequired[bool]
    about_me: NotRequired[bool]
    slug: NotRequired[str]


class ReplyPayload(BookingPayload):
    """The session that an SMS answered; `answer` is come, move or cancel."""

    answer: str


class SeriesPayload(TypedDict):
    """A series as one of its two is told about it; `ends_on` is a day."""

    series_id: int
    series_nonce: str
    member_id: int
    other_name: str
    theme: dict[str, str]
    slug: str
    goals: str
    rhythm_weeks: int
    ends_on: str
    accepted: NotRequired[bool]


class HoursPayload(TypedDict):
    """Hours that a mentor could give, as ISO instants; `month` (`2026-12`) belongs to the link."""

    member_id: int
    month: str
    times: list[str]


SMS_REPLY: MessageKind[ReplyPayload] = MessageKind("sms_reply", Category.ACCOUNT, speaks_of="booking")
"""By SMS, what to do after 1, 2 or 3."""
INVITE: MessageKind[BookingPayload] = MessageKind("invite", Category.SESSIONS, speaks_of="booking")
"""Booked, moved or cancelled; carries the calendar invite."""
PENDING: MessageKind[BookingPayload] = MessageKind("pending", Category.SESSIONS, speaks_of="booking")
"""To the mentee: the mentor has been asked."""
NOT_TAKEN: MessageKind[BookingPayload] = MessageKind("not_taken", Category.SESSIONS, speaks_of="booking")
"""To the mentee: declined, or no answer in time."""
REMINDER_THREE_DAYS: MessageKind[BookingPayload] = MessageKind(
    "reminder_three_days", Category.REMINDERS, speaks_of="booking", template="reminder", hangs_on="booking", timed=True
)
"""To the mentee: by mail."""
REMINDER_DAY: MessageKind[BookingPayload] = MessageKind(
    "reminder_day", Category.REMINDERS, speaks_of="booking", template="reminder", hangs_on="booking", timed=True
)
"""Tomorrow; mail and SMS."""
REMINDER_HOUR: MessageKind[BookingPayload] = MessageKind(
    "reminder_hour", Category.REMINDERS, speaks_of="booking", template="reminder", hangs_on="booking", timed=True
)
"""In one hour, with the link; mail and SMS."""
LEAVE_QUESTION: MessageKind[BookingPayload] = MessageKind("leave_question", Category.SESSIONS, speaks_of="booking")
"""To the mentor: this session falls into your leave: keep, move or cancel?"""
DID_IT_HAPPEN: MessageKind[BookingPayload] = MessageKind(
    "did_it_happen", Category.FOLLOW_UPS, speaks_of="booking", hangs_on="booking"
)
"""The next morning, with one tap to answer."""
WHAT_CAME: MessageKind[BookingPayload] = MessageKind("what_came", Category.FOLLOW_UPS, speaks_of="booking")
"""To the mentee: what came of the hour."""
CAME_OF_IT: MessageKind[BookingPayload] = MessageKind("came_of_it", Category.FOLLOW_UPS, speaks_of="booking")
"""To the mentor: something did."""
SERIES_PROPOSED: MessageKind[SeriesPayload] = MessageKind("series_proposed", Category.REQUESTS, speaks_of="series")
"""To the one who opens it."""
SERIES_ANSWERED: MessageKind[SeriesPayload] = MessageKind("series_answered", Category.SESSIONS, speaks_of="series")
"""To the one who proposed it."""
SERIES_REVIEW: MessageKind[SeriesPayload] = MessageKind("series_review", Category.FOLLOW_UPS, speaks_of="series")
"""To both: does it go on?"""
SERIES_ENDED: MessageKind[SeriesPayload] = MessageKind("series_ended", Category.SESSIONS, speaks_of="series")
"""To the other one."""
TWO_HOURS: MessageKind[HoursPayload] = MessageKind("two_hours", Category.NUDGES, speaks_of="hours")
"""To a mentor with few open hours: once a month."""
THREAD: MessageKind[BookingPayload] = MessageKind("thread", Category.THREADS, speaks_of="booking")
"""To the other of the two: the texts they have not been sent yet."""
READ_FIRST: MessageKind[BookingPayload] = MessageKind("read_first", Category.SESSIONS, speaks_of="booking")
"""To the mentee: to be read before the hour."""

REMINDERS = (REMINDER_THREE_DAYS, REMINDER_DAY, REMINDER_HOUR)
