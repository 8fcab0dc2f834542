"""Sentences about a calendar's fault and its remedy, in the member's language."""

from __future__ import annotations

from datetime import date

from flashmeet.core.provider_faults import AuthFailed, Missing
from flashmeet.core.text import mark
from flashmeet.i18n.catalogue import translations
from flashmeet.i18n.times import day_of
from flashmeet.schedule.rules.calendars import CalendarKind

CONNECTING: dict[str, str] = {
    "reconnect": mark("It refused the sign-in. Is the user name right, and is it an app password?"),
    "forbidden": mark(
        "It lets us sign in, but gives us no access to its calendars. Ask whoever runs it, or enter the calendar’s "
        "ICS address."
    ),
    "missing": mark("We found no calendar at this address."),
    "unreadable": mark("We found no calendar at this address."),
    "web_page": mark(
        "A web page stands at this address, perhaps one that asks people to sign in. We need the address of the "
        "calendar itself, which opens without signing in."
    ),
    "unreachable": mark("Nothing responds at this address. Is it spelt correctly? It starts with https://."),
    "not_allowed": mark("We only connect to public addresses that start with https://."),
    "rate_limited": mark("It asks us to come back later. Try again in a few minutes."),
    "nothing_there": mark(
        "Nothing in this calendar counts as busy: with it, you are always free. Is it the right one? If it is, "
        "connect it anyway."
    ),
}
LOCKED_ADDRESS = mark(
    "This address asks for a password. We need the calendar’s secret address, which opens without one."
)
"""Of an ICS address that refuses us: it has no user name and no password of its own."""
READING: dict[str, str] = {
    "reconnect": mark("It no longer lets us sign in. Connect it again below, with a new app password."),
    "many_gone": mark("Many booked hours disappeared from it at once. They all still stand; nothing was cancelled."),
    "forbidden": mark("It no longer lets us read it. Check its sharing settings, or connect it again."),
    "missing": mark("It no longer exists. Disconnect it, or connect its new address."),
    "unreadable": mark("What it returns is not a calendar, or is too large to read."),
    "web_page": mark("It returns a web page in place of the calendar, perhaps one that asks people to sign in."),
    "unreachable": mark("It is not responding. We’ll keep trying."),
    "not_allowed": mark("Its address is not one we are allowed to connect to."),
    "rate_limited": mark("It asks us to slow down. We’ll come back later."),
    "nothing_there": mark(
        "Nothing in it counts as busy any more. Until you confirm this, the times we read before stay busy."
    ),
}


SHUT_OUT: dict[str, str] = {
    CalendarKind.ICS: mark("Its address asks for a password now. Give us its new secret address, or disconnect it."),
    **dict.fromkeys(
        (CalendarKind.GOOGLE, CalendarKind.MICROSOFT),
        mark("It no longer lets us in: the permission has ended or was withdrawn. Connect it again below."),
    ),
}
"""What a refusal means where there is no password of an app."""
GONE_THERE = mark("It no longer exists there. Untick it among your calendars, or connect the account again.")
"""Of one calendar of an account; an address is renewed or disconnected."""
WHERE: dict[str, str] = {
    "ade": mark(
        "In ADE: show your timetable, then “Export Agenda” at the bottom left, choose dates until the end of the year, "
        "“Générer URL”, and copy that address."
    ),
    "hyperplanning": mark(
        "In Hyperplanning: “Emploi du temps”, the iCal icon at the top right, “Synchroniser”, and copy that link."
    ),
}
"""Where a school's timetable gives its address."""
EXPIRED: dict[str, str] = {
    "ade": mark("ADE gives another address with each school year or semester."),
    "hyperplanning": mark("Hyperplanning gives another link with each school year."),
}
RENEWABLE = ("missing", "forbidden", "reconnect", "unreadable", "web_page", "nothing_there")
"""Faults that a new address mends."""


def connecting_words(fault: str, locale: str, *, vendor: str = "", kind: str = CalendarKind.CALDAV) -> str:
    """Says why it could not be connected, and where the right address is in a school's timetable."""
    _ = translations(locale).gettext
    locked = fault == AuthFailed.code and kind == CalendarKind.ICS
    said = _(LOCKED_ADDRESS if locked else CONNECTING.get(fault, CONNECTING["unreachable"]))
    return f"{said} {_(WHERE[vendor])}" if vendor and fault in RENEWABLE else said


def reading_words(fault: str, locale: str, *, vendor: str = "", kind: str = CalendarKind.CALDAV) -> str:
    """Says why it cannot be read, and in a school's timetable what to renew; "" when it can."""
    if not fault:
        return ""
    _ = translations(locale).gettext
    shut_out = SHUT_OUT.get(kind) if fault == AuthFailed.code else None
    gone = GONE_THERE if fault == Missing.code and kind != CalendarKind.ICS else None
    said = _(shut_out or gone or READING.get(fault, READING["unreachable"]))
    return " ".join((said, _(EXPIRED[vendor]), _(WHERE[vendor]))) if vendor and fault in RENEWABLE else said


def where_words(vendor: str, locale: str) -> str:
    """Says where a school's timetable gives its address."""
    return translations(locale).gettext(WHERE[vendor])


def reaching_words(vendor: str, ends: date, locale: str, *, past: bool) -> str:
    """Says how far a timetable's address reaches, and where to get one that reaches farther."""
    _ = translations(locale).gettext
    said = (
        _("This address told us of classes until %(day)s: we no longer know when you have one.")
        if past
        else _("This address tells us of classes until %(day)s: we compare no hour after that.")
    )
    return f"{said % {'day': day_of(ends, locale, long=True)}} {_(WHERE[vendor])}"
