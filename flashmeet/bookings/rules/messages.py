"""Kinds of messages about bookings, series and hours to give, and the payload that a row keeps until it is rendered.

A payload is plain JSON; instants in it are ISO texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import NotRequired, Self, TypedDict

from flashmeet.core.text import mark
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.kinds import Category, MessageKind
from flashmeet.schedule.rules.booked_hour import Mode, SeatRole
from flashmeet.schedule.rules.booking_facts import Format
from flashmeet.themes.rules.messages import SuggestionPayload


class Action(StrEnum):
    """What befell what a message tells of."""

    NONE = ""
    BOOKED = "booked"
    MOVED = "moved"
    CHANGED = "changed"
    READDRESSED = "readdressed"
    REDERIVED = "rederived"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    EXPIRED = "expired"
    STANDING = "standing"
    DROPPED = "dropped"
    WITHDRAWN = "withdrawn"


class DayFacts(TypedDict):
    """The plan of a day: spans of its first day as ISO instants, the same on each of its `days`."""

    days: int
    first: list[str]
    breaks: list[list[str]]
    programme: str


class BookingPayload(TypedDict):
    """A booking as one person is told about it; `role` is the recipient's own, `day` the plan of a whole day.

    By `other_id` the other's name and zone are read again when the message leaves. Kinds with further fields extend
    it. `mails` reads a field from `place` on as "" where an older row lacks it.
    """

    action: Action
    booking_id: int
    uid: str
    sequence: int
    stamped_at: str
    starts_at: str
    ends_at: str
    role: SeatRole
    other_name: str
    other_about: NotRequired[str]
    other_year: NotRequired[int | None]
    """When they graduated."""
    other_tzid: str
    theme: dict[str, str]
    regulated: bool
    mode: Mode
    need: str
    good_hour: str
    seat_id: int
    seat_nonce: str
    place: str
    place_tzid: NotRequired[str]
    my_phone: str
    other_phone: str
    format: Format
    relation: str
    day: NotRequired[DayFacts]
    other_id: int


class InviteFacts(TypedDict, total=False):
    """Further fields of some invites: the previous time, why the booking ended, where to book another hour; whether
    the other can no longer come (`sorry`), and which `people` are free close to that time."""

    previous_starts_at: str
    reason: str
    solved: bool
    sorry: bool
    people: list[SuggestionPayload]
    mentor_id: int
    slug: str


class InvitePayload(BookingPayload, InviteFacts):
    """`by_name` is who acted, "" for nobody; `by_me`: the recipient did."""

    by_name: str
    by_me: bool
    by_id: int | None


class WithdrawnPayload(BookingPayload):
    """`to` is the address that the member left."""

    to: str


class PendingPayload(BookingPayload):
    """A booking that its mentor has not accepted yet."""

    answer_due_at: str


class NotTakenPayload(BookingPayload):
    """`reason` is the text of the other person, `by_name`; a mentee is told who else is free on the theme `slug`."""

    by_name: str
    by_id: int
    reason: str
    people: list[SuggestionPayload]
    slug: str


class OutcomePayload(BookingPayload):
    """Sent this many `days` after the booking."""

    days: int


class WordsPayload(BookingPayload):
    """`reason` is the other person's text."""

    reason: str


class ReplyPayload(BookingPayload):
    """The booking that an SMS answered; `answer` is come, move, cancel, passed_on or not_passed_on."""

    answer: str


class SeriesPayload(TypedDict):
    """A series as one of its two people is told about it; `ends_on` is a date."""

    series_id: int
    series_nonce: str
    member_id: int
    other_id: int
    other_name: str
    theme: dict[str, str]
    slug: str
    goals: str
    rhythm_weeks: int
    ends_on: str


class SeriesAnsweredPayload(SeriesPayload):
    accepted: bool


class HoursPayload(TypedDict):
    """Hours that a mentor could give, as ISO instants; `month` (`2026-12`) is part of the signed link."""

    member_id: int
    month: str
    times: list[str]


SMS_REPLY: MessageKind[ReplyPayload] = MessageKind(
    "sms_reply", Category.ACCOUNT, label=mark("Reply to an SMS"), speaks_of="booking"
)
"""SMS: what follows from the answer 1, 2 or 3, or from words."""
INVITE: MessageKind[InvitePayload] = MessageKind(
    "invite",
    Category.SESSIONS,
    label=mark("Invite"),
    labels={
        "moved": mark("New time, with the updated invite"),
        "changed": mark("How you’ll meet, with the invite"),
        "rederived": mark("New clock rules, with the updated invite"),
        "readdressed": mark("A new email address, with the invite"),
        "cancelled": mark("Cancellation, with the calendar update"),
    },
    speaks_of="booking",
    caused_by="by_id",
    takes_back=Action.CANCELLED,
)
"""Booked, moved or cancelled; carries the calendar invite."""
INVITE_WITHDRAWN: MessageKind[WithdrawnPayload] = MessageKind(
    "invite_withdrawn",
    Category.SESSIONS,
    label=mark("Calendar entry taken out of a former mailbox"),
    speaks_of="booking",
    names_address=True,
)
"""To the address that the member left; carries the calendar’s cancellation. The hour itself stands."""
PENDING: MessageKind[PendingPayload] = MessageKind(
    "pending", Category.SESSIONS, label=mark("Confirmation that the mentor has been asked"), speaks_of="booking"
)
"""To the mentee: the mentor was asked."""
NOT_TAKEN: MessageKind[NotTakenPayload] = MessageKind(
    "not_taken",
    Category.SESSIONS,
    label=mark("Notice that the hour will not take place"),
    speaks_of="booking",
    caused_by="by_id",
)
"""To the mentee: declined, or no answer in time. To the mentor: cancelled by the mentee."""
LEAVE_QUESTION: MessageKind[BookingPayload] = MessageKind(
    "leave_question", Category.SESSIONS, label=mark("Question about time off"), speaks_of="booking"
)
"""To the mentor: keep, move or cancel a booking that falls into their leave?"""
CLOCKS_CHANGED: MessageKind[BookingPayload] = MessageKind(
    "clocks_changed", Category.SESSIONS, label=mark("Notice of new clock rules"), speaks_of="booking"
)
"""To both: the hour stands, but a clock shows another time by now. To the mentor: keep or move it?"""
CLOSED_HOUR_QUESTION: MessageKind[BookingPayload] = MessageKind(
    "closed_hour_question", Category.SESSIONS, label=mark("Question about hours no longer given"), speaks_of="booking"
)
"""To the mentor: keep, move or cancel a booking in an hour that they give no longer?"""
DID_IT_HAPPEN: MessageKind[BookingPayload] = MessageKind(
    "did_it_happen",
    Category.FOLLOW_UPS,
    label=mark("Question: did it take place?"),
    speaks_of="booking",
    hangs_on="booking",
)
"""To both, the next morning: did it take place? Answered with one tap."""
WHAT_CAME: MessageKind[OutcomePayload] = MessageKind(
    "what_came", Category.FOLLOW_UPS, label=mark("Question: what came of it?"), speaks_of="booking"
)
"""To the mentee: what came of the hour?"""
CAME_OF_IT: MessageKind[OutcomePayload] = MessageKind(
    "came_of_it", Category.FOLLOW_UPS, label=mark("News of what came of it"), speaks_of="booking"
)
"""To the mentor: the mentee's good news about what came of the hour."""
SERIES_PROPOSED: MessageKind[SeriesPayload] = MessageKind(
    "series_proposed", Category.REQUESTS, label=mark("Proposal to continue"), speaks_of="series"
)
"""To the one who is asked to accept it."""
SERIES_ANSWERED: MessageKind[SeriesAnsweredPayload] = MessageKind(
    "series_answered", Category.SESSIONS, label=mark("Reply to a proposal to continue"), speaks_of="series"
)
"""To the one who proposed it: accepted or declined."""
SERIES_REVIEW: MessageKind[SeriesPayload] = MessageKind(
    "series_review", Category.FOLLOW_UPS, label=mark("Question: should a series continue?"), speaks_of="series"
)
"""To both: does the series go on?"""
SERIES_ENDED: MessageKind[SeriesPayload] = MessageKind(
    "series_ended", Category.SESSIONS, label=mark("End of a series"), speaks_of="series"
)
"""To the one who did not end it."""
TWO_HOURS: MessageKind[HoursPayload] = MessageKind(
    "two_hours", Category.NUDGES, label=mark("Request for two hours this month"), speaks_of="hours"
)
"""To a mentor with few open hours, once a month."""
THREAD: MessageKind[WordsPayload] = MessageKind(
    "thread", Category.THREADS, label=mark("Message from the other person"), speaks_of="booking"
)
"""To the other of the two: the texts not yet mailed to them."""
READ_FIRST: MessageKind[WordsPayload] = MessageKind(
    "read_first", Category.SESSIONS, label=mark("Something to read beforehand"), speaks_of="booking"
)
"""To the mentee: a text to read before the hour."""


class ReminderKind(MessageKind[BookingPayload]):
    """A reminder of a booking: how long before, to which of the two, and how. `rules.reminders` plans by it.

    `before` is counted back from the start: whole days are days in the recipient's local time, less than a day is
    elapsed time. `to_mentee` and `to_mentor` are the channels by which each is reminded, none where they are not.
    `carries_call`: its link goes to the call instead of the booking's page. All reminders share a template, are
    switched off together, and are dropped once the booking has changed.
    """

    before: timedelta
    channels: Mapping[SeatRole, tuple[ChannelName, ...]]
    carries_call: bool

    def __new__(
        cls,
        name: str,
        *,
        label: str,
        before: timedelta,
        to_mentee: tuple[ChannelName, ...] = (),
        to_mentor: tuple[ChannelName, ...] = (),
        carries_call: bool = False,
    ) -> Self:
        if before > timedelta(days=1) and before % timedelta(days=1):
            raise ValueError(f"{name} comes whole days before, or less than one")
        kind = super().__new__(
            cls,
            name,
            Category.REMINDERS,
            label=label,
            speaks_of="booking",
            template="reminder",
            hangs_on="booking",
            timed=True,
        )
        kind.before, kind.carries_call = before, carries_call
        kind.channels = {SeatRole.MENTEE: to_mentee, SeatRole.MENTOR: to_mentor}
        return kind


_MAIL, _BOTH = (ChannelName.MAIL,), (ChannelName.MAIL, ChannelName.SMS)
REMINDERS = (
    ReminderKind(
        "reminder_three_days",
        label=mark("Reminder three days before"),
        before=timedelta(days=3),
        to_mentee=_MAIL,
    ),
    ReminderKind(
        "reminder_day",
        label=mark("Reminder one day before"),
        before=timedelta(days=1),
        to_mentee=_BOTH,
        to_mentor=_BOTH,
    ),
    ReminderKind(
        "reminder_hour",
        label=mark("Reminder one hour before"),
        before=timedelta(hours=1),
        to_mentee=_BOTH,
        to_mentor=_BOTH,
        carries_call=True,
    ),
)
"""Every reminder there is: another one is another entry."""
