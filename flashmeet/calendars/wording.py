"""What is wrong with a calendar and what to do about it, in the member's language."""

from __future__ import annotations

from flashmeet.i18n.catalogue import mark, translations

CONNECTING: dict[str, str] = {
    "reconnect": mark("It did not let us in. Is the user name right, and is it an app password?"),
    "forbidden": mark(
        "It lets us in, but not to its calendars. Ask whoever runs it, or give the calendar’s ICS address."
    ),
    "missing": mark("We found no calendar at this address."),
    "unreadable": mark("We found no calendar at this address."),
    "unreachable": mark("Nothing answers at this address. Is it written right? It begins with https://."),
    "not_allowed": mark("We only go to public addresses that begin with https://."),
    "rate_limited": mark("It asks us to come back later. Try again in a few minutes."),
    "nothing_there": mark(
        "Nothing in this calendar takes time: with it, you are never busy. Is it the right one? "
        "If it is, connect it all the same."
    ),
}
READING: dict[str, str] = {
    "reconnect": mark("It does not let us in any more. Connect it again below, with a new app password."),
    "many_gone": mark("Many of our sessions went missing from it at once. All of them stand; nothing was cancelled."),
    "forbidden": mark("It does not let us read it any more. Look at its sharing, or connect it again."),
    "missing": mark("It is not there any more. Disconnect it, or connect its new address."),
    "unreadable": mark("What it answers is no calendar, or too large to read."),
    "unreachable": mark("It does not answer. We keep trying."),
    "not_allowed": mark("Its address is none that we may go to."),
    "rate_limited": mark("It asks us to slow down. We come back later."),
    "nothing_there": mark(
        "Nothing in it takes time any more. Until you say that this is so, what we read before stays taken."
    ),
}


def connecting_words(fault: str, locale: str) -> str:
    """Why it could not be connected."""
    return translations(locale).gettext(CONNECTING.get(fault, CONNECTING["unreachable"]))


def reading_words(fault: str, locale: str) -> str:
    """Why it cannot be read; "" when it can."""
    return translations(locale).gettext(READING.get(fault, READING["unreachable"])) if fault else ""
