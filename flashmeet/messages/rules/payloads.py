"""What messages say: the snapshot that an outbox row keeps until it is rendered.

A payload is plain JSON. Instants in it are ISO texts; `render` adapters turn them into the recipient's wall time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal, NotRequired, TypedDict

Kind = Literal[
    "sign_in_code",  # CodePayload
    "phone_code",  # PhoneCodePayload: by SMS, to the number that is being verified
    "sms_reply",  # ReplyPayload: by SMS, what to do after 1, 2 or 3
    "invite",  # SessionPayload: booked, moved or cancelled; carries the calendar invite
    "request",  # SessionPayload, to the mentor: somebody asks for this hour, answer until answer_due_at
    "pending",  # SessionPayload, to the mentee: the mentor has been asked
    "not_taken",  # SessionPayload, to the mentee: declined, or no answer in time
    "reminder_three_days",  # SessionPayload, to the mentee: by mail
    "reminder_day",  # SessionPayload: tomorrow; mail and SMS
    "reminder_hour",  # SessionPayload: in one hour, with the link; mail and SMS
    "joined",  # JoinedPayload: an application was granted
    "late",  # SessionPayload with late_minutes: the other comes some minutes late; mail and SMS
    "leave_question",  # SessionPayload, to the mentor: this session falls into your leave: keep, move or cancel?
    "theme_open",  # ThemePayload: an hour of the theme that you wait for is open
    "mentor_wanted",  # ThemePayload, from an administrator: would you help with this theme?
    "room_instead",  # SessionPayload: the video provider cannot be reached, meet in the built-in room
    "did_it_happen",  # SessionPayload: the next morning, with one tap to answer
    "end_meeting",  # MeetingPayload, to a video provider: nobody meets there any more
    "calendar_event",  # through the channel `calendar`: this person's calendar is made to say what is agreed
    "calendar_trouble",  # {label, fault, closed}: a calendar cannot be read
    "calendar_many_gone",  # {label, count, name, mine}: so many of our events went at once that nothing was done
    "calendar_gone",  # SessionPayload and a question, to the mentor: deleted in the calendar; cancel or keep?
    "calendar_moved",  # SessionPayload and a question, to the mentee: moved in the mentor's calendar; does it suit?
    "calendar_stays",  # SessionPayload, to the mentor: the other time does not suit
    "asked",  # RequestPayload, to a mentor: somebody asks for an hour
    "asked_again",  # RequestPayload, to the same mentor: at half-time, once
    "request_withdrawn",  # RequestPayload, to the mentor whom the mentee chose: taken back
    "times_proposed",  # RequestPayload, to the mentee: the mentor's own times
    "request_ended",  # RequestPayload, to the mentee: `action` says how; who else there is
    "request_queued",  # RequestPayload, to the mentee: nobody could this time, hours that come free are offered
    "hour_offered",  # RequestPayload, to the mentee: an hour came free
    "week_passed",  # RequestPayload, to the mentee: why there is no hour after seven days
    "still_with_us",  # StillPayload, to a mentor who let several requests expire
    "nudge",  # NudgePayload, from an administrator: a word about hours, requests, a profile, a theme
    "pause_offer",  # NudgePayload, after three of them in vain: would you rather have a pause?
    "digest",  # DigestPayload, to an administrator on Monday: five things to do
    "what_came",  # SessionPayload with days, to the mentee: what came of the hour
    "came_of_it",  # SessionPayload with days, to the mentor: something did
    "series_proposed",  # SeriesPayload, to the one who opens it
    "series_answered",  # SeriesPayload with accepted, to the one who proposed it
    "series_review",  # SeriesPayload, to both: does it go on?
    "series_ended",  # SeriesPayload, to the other one
    "two_hours",  # HoursPayload, to a mentor with few open hours: once a month
    "encouragement",  # ThemePayload with people, to a mentee who has not dared yet: once
    "absence_said",  # SessionPayload with absence_*: the other says that you did not come
    "absence_settled",  # SessionPayload: it counts, it does not, or it was taken back
    "mentor_absent",  # SessionPayload with people, to the mentee: an apology, and who else is free
    "bookings_rest",  # {first_name, over}, to a mentee: the network talks to you first; or it has
    "confirm_hour",  # SessionPayload with until, to the mentee: do you come?
    "hour_released",  # SessionPayload, to the mentee: it was not confirmed
    "report_received",  # {ended}, to who reported
    "report_closed",  # {apart}, to who reported
    "case_opened",  # {case_id}, to administrators
    "network_word",  # {text}, from an administrator
    "decline_question",  # SessionPayload, to whose calendar declined: cancel or keep?
    "thread",  # SessionPayload, to the other of the two: the texts they have not been sent yet
    "read_first",  # SessionPayload, to the mentee: to be read before the hour
]

TIMED: tuple[Kind, ...] = ("reminder_three_days", "reminder_day", "reminder_hour")
"""Said at a moment that hangs on the session: not said at all once it was moved or cancelled."""

AFTERWARDS: tuple[Kind, ...] = ("did_it_happen",)
"""Said once the session is over: not said of one that was cancelled or moved after all."""

URGENCIES = (0, 1, 2)


def urgency(due_at: datetime, not_after: datetime | None) -> int:
    """What leaves first of much that is due: what is said at once, what is of use for two hours, then the rest."""
    if not_after is None:
        return 0
    return 1 if not_after - due_at <= timedelta(hours=2) else 2


Action = Literal[
    "booked", "moved", "changed", "cancelled", "declined", "expired", "standing", "dropped", "withdrawn", ""
]


class CodePayload(TypedDict):
    code: str
    minutes: int


class JoinedPayload(TypedDict):
    first_name: str


class ThemePayload(TypedDict):
    """A theme as one person is told about it: its name per language, and how its address calls it."""

    theme: dict[str, str]
    slug: str
    by_name: NotRequired[str]
    people: NotRequired[list[Told]]


class Told(TypedDict):
    """Somebody the mentee may turn to instead, with their soonest hour where it is known."""

    id: int
    name: str
    soonest: NotRequired[str]


class RequestPayload(TypedDict):
    """A request (`domain.requests`) as one person is told about it; `times` are ISO instants."""

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
    people: NotRequired[list[Told]]
    colleagues: NotRequired[list[Told]]


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


class StillPayload(TypedDict):
    """`paused`: their hours are hidden by now."""

    still_id: int
    still_nonce: str
    due_at: str
    paused: bool


class NudgePayload(TypedDict):
    """`about` is one of `domain.nudges.ABOUT`; `note` is the administrator's own."""

    nudge_id: int
    nonce: str
    about: str
    by_name: str
    note: str
    theme: NotRequired[dict[str, str]]
    slug: NotRequired[str]


class DigestPayload(TypedDict):
    """What there is to do (`domain.to_do.Thing` as a mapping), the most urgent first."""

    things: list[dict[str, Any]]


class PhoneCodePayload(CodePayload):
    """`to` is the number that is being verified, E.164: it is not the member's yet."""

    to: str


class MeetingPayload(TypedDict):
    """A meeting as its provider knows it (`domain.video`)."""

    provider: str
    key: str
    uid: str


class DayFacts(TypedDict):
    """How a day goes: spans of its first day as ISO instants, the same on each of its `days`."""

    days: int
    first: list[str]
    breaks: list[list[str]]
    programme: str


class SessionPayload(TypedDict):
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
    people: NotRequired[list[Told]]
    day: NotRequired[DayFacts]
    solved: NotRequired[bool]
    mentor_id: NotRequired[int]
    absence_id: NotRequired[int]
    absence_nonce: NotRequired[str]
    until: NotRequired[str]
    seen: NotRequired[bool]
    about_me: NotRequired[bool]
    slug: NotRequired[str]


class ReplyPayload(SessionPayload):
    """The session that an SMS answered; `answer` is come, move or cancel."""

    answer: str
