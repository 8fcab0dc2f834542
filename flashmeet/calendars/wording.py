"""Sentences about a calendar's fault and its remedy, in the member's language."""

from __future__ import annotations

from flashmeet.i18n.catalogue import mark, translations

CONNECTING: dict[str, str] = {
    "reconnect": mark("It refused the sign-in. Is the user name right, and is it an app password?"),
    "forbidden": mark(
        "It lets us sign in, but gives us no access to its calendars. Ask whoever runs it, or enter the calendar’s "
        "ICS address."
    ),
    "missing": mark("We found no calendar at this address."),
    "unreadable": mark("We found no calendar at this address."),
    "unreachable": mark("Nothing responds at this address. Is it spelt correctly? It starts with https://."),
    "not_allowed": mark("We only connect to public addresses that start with https://."),
    "rate_limited": mark("It asks us to come back later. Try again in a few minutes."),
    "nothing_there": mark(
        "Nothing in this calendar counts as busy: with it, you are always free. Is it the right one? If it is, "
        "connect it anyway."
    ),
}
READING: dict[str, str] = {
    "reconnect": mark("It no longer lets us sign in. Connect it again below, with a new app password."),
    "many_gone": mark("Many booked hours disappeared from it at once. They all still stand; nothing was cancelled."),
    "forbidden": mark("It no longer lets us read it. Check its sharing settings, or connect it again."),
    "missing": mark("It no longer exists. Disconnect it, or connect its new address."),
    "unreadable": mark("What it returns is not a calendar, or is too large to read."),
    "unreachable": mark("It is not responding. We’ll keep trying."),
    "not_allowed": mark("Its address is not one we are allowed to connect to."),
    "rate_limited": mark("It asks us to slow down. We’ll come back later."),
    "nothing_there": mark(
        "Nothing in it counts as busy any more. Until you confirm this, the times we read before stay busy."
    ),
}


def connecting_words(fault: str, locale: str) -> str:
    """Says why it could not be connected."""
    return translations(locale).gettext(CONNECTING.get(fault, CONNECTING["unreachable"]))


def reading_words(fault: str, locale: str) -> str:
    """Says why it cannot be read; "" when it can."""
    return translations(locale).gettext(READING.get(fault, READING["unreachable"])) if fault else ""
