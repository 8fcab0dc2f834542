"""Every policy that an administrator may decide, each said once: the page and its check follow from here.

What rules read has its default there (`NetworkSettings`, `Policy`, `RoomTimes`); the others have it here.

    from flashmeet.core.settings.entries import LATE_CANCEL_HOURS
    hours = setting(session, LATE_CANCEL_HOURS)     # `core.settings.service`; typed as the entry's value

A key never changes its meaning: it is what the database keeps.
"""

from __future__ import annotations

from typing import Any

from flashmeet.core.settings.colours import DARK_CARD, DARK_PAPER, LIGHT_CARD, LIGHT_PAPER
from flashmeet.core.settings.kinds import (
    Accent,
    Choice,
    Clock,
    Country,
    Domains,
    Entry,
    Limit,
    Line,
    Number,
    PerLanguage,
    Zone,
)
from flashmeet.core.settings.policies import Confirm, DeletedHour, JoiningMode, UnreadCalendar
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.core.settings.vocabulary import OUR_WORDS
from flashmeet.core.text import mark

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

SHIPPED = NetworkSettings()
"""What holds until an administrator decides otherwise."""


def _words(word: str) -> dict[str, str]:
    return {locale: ", ".join(dict.fromkeys(both)) for locale, both in OUR_WORDS[word].items()}


NAME = Entry(
    key="name",
    group="network",
    kind=Line(80),
    default=SHIPPED.name,
    label=mark("Name of the network"),
    effect=mark("Stands at the head of every page, in every mail and SMS, and as the organizer of every invite."),
)
ACCENT = Entry(
    key="accent",
    group="network",
    kind=Accent((LIGHT_PAPER, LIGHT_CARD)),
    default=SHIPPED.accent,
    label=mark("Colour on light pages"),
    effect=mark("Colours the one action of each page, on light paper. Text in it has to be readable there."),
)
ACCENT_DARK = Entry(
    key="accent_dark",
    group="network",
    kind=Accent((DARK_PAPER, DARK_CARD)),
    default=SHIPPED.accent_dark,
    label=mark("Colour on dark pages"),
    effect=mark("The same, for those whose device asks for dark pages."),
)
LOCALE = Entry(
    key="locale",
    group="network",
    kind=Choice((("fr", "Français"), ("en", "English"))),
    default=SHIPPED.locale,
    label=mark("First language"),
    effect=mark("The language of visitors whose browser asks for none of ours, and of members who come without one."),
)
LANGUAGES = Entry(
    key="languages",
    group="network",
    kind=Choice((("fr,en", mark("French and English")), ("fr", mark("French alone")), ("en", mark("English alone")))),
    default=SHIPPED.languages,
    label=mark("Languages of the pages"),
    effect=mark("With one alone, the switch between languages is not shown, and new members get that one."),
)
COUNTRY = Entry(
    key="country",
    group="network",
    kind=Country(),
    default=SHIPPED.country,
    label=mark("Country"),
    effect=mark("A phone number without + is one of this country; in France, its public holidays are no working days."),
)
TZID = Entry(
    key="tzid",
    group="network",
    kind=Zone(),
    default=SHIPPED.tzid,
    label=mark("Clock of the network"),
    effect=mark("Visitors see times on this clock, and terms come into force at its midnight."),
)
WORD_MENTOR = Entry(
    key="word.mentor",
    group="words",
    kind=PerLanguage(),
    default=_words("mentor"),
    label=mark("Who gives an hour"),
    effect=mark("One and several, with a comma between. Choose a word that takes the same article."),
)
WORD_MENTEE = Entry(
    key="word.mentee",
    group="words",
    kind=PerLanguage(),
    default=_words("mentee"),
    label=mark("Who asks for an hour"),
    effect=mark("One and several, with a comma between. It is said on pages, in mails and in SMS."),
)
WORD_MEETING = Entry(
    key="word.meeting",
    group="words",
    kind=PerLanguage(),
    default=_words("meeting"),
    label=mark("What one hour is called"),
    effect=mark("Stands on the front page, in the help, and in every calendar invite."),
)
JOINING = Entry(
    key="joining",
    group="joining",
    kind=Choice(
        (
            (JoiningMode.CLOSED, mark("By invitation only")),
            (JoiningMode.DOMAINS, mark("Whoever has an address of our domains")),
            (JoiningMode.APPROVAL, mark("Whoever applies, once an administrator agrees")),
        )
    ),
    default=SHIPPED.joining,
    label=mark("Who may join"),
    effect=mark("Invitation links work in each case; so do members from a file."),
)
MAIL_DOMAINS: Entry[list[str]] = Entry(
    key="mail_domains",
    group="joining",
    kind=Domains(),
    default=[],
    label=mark("Mail domains"),
    effect=mark("Who proves an address of one of these joins at once, where domains may join. Commas between."),
)

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
    kind=Choice(
        (
            (Confirm.INSTANT, mark("An hour that is booked is agreed at once")),
            (Confirm.ASK, mark("Mentors answer first")),
        )
    ),
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
        (
            (UnreadCalendar.CLOSED, mark("Nothing can be booked until it answers")),
            (UnreadCalendar.OPEN, mark("What was known last counts")),
        )
    ),
    default=SHIPPED.calendar_fails,
    label=mark("When a calendar does not answer"),
    effect=mark("Decides whether a mentor can be booked while their calendar cannot be read."),
)
CALENDAR_VANISHED = Entry(
    key="calendar_vanished",
    group="calendars",
    kind=Choice(
        ((DeletedHour.KEEP, mark("It is kept, and written again")), (DeletedHour.CANCEL, mark("It is cancelled")))
    ),
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

ENTRIES: tuple[Entry[Any], ...] = tuple(each for each in list(globals().values()) if isinstance(each, Entry))
"""In the order of the page."""
BY_KEY: dict[str, Entry[Any]] = {each.key: each for each in ENTRIES}
