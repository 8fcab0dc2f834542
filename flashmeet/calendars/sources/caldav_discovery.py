"""Finding a person's calendars from whatever address they know (RFC 6764, RFC 4791 §6)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote, urljoin

from flashmeet.calendars.rules.sources import RemoteCalendar
from flashmeet.calendars.sources.webdav import SPACES, Dav, Found
from flashmeet.core.provider_faults import CalendarFault, Forbidden, Missing, Unreachable, Unreadable
from flashmeet.core.zones import names

WHO = ("d:current-user-principal", "c:calendar-home-set", "d:resourcetype")
WHAT = (
    "d:resourcetype",
    "d:displayname",
    "d:current-user-privilege-set",
    "c:calendar-timezone",
    "c:supported-calendar-component-set",
)
WRITE = ("d:write", "d:all", "d:write-content", "d:bind")
_TZID = re.compile(r"^TZID(?:;[^:]*)?:(.+?)\s*$", re.MULTILINE)


def calendars_at(dav: Dav, url: str, user: str) -> Sequence[RemoteCalendar]:
    """Every calendar that holds events. Raises CalendarFault kinds: Unreadable where no calendars are found."""
    failed: CalendarFault = Unreadable("no calendars")
    for address in _addresses(url, user):
        try:
            found = _listed(dav, address)
        except (Missing, Unreadable, Forbidden, Unreachable) as fault:
            if isinstance(fault, Unreachable) and not fault.detail.isdigit():
                raise  # it is the server that is away, not this address of it
            failed = failed if isinstance(fault, Missing) else fault
            continue
        if found:
            return found
    raise failed


def _addresses(url: str, user: str) -> Iterator[str]:
    """As typed, then where servers answer that were typed without their path: Nextcloud, Zimbra, SOGo."""
    yield url
    base = url if url.endswith("/") else f"{url}/"
    for way in ("/.well-known/caldav", f"{base}remote.php/dav/", f"/dav/{quote(user)}/", f"/SOGo/dav/{quote(user)}/"):
        yield urljoin(url, way)


def _listed(dav: Dav, url: str) -> list[RemoteCalendar]:
    first = next(iter(dav.find(url, *WHO)), None)
    if first is None:
        raise Unreadable("no answer about it")
    if _is_calendar(first):
        return _calendars(dav.find(url, *WHAT))
    homes = first.hrefs("c:calendar-home-set")
    for principal in first.hrefs("d:current-user-principal"):
        homes += [
            home for each in dav.find(principal, "c:calendar-home-set") for home in each.hrefs("c:calendar-home-set")
        ]
    return [each for home in dict.fromkeys(homes) for each in _calendars(dav.find(home, *WHAT, depth=1))]


def _calendars(found: Sequence[Found]) -> list[RemoteCalendar]:
    return [
        RemoteCalendar(
            remote_id=each.url,
            name=each.text("d:displayname") or each.url.rstrip("/").rpartition("/")[2],
            tzid=_tzid(each),
            writable=_writable(each),
        )
        for each in found
        if _is_calendar(each) and _holds_events(each)
    ]


def _is_calendar(found: Found) -> bool:
    return found.props.find("d:resourcetype/c:calendar", SPACES) is not None


def _holds_events(found: Found) -> bool:
    kinds = found.props.findall("c:supported-calendar-component-set/c:comp", SPACES)
    return not kinds or any(kind.get("name") == "VEVENT" for kind in kinds)


def _writable(found: Found) -> bool:
    """Servers that do not say are believed to let us."""
    if found.props.find("d:current-user-privilege-set", SPACES) is None:
        return True
    inside = "d:current-user-privilege-set/d:privilege"
    return any(found.props.find(f"{inside}/{right}", SPACES) is not None for right in WRITE)


def _tzid(found: Found) -> str:
    match = _TZID.search(found.text("c:calendar-timezone"))
    return match[1] if match and match[1] in names() else ""
