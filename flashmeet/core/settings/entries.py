"""Every policy that an administrator may decide; its page and its check are derived from the entry.

Policies that rules read have their default there (`NetworkSettings`, `Policy`, `RoomTimes`); the others have it here.

    from flashmeet.core.settings.entries import LATE_CANCEL_HOURS
    hours = setting(db, LATE_CANCEL_HOURS)     # `core.settings.service`; typed as the entry's value

A key never changes its meaning: the database stores it.
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
    Mailbox,
    Number,
    PerLanguage,
    Zone,
)
from flashmeet.core.settings.policies import Confirm, Conformity, DeletedHour, JoiningMode, UnreadCalendar
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.core.settings.vocabulary import OUR_WORDS
from flashmeet.core.text import mark

GROUPS = {
    "network": mark("The network"),
    "words": mark("What things are called"),
    "joining": mark("Joining"),
    "mentors": mark("How new mentors start"),
    "hours": mark("Hours and rooms"),
    "messages": mark("Messages"),
    "calendars": mark("Calendars"),
    "programme": mark("Reliability"),
}
MINUTES, HOURS, DAYS, SESSIONS = mark("minutes"), mark("hours"), mark("days"), mark("hours")
MAILS = mark("emails")

SHIPPED = NetworkSettings()
"""The shipped defaults."""


def _words(word: str) -> dict[str, str]:
    return {locale: ", ".join(dict.fromkeys(both)) for locale, both in OUR_WORDS[word].items()}


NAME = Entry(
    key="name",
    group="network",
    kind=Line(80),
    default=SHIPPED.name,
    label=mark("Name of the network"),
    effect=mark("Shown at the top of every page, in every email and SMS, and as the organizer of every invite."),
)
ACCENT = Entry(
    key="accent",
    group="network",
    kind=Accent((LIGHT_PAPER, LIGHT_CARD)),
    default=SHIPPED.accent,
    label=mark("Colour on light pages"),
    effect=mark(
        "Used for the main action on each page, on a light background. Text in this colour must be readable there."
    ),
)
ACCENT_DARK = Entry(
    key="accent_dark",
    group="network",
    kind=Accent((DARK_PAPER, DARK_CARD)),
    default=SHIPPED.accent_dark,
    label=mark("Colour on dark pages"),
    effect=mark("The same, for people whose device asks for dark pages."),
)
LOCALE = Entry(
    key="locale",
    group="network",
    kind=Choice((("fr", "Français"), ("en", "English"))),
    default=SHIPPED.locale,
    label=mark("Default language"),
    effect=mark("The language for visitors whose browser asks for none of ours, and for members added without one."),
)
LANGUAGES = Entry(
    key="languages",
    group="network",
    kind=Choice((("fr,en", mark("French and English")), ("fr", mark("French only")), ("en", mark("English only")))),
    default=SHIPPED.languages,
    label=mark("Languages of the pages"),
    effect=mark("With only one, the language switch is hidden and new members get that language."),
)
COUNTRY = Entry(
    key="country",
    group="network",
    kind=Country(),
    default=SHIPPED.country,
    label=mark("Country"),
    effect=mark(
        "A phone number without + is taken to be from this country; its public holidays, where we know them, are not "
        "counted as working days."
    ),
)
TZID = Entry(
    key="tzid",
    group="network",
    kind=Zone(),
    default=SHIPPED.tzid,
    label=mark("Time zone of the network"),
    effect=mark("Visitors see times in this time zone, and terms take effect at its midnight."),
)
CONTACT_NAME = Entry(
    key="contact_name",
    group="network",
    kind=Line(80, required=False),
    default=SHIPPED.contact_name,
    label=mark("Who answers questions"),
    effect=mark("A person or a team, named on the privacy page and the legal notice, and where replies to emails go."),
)
CONTACT_MAIL = Entry(
    key="contact_mail",
    group="network",
    kind=Mailbox(),
    default=SHIPPED.contact_mail,
    label=mark("Mailbox for questions"),
    effect=mark(
        "A mailbox that people read, never the one that the service sends from. Replies to emails go there, except "
        "those to the other person of an hour."
    ),
)
CONFORMITY = {
    Conformity.NONE: mark("Accessibility: not compliant"),
    Conformity.PARTIAL: mark("Accessibility: partially compliant"),
    Conformity.FULL: mark("Accessibility: fully compliant"),
}
"""As the law words it."""
ACCESSIBILITY = Entry(
    key="accessibility",
    group="network",
    kind=Choice(tuple(CONFORMITY.items())),
    default=SHIPPED.accessibility,
    label=mark("Accessibility, as the law words it"),
    effect=mark(
        "Shown at the foot of every page and at the top of the declaration. “Partially” means that an audit "
        "found at least half of the RGAA criteria met; “fully”, all of them. Without an audit, it is “not "
        "compliant”."
    ),
)
WORD_MENTOR = Entry(
    key="word.mentor",
    group="words",
    kind=PerLanguage(),
    default=_words("mentor"),
    label=mark("What the person giving an hour is called"),
    effect=mark("Singular and plural, separated by a comma. Choose a word that takes the same article."),
)
WORD_MENTEE = Entry(
    key="word.mentee",
    group="words",
    kind=PerLanguage(),
    default=_words("mentee"),
    label=mark("What the person asking for an hour is called"),
    effect=mark("Singular and plural, separated by a comma. Used on pages, in emails and in SMS."),
)
WORD_MEETING = Entry(
    key="word.meeting",
    group="words",
    kind=PerLanguage(),
    default=_words("meeting"),
    label=mark("What an hour is called"),
    effect=mark("Used on the front page, in the help, and in every calendar invite."),
)
JOINING = Entry(
    key="joining",
    group="joining",
    kind=Choice(
        (
            (JoiningMode.CLOSED, mark("By invitation only")),
            (JoiningMode.DOMAINS, mark("Anyone with an address from our domains")),
            (JoiningMode.APPROVAL, mark("Anyone who applies, once an administrator agrees")),
        )
    ),
    default=SHIPPED.joining,
    label=mark("Who can join"),
    effect=mark("Invitation links work in every case; so does importing members from a file."),
)
MAIL_DOMAINS: Entry[list[str]] = Entry(
    key="mail_domains",
    group="joining",
    kind=Domains(),
    default=[],
    label=mark("Email domains"),
    effect=mark(
        "Where domains may join, anyone who confirms an address from one of these joins at once. Separate them with "
        "commas."
    ),
)

PER_DAY = Entry(
    key="policy.per_day",
    group="mentors",
    kind=Limit(1, 24, SESSIONS),
    default=SHIPPED.policy.per_day,
    label=mark("Maximum hours per day"),
    effect=mark("New mentors start with this; each can change it for themselves."),
)
PER_WEEK = Entry(
    key="policy.per_week",
    group="mentors",
    kind=Limit(1, 50, SESSIONS),
    default=SHIPPED.policy.per_week,
    label=mark("Maximum hours per week"),
    effect=mark("New mentors start with this; each can change it for themselves."),
)
PER_MONTH = Entry(
    key="policy.per_month",
    group="mentors",
    kind=Limit(1, 200, SESSIONS),
    default=SHIPPED.policy.per_month,
    label=mark("Maximum hours per month"),
    effect=mark("New mentors start with this; they are asked about it on their first visit."),
)
NOTICE = Entry(
    key="policy.notice_minutes",
    group="mentors",
    kind=Number(0, 20_160, MINUTES),
    default=SHIPPED.policy.notice_minutes,
    label=mark("Minimum notice"),
    effect=mark("How long before the start an hour can still be booked: 120 for two hours, 720 for the day before."),
)
HORIZON = Entry(
    key="policy.horizon_days",
    group="mentors",
    kind=Number(1, 400, DAYS),
    default=SHIPPED.policy.horizon_days,
    label=mark("Booking window"),
    effect=mark("How far ahead an hour can be booked."),
)
REST = Entry(
    key="policy.buffer_after",
    group="mentors",
    kind=Number(0, 240, MINUTES, step=15),
    default=SHIPPED.policy.buffer_after,
    label=mark("Buffer after each hour"),
    effect=mark("Kept free in the mentor’s calendar after each hour; in 15-minute steps."),
)
CONFIRM = Entry(
    key="policy.confirm",
    group="mentors",
    kind=Choice(
        (
            (Confirm.INSTANT, mark("Bookings are confirmed at once")),
            (Confirm.ASK, mark("Mentors confirm first")),
        )
    ),
    default=SHIPPED.policy.confirm,
    label=mark("How bookings are confirmed"),
    effect=mark("New mentors start with this. If mentors confirm first, the hour is held until they answer."),
)
MENTEE_PER_WEEK = Entry(
    key="mentee_per_week",
    group="hours",
    kind=Limit(1, 50, SESSIONS),
    default=SHIPPED.mentee_per_week,
    label=mark("Maximum hours per week for one person asking"),
    effect=mark("The same person cannot book more than this in one week."),
)
ROOM_OPENS = Entry(
    key="room_opens_before",
    group="hours",
    kind=Number(0, 120, MINUTES),
    default=SHIPPED.room.opens_before,
    label=mark("The room opens before the hour"),
    effect=mark("From then on, the personal link leads into the room; pages and emails show that time."),
)
ROOM_CLOSES = Entry(
    key="room_closes_after",
    group="hours",
    kind=Number(0, 240, MINUTES),
    default=SHIPPED.room.closes_after,
    label=mark("The room closes after the hour"),
    effect=mark("Until then, both people can stay or come back."),
)
ANSWER_DAYS = Entry(
    key="answer_days",
    group="hours",
    kind=Number(1, 20, DAYS),
    default=SHIPPED.answer_days,
    label=mark("Working days to answer"),
    effect=mark(
        "How long a mentor who is asked first has to answer; it never ends before noon. After that, the hour is free "
        "again."
    ),
)
LONGEST_DAY_SESSION = Entry(
    key="longest_day_session",
    group="hours",
    kind=Number(1, 5, DAYS),
    default=1,
    label=mark("Days a mentor can offer in a row"),
    effect=mark(
        "Mentors can offer a whole day, with a date and a programme. Whether they can offer several days in a row is "
        "up to you."
    ),
)
QUIET_FROM = Entry(
    key="sms_quiet_from",
    group="messages",
    kind=Clock(),
    default=SHIPPED.sms_quiet_from,
    label=mark("No SMS from"),
    effect=mark(
        "From this time on no SMS is sent, in the recipient’s time zone. Applies to hours booked or moved from now on."
    ),
)
QUIET_UNTIL = Entry(
    key="sms_quiet_until",
    group="messages",
    kind=Clock(),
    default=SHIPPED.sms_quiet_until,
    label=mark("No SMS until"),
    effect=mark("From this time on SMS are sent again. A reminder for an earlier hour is sent the evening before."),
)
CAMPAIGN_MAILS: Entry[int] = Entry(
    key="campaign_mails",
    group="messages",
    kind=Number(10, 20_000, MAILS),
    default=500,
    label=mark("Invitations and announcements per day"),
    effect=mark(
        "They go out on working days between 9:00 and 18:00, at most this many a day in all. A mail server "
        "that does not know you well yet trusts a few hundred emails a day."
    ),
)
CALENDAR_FAILS = Entry(
    key="calendar_fails",
    group="calendars",
    kind=Choice(
        (
            (UnreadCalendar.CLOSED, mark("Nothing can be booked until it responds")),
            (UnreadCalendar.OPEN, mark("The last known state counts")),
        )
    ),
    default=SHIPPED.calendar_fails,
    label=mark("When a calendar does not respond"),
    effect=mark("Decides whether a mentor can be booked while their calendar cannot be read."),
)
CALENDAR_VANISHED = Entry(
    key="calendar_vanished",
    group="calendars",
    kind=Choice(
        ((DeletedHour.KEEP, mark("It is kept, and written back")), (DeletedHour.CANCEL, mark("It is cancelled")))
    ),
    default=SHIPPED.calendar_vanished,
    label=mark("When a mentor deletes an hour from their calendar"),
    effect=mark("The mentor is asked. If there is no answer a day before the hour, this happens."),
)
LATE_CANCEL_HOURS = Entry(
    key="late_cancel_hours",
    group="programme",
    kind=Number(1, 168, HOURS),
    default=24,
    label=mark("Late cancellation: hours before the start"),
    effect=mark("Shown when cancelling, and counted on the members page beside the hours kept. Nothing else follows."),
)
NO_SHOW_MINUTES = Entry(
    key="no_show_minutes",
    group="programme",
    kind=Number(5, 60, MINUTES),
    default=10,
    label=mark("Absence: can be reported from minute"),
    effect=mark("Before that, the answer “it did not take place” is not accepted: people can be a little late."),
)
PROFILE_FRESH_DAYS = Entry(
    key="profile_fresh_days",
    group="programme",
    kind=Number(30, 730, DAYS),
    default=180,
    label=mark("Ask “still right?” about a profile after"),
    effect=mark("One button says yes. A profile not reviewed for a year is suggested after the others."),
)
LEARNS_THEMES = Entry(
    key="learns_themes",
    group="programme",
    kind=Choice((("yes", mark("Yes, from three people on")), ("no", mark("No")))),
    default="yes",
    label=mark("Learn which themes words mean"),
    effect=mark(
        "When three people choose the same theme for a word that we did not understand, we understand it from then on. "
        "What each of them typed stays on this server and is shown to nobody. With no, nothing is noted, what was "
        "noted is deleted, and what was learned is not used."
    ),
)

ENTRIES: tuple[Entry[Any], ...] = tuple(each for each in list(globals().values()) if isinstance(each, Entry))
"""In the order of the settings page."""
BY_KEY: dict[str, Entry[Any]] = {each.key: each for each in ENTRIES}
