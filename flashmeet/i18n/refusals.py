"""What a refusal says to the member: what happened, and what to do next.

Every class in `core.errors` that is raised has its own entry. Where facts are missing, the next, plainer sentence is
used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from babel.dates import format_timedelta

from flashmeet.core import errors
from flashmeet.core.errors import Refusal
from flashmeet.i18n import times
from flashmeet.i18n.catalogue import mark, translations
from flashmeet.i18n.fields import FIELDS

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")

SENTENCES: dict[type[Refusal], tuple[str, ...]] = {
    errors.Refusal: (mark("This cannot be done as it stands. Go back and try another way."),),
    errors.BadInput: (
        mark("We could not read “%(label)s”. Look at it once more and send it again."),
        mark("We could not read what was sent. Look at it once more and send it again."),
    ),
    errors.UnknownZone: (
        mark("We do not know the time zone “%(tzid)s”. Choose one from the list, such as Europe/Paris."),
        mark("We do not know this time zone. Choose one from the list, such as Europe/Paris."),
    ),
    errors.OffTheQuarter: (
        mark("“%(label)s” goes by quarters of an hour: 00, 15, 30 or 45 minutes."),
        mark("Hours go by quarters: 00, 15, 30 or 45 minutes."),
    ),
    errors.BadDate: (mark("We could not read this date. Write it as 2026-12-09: year, month, day."),),
    errors.BadInstant: (
        mark(
            "We could not read this time. Write it with Z or its offset, "
            "as 2026-12-09T17:00:00Z or 2026-12-09T18:00:00+01:00."
        ),
    ),
    errors.BadTime: (mark("We could not read this time. Write it as 18:30: hours, minutes."),),
    errors.EndBeforeStart: (
        mark("The end (%(end)s) has to come after the start (%(start)s)."),
        mark("The end has to come after the start."),
    ),
    errors.TooLong: (
        mark("“%(label)s” has room for %(most)s characters and holds %(length)s. Please shorten it a little."),
        mark("This text is too long. Please shorten it a little."),
    ),
    errors.Missing: (
        mark("“%(label)s” is still empty. A few words are enough."),
        mark("Something is still empty. A few words are enough."),
    ),
    errors.BadPhone: (mark("We could not read this phone number. Write it with its country, as +33 6 12 34 56 78."),),
    errors.NotMobile: (mark("No SMS can reach this number. Give a mobile one, as +33 6 12 34 56 78."),),
    errors.CountryNotServed: (mark("The network sends no SMS to this country yet. Reminders still come by mail."),),
    errors.BadEmail: (mark("This does not look like an e-mail address. Write it as name@example.org."),),
    errors.BadAddress: (
        mark("This does not look like the address of a room. It begins with https:// and holds no name or password."),
    ),
    errors.OutOfRange: (
        mark("“%(label)s” can be from %(low)s to %(high)s."),
        mark("This value is outside what is possible. Choose another one."),
    ),
    errors.TooEarlyToSay: (
        mark("Some are a little late. From %(at)s on you can say that nobody is there."),
        mark("Some are a little late. Wait a few minutes more before you say that nobody is there."),
    ),
    errors.TooFaint: (
        mark(
            "Text in this colour is hard to read: its contrast is %(ratio)s, and 4.5 is needed. Choose a stronger one."
        ),
        mark("Text in this colour is hard to read. Choose a stronger one."),
    ),
    errors.BadPicture: (mark("We could not read this picture. Choose a JPEG, PNG or WebP file under 5 MB."),),
    errors.NotTicked: (mark("Tick each line: they are what you promise the others."),),
    errors.OtherDomain: (
        mark("This network takes addresses of %(domains)s. Use yours, or ask for an invitation."),
        mark("This network does not take addresses of that domain. Ask for an invitation."),
    ),
    errors.UnknownRole: (mark("Roles are mentee, mentor and administrator. Choose among these."),),
    errors.UnknownField: (
        mark("There is no “%(field)s” here. Look at how it is spelt, or leave it out."),
        mark("Something was sent that has no place here. Leave it out."),
    ),
    errors.Unreadable: (mark("We could not read what was sent as JSON. Check its form and send it again."),),
    errors.UnknownProvider: (
        mark(
            "This link opens no room for you. Open the one in your newest mail about the hour; if you are signed in as "
            "somebody else, sign out first."
        ),
    ),
    errors.NotFound: (mark("There is nothing here, or it is not yours to see. Start again from the home page."),),
    errors.NotSignedIn: (mark("Sign in to go on. What you typed is kept."),),
    errors.ReadOnly: (mark("This access may only read. Use one that may write."),),
    errors.TermsRequired: (mark("Read and accept the terms of the network first; what you typed is kept."),),
    errors.TooManyRequests: (mark("That was a lot in a short time. Wait a minute, then go on where you were."),),
    errors.SmsLimit: (mark("Enough codes were sent for today. Try again tomorrow; reminders come by mail meanwhile."),),
    errors.SmsOff: (mark("The network sends no SMS right now. Reminders come by mail."),),
    errors.NumberBlocked: (mark("No SMS goes to this number. Use another one, or keep your reminders by mail."),),
    errors.BadSignature: (mark("We could not tell who sent this, so nothing was done."),),
    errors.IdempotencyMismatch: (
        mark("The same key came with two different requests. Use a new key for a new request."),
    ),
    errors.WrongCode: (
        mark(
            "This code does not open the door: it may be mistyped, used, or older than ten minutes. Ask for a new one."
        ),
    ),
    errors.TooLate: (
        mark("%(starts_at)s is too close: this mentor needs %(notice)s of notice. Choose a later hour."),
        mark("This hour is too close. Choose a later one."),
    ),
    errors.BeyondHorizon: (
        mark("This mentor's hours can be booked %(horizon_days)s days ahead. Choose an earlier one."),
        mark("This hour is too far ahead. Choose an earlier one."),
    ),
    errors.NotOffered: (mark("This mentor is not free at that hour. Choose one of the hours shown."),),
    errors.ThemeNotOffered: (
        mark("This mentor does not help with this theme. Choose another theme or another mentor."),
    ),
    errors.UnknownTheme: (
        mark("The network has no theme called “%(theme)s”. Choose one from the list."),
        mark("The network has no such theme. Choose one from the list."),
    ),
    errors.Yourself: (mark("This hour is your own: an hour takes two people. Choose another mentor."),),
    errors.SlotTaken: (mark("This hour has just been taken."),),
    errors.YouAreBusy: (mark("You already have a meeting at that hour. Choose another hour, or move the other one."),),
    errors.QuotaReached: (mark("There is no hour left in that time. Choose another day."),),
    errors.CalendarUnavailable: (
        mark(
            "We could not look into this mentor's calendar just now, so nothing was booked. Try again in a few minutes."
        ),
    ),
    errors.JoiningClosed: (
        mark("People join by an invitation that still holds. Ask somebody of the network for a new one."),
    ),
    errors.LastAdministrator: (mark("Somebody has to run the network. Make another member an administrator first."),),
    errors.ConsentOver: (
        mark("This permission was asked for too long ago, or in another browser. Begin again from your calendars."),
    ),
    errors.AlreadyOver: (mark("This meeting has begun, is over or was cancelled: it can no longer be changed."),),
    errors.RoomClosed: (mark("The room is closed. Your meeting's page says when it opens."),),
    errors.Busy: (mark("Many people are here right now. Nothing is lost: try again in a moment."),),
    errors.TooLateToUndo: (mark("This mail has left already and cannot be taken back."),),
    errors.NobodyChosen: (mark("Nobody is chosen yet. Tick the people you want to write to, then go on."),),
    errors.NothingServed: (mark("No hour has been given in %(year)s so far. The attestation follows the first one."),),
    errors.PausedByNetwork: (
        mark(
            "Your bookings rest until somebody of the network has talked to you. They get in touch; the hours you have"
            " already stay."
        ),
    ),
    errors.TooLateToSay: (mark("This hour is more than a week ago: that can no longer be said of it."),),
    errors.ContestOver: (
        mark("This could be answered until %(until)s. Write to the network if there is more to say."),
    ),
    errors.ConfirmationOver: (mark("This hour was to be confirmed until %(until)s."),),
    errors.CaseClosed: (mark("This case is closed. The page says what was decided."),),
    errors.MentorAway: (
        mark("This mentor is away until %(until)s. Ask the theme instead, or come back then."),
        mark("This mentor takes a break for now. Ask the theme instead."),
    ),
    errors.AskedAlready: (mark("You have asked this already, and the answer is on its way. See how it stands."),),
    errors.RequestOver: (mark("There is nothing left to answer here. The page says how it stands."),),
    errors.TimeGone: (mark("This time is no longer kept. Choose another one, or propose others."),),
    errors.BreakOutside: (mark("A break lies inside the day, apart from the others, and leaves some of the day."),),
    errors.DayGone: (mark("This day can no longer be asked for. See what else this mentor offers."),),
    errors.DayAsked: (
        mark("Somebody has asked for this day or has it. Answer them first, or cancel it on the page of the day."),
    ),
    errors.DayStays: (mark("A day stays on its date. If it does not suit any more, cancel it and ask for another."),),
    errors.TooManyDays: (
        mark("%(most)s days of yours can be asked for already. Withdraw one before you offer another."),
        mark("Enough days of yours can be asked for already. Withdraw one before you offer another."),
    ),
    errors.ThemeExists: (
        mark("There is a theme called “%(theme)s” already, perhaps a retired one. Choose another name."),
        mark("There is such a theme already, perhaps a retired one. Choose another name."),
    ),
    errors.TooManyThemes: (
        mark(
            "This would be theme number %(count)s. The more themes, the more of them starve. Confirm if you are sure."
        ),
        mark("These would be many themes. The more there are, the more of them starve. Confirm if you are sure."),
    ),
    errors.ThreadClosed: (mark("Nothing more can be written here. A new hour opens a new page for the two of you."),),
    errors.TooLateToSolve: (
        mark("%(starts_at)s is less than two hours away, and the other counts on it. Say it here, and keep the hour."),
        mark("The hour is less than two hours away, and the other counts on it. Say it here, and keep the hour."),
    ),
}

_BY_RULE = {
    "mentor_day": mark("This mentor has given all their hours for that day. Choose another day."),
    "mentor_week": mark("This mentor has given all their hours for that week. Choose another week."),
    "mentor_month": mark("This mentor has given all their hours for that month. Choose another month."),
    "mentee_week": mark("You already have all the hours the network gives in one week. Choose another week."),
    "mentee_open": mark("Two of your requests are under way already. Wait for an answer, or take one back first."),
    "mentor_pending": mark("Enough hours wait for this mentor already. Leave the time to them, or ask the theme."),
}

_BY_REASON = {
    "early": mark("The room is not open yet. The page of your hour says when it opens."),
    "late": mark("The room has closed: this hour is over. Thank each other, and book the next one when you need it."),
    "cancelled": mark(
        "This meeting was cancelled, so its room is closed. Its page says why, and how to find another hour."
    ),
    "opted_out": mark(
        "This number has answered STOP, so nothing is sent to it. Send START from it first, or use another."
    ),
    "bad_number": mark("The telephone network cannot reach this number. Look at it once more, or use another."),
    "replaced": mark("You joined from another window, and the room goes on there. Join again to come back here."),
}


def sentence(refusal: Refusal, locale: str, tzid: str) -> str:
    """What the member reads; times in `tzid`, named."""
    gettext = translations(locale).gettext
    words = _words(refusal.facts, locale, tzid)
    for text in _texts(refusal):
        if set(_PLACEHOLDER.findall(text)) <= words.keys():
            return gettext(text) % words
    return gettext(SENTENCES[Refusal][-1])


def label(field: str, locale: str) -> str:
    """What a field is called on a page."""
    return translations(locale).gettext(FIELDS[field]) if field in FIELDS else field


def _texts(refusal: Refusal) -> tuple[str, ...]:
    """From the most telling to the plainest."""
    special = _BY_RULE.get(str(refusal.facts.get("rule"))) or _BY_REASON.get(str(refusal.facts.get("reason")))
    known = next(SENTENCES[kind] for kind in type(refusal).__mro__ if kind in SENTENCES)
    return (special, *known) if special else known


def _words(facts: Mapping[str, object], locale: str, tzid: str) -> dict[str, str]:
    """The facts as a sentence can hold them."""
    words = {name: _word(value, locale, tzid) for name, value in facts.items() if value is not None}
    if "field" in words:
        words["label"] = label(words["field"], locale)
    minutes = facts.get("notice_minutes")
    if isinstance(minutes, int):
        words["notice"] = format_timedelta(60 * minutes, granularity="minute", threshold=1.01, locale=locale)
    return words


def _word(value: object, locale: str, tzid: str) -> str:
    if isinstance(value, datetime):
        return times.when(value, tzid, locale)
    if isinstance(value, date):
        return times.day_of(value, locale)
    return str(value)
