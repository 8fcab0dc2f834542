"""Every policy that an administrator may decide, each said once: the page and its check follow from here.

What rules read has its default there (`NetworkSettings`, `Policy`, `RoomTimes`); the others have it here.

    from flashmeet.domain.setting_entries import LATE_CANCEL_HOURS
    hours = setting(session, LATE_CANCEL_HOURS)     # `core.settings.queries`; typed as the entry's value

A key never changes its meaning: it is what the database keeps.
"""

from __future__ import annotations

from typing import Any

from flashmeet.core.marking import mark
from flashmeet.core.settings.kinds import Choice, Clock, Entry, Limit, Number
from flashmeet.core.settings.network_entries import NETWORK_ENTRIES, SHIPPED

GROUPS = {
    "network": mark("The network"),
    "words": mark("What things are called"),
    "joining": mark("Joining"),
    "mentors": mark("How a new mentor starts"),
    "hours": mark("Hours and rooms"),
    "messages": mark("Messages"),
    "calendars": mark("Calendars"),
    "programme": mark("Keeping promises"),
}
MINUTES, HOURS, DAYS, SESSIONS = mark("minutes"), mark("hours"), mark("days"), mark("sessions")


PER_DAY = Entry(
    key="policy.per_day",
    group="mentors",
    kind=Limit(1, 24, SESSIONS),
    default=SHIPPED.policy.per_day,
    label=mark("Hours a day, at most"),
    effect=mark("What a new mentor starts from; each changes it for themselves."),
)
PER_WEEK = Entry(
    key="policy.per_week",
    group="mentors",
    kind=Limit(1, 50, SESSIONS),
    default=SHIPPED.policy.per_week,
    label=mark("Hours a week, at most"),
    effect=mark("What a new mentor starts from; each changes it for themselves."),
)
PER_MONTH = Entry(
    key="policy.per_month",
    group="mentors",
    kind=Limit(1, 200, SESSIONS),
    default=SHIPPED.policy.per_month,
    label=mark("Hours a month, at most"),
    effect=mark("What a new mentor starts from; the first minute asks for it."),
)
NOTICE = Entry(
    key="policy.notice_minutes",
    group="mentors",
    kind=Number(0, 20_160, MINUTES),
    default=SHIPPED.policy.notice_minutes,
    label=mark("Notice"),
    effect=mark("How long before an hour it can still be booked: 120 is two hours, 720 the day before."),
)
HORIZON = Entry(
    key="policy.horizon_days",
    group="mentors",
    kind=Number(1, 400, DAYS),
    default=SHIPPED.policy.horizon_days,
    label=mark("Days ahead"),
    effect=mark("How far ahead an hour can be booked."),
)
REST = Entry(
    key="policy.buffer_after",
    group="mentors",
    kind=Number(0, 240, MINUTES, step=15),
    default=SHIPPED.policy.buffer_after,
    label=mark("Rest after each hour"),
    effect=mark("Stays free in the mentor's calendar after each hour; by quarters of an hour."),
)
CONFIRM = Entry(
    key="policy.confirm",
    group="mentors",
    kind=Choice((("instant", mark("An hour that is booked is agreed at once")), ("ask", mark("Mentors answer first")))),
    default=SHIPPED.policy.confirm,
    label=mark("Who decides"),
    effect=mark("What a new mentor starts from. Where mentors answer first, the hour is kept until they do."),
)
MENTEE_PER_WEEK = Entry(
    key="mentee_per_week",
    group="hours",
    kind=Limit(1, 50, SESSIONS),
    default=SHIPPED.mentee_per_week,
    label=mark("Hours a week for one person who asks"),
    effect=mark("More than these cannot be booked in one week by the same person."),
)
ROOM_OPENS = Entry(
    key="room_opens_before",
    group="hours",
    kind=Number(0, 120, MINUTES),
    default=SHIPPED.room.opens_before,
    label=mark("The room opens before the hour"),
    effect=mark("From then on the personal link leads into the room; pages and mails name that time."),
)
ROOM_CLOSES = Entry(
    key="room_closes_after",
    group="hours",
    kind=Number(0, 240, MINUTES),
    default=SHIPPED.room.closes_after,
    label=mark("The room closes after the hour"),
    effect=mark("Until then both can stay, or come back."),
)
ANSWER_DAYS = Entry(
    key="answer_days",
    group="hours",
    kind=Number(1, 20, DAYS),
    default=SHIPPED.answer_days,
    label=mark("Working days to answer"),
    effect=mark(
        "So long a mentor who is asked first may answer; it never ends before noon. Then the hour is free again."
    ),
)
LONGEST_DAY_SESSION = Entry(
    key="longest_day_session",
    group="hours",
    kind=Number(1, 5, DAYS),
    default=1,
    label=mark("Days that a mentor may offer in a row"),
    effect=mark("Mentors may offer a whole day, with a date and a programme. More than one day in a row is up to you."),
)
QUIET_FROM = Entry(
    key="sms_quiet_from",
    group="messages",
    kind=Clock(),
    default=SHIPPED.sms_quiet_from,
    label=mark("SMS are quiet from"),
    effect=mark(
        "From then on no SMS leaves, on its reader's clock. It holds for hours that are booked or moved from now on."
    ),
)
QUIET_UNTIL = Entry(
    key="sms_quiet_until",
    group="messages",
    kind=Clock(),
    default=SHIPPED.sms_quiet_until,
    label=mark("SMS are quiet until"),
    effect=mark("From then on SMS leave again. A reminder for an earlier hour comes the evening before."),
)
CALENDAR_FAILS = Entry(
    key="calendar_fails",
    group="calendars",
    kind=Choice(
        (("closed", mark("Nothing can be booked until it answers")), ("open", mark("What was known last counts")))
    ),
    default=SHIPPED.calendar_fails,
    label=mark("When a calendar does not answer"),
    effect=mark("Decides whether a mentor can be booked while their calendar cannot be read."),
)
CALENDAR_VANISHED = Entry(
    key="calendar_vanished",
    group="calendars",
    kind=Choice((("keep", mark("It is kept, and written again")), ("cancel", mark("It is cancelled")))),
    default=SHIPPED.calendar_vanished,
    label=mark("When a mentor deletes an hour in their calendar"),
    effect=mark("The mentor is asked. Without an answer a day before the hour, this happens."),
)
LATE_CANCEL_HOURS = Entry(
    key="late_cancel_hours",
    group="programme",
    kind=Number(1, 168, HOURS),
    default=24,
    label=mark("Late cancellation: hours before the start"),
    effect=mark(
        "It is said when cancelling, and counted on the members’ page beside the hours kept. Nothing else follows."
    ),
)
NO_SHOW_MINUTES = Entry(
    key="no_show_minutes",
    group="programme",
    kind=Number(5, 60, MINUTES),
    default=10,
    label=mark("Absence: can be said from minute"),
    effect=mark("Before that, an answer “it did not take place” is not taken: some are a little late."),
)
PROFILE_FRESH_DAYS = Entry(
    key="profile_fresh_days",
    group="programme",
    kind=Number(30, 730, DAYS),
    default=180,
    label=mark("A profile is asked “still right?” after"),
    effect=mark("One button says yes. A profile that nobody has looked at for a year is suggested later than others."),
)

ENTRIES: tuple[Entry[Any], ...] = (
    *NETWORK_ENTRIES,
    *(each for each in list(globals().values()) if isinstance(each, Entry)),
)
"""In the order of the page."""
BY_KEY: dict[str, Entry[Any]] = {each.key: each for each in ENTRIES}
