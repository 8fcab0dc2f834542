"""The address of a calendar out of what a person pasted: with text around it, broken over lines, in brackets."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote, urlsplit

_SPACES = re.compile(r"[\s\u00a0\u200b\u202f\ufeff]+")
_START = re.compile(r"(?:https?|webcals?)://", re.IGNORECASE)
_AROUND = "<>\"'«»“”‘’()[]"
_AFTER = ".,;:!"


def typed_address(text: str) -> str:
    """Returns the first address in the text, https in place of `webcal:`; the text itself where it holds none.

    Spaces and line breaks inside an address are those of the mail or the page that it was copied from: what follows
    them belongs to it as long as it looks like the rest of an address.
    """
    clean = text.strip().strip(_AROUND)
    found = _START.search(clean)
    if found is None:
        return _SPACES.sub("", clean)
    first, *others = _SPACES.split(clean[found.start() :])
    for part in others:
        if _ends(first) or not _goes_on(first, part):
            break
        first += part
    return _of_the_file(_secure(first.strip(_AROUND).rstrip(_AFTER).strip(_AROUND)))


def _ends(address: str) -> bool:
    return address[-1:] in _AROUND


def _goes_on(address: str, part: str) -> bool:
    """Whether the part is the rest of an address that was broken there."""
    return address[-1:] in "?&=,/%-_" or part[:1] in "?&=,/%" or bool(re.match(r"\w+=\S", part))


def _of_the_file(address: str) -> str:
    """Returns the address of the file where that of its page was copied: Outlook's `calendar.html`, Google's `embed`
    of a public calendar."""
    try:
        parts = urlsplit(address.replace("&amp;", "&"))
    except ValueError:
        return address
    host = (parts.hostname or "").lower()
    if host in _OUTLOOK and parts.path.endswith("/calendar.html"):
        return address.replace("/calendar.html", "/calendar.ics", 1)
    shown = parse_qs(parts.query).get("src") if host in _GOOGLE and parts.path.endswith("/embed") else None
    if not shown:
        return address
    return f"https://calendar.google.com/calendar/ical/{quote(shown[0], safe='')}/public/basic.ics"


_OUTLOOK = frozenset(("outlook.live.com", "outlook.office365.com", "outlook.office.com", "outlook.cloud.microsoft"))
_GOOGLE = frozenset(("calendar.google.com", "www.google.com"))


def _secure(address: str) -> str:
    scheme, mark, rest = address.partition("://")
    return f"https://{rest}" if mark and scheme.lower() in ("webcal", "webcals") else address
