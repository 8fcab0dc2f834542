"""WebDAV and CalDAV requests (RFC 4918, RFC 4791) of one account, and the parsing of their XML."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urljoin, urlsplit
from xml.sax.saxutils import escape

from flashmeet.calendars.sources.ics import check_status
from flashmeet.core.egress.client import MOST_SECONDS, Answer, Egress
from flashmeet.core.numbers import number_or_none
from flashmeet.core.provider_faults import Unreachable, Unreadable

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SPACES = {
    "d": "DAV:",
    "c": "urn:ietf:params:xml:ns:caldav",
    "s": "http://calendarserver.org/ns/",
}
_PLAIN = "@!$&'()*+,;=:"
_DECLARED = " ".join(f'xmlns:{short}="{long}"' for short, long in SPACES.items())


@dataclass(frozen=True, slots=True)
class Found:
    """One `response` of a multistatus: `url` is absolute; `props` are those that the server has."""

    url: str
    status: int
    props: Element

    def text(self, name: str) -> str:
        return (self.props.findtext(name, "", SPACES) or "").strip()

    def hrefs(self, name: str) -> list[str]:
        """Returns absolute addresses. Raises Unreadable."""
        found = self.props.findall(f"{name}/d:href", SPACES)
        return [_joined(self.url, each.text) for each in found if each.text]


class Dav:
    """Sends requests as one user. All of them share `seconds`."""

    def __init__(self, egress: Egress, user: str, password: str, *, seconds: float) -> None:
        self._egress = egress
        self._authorization = f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"
        self._deadline = time.monotonic() + seconds

    def ask(self, method: str, url: str, body: bytes | None = None, **headers: str) -> Answer:
        """Returns the answer, whatever its status. Raises Unreachable when the time is used up."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise Unreachable("too slow")
        sent = {
            "Authorization": self._authorization,
            **{name.replace("_", "-"): each for name, each in headers.items()},
        }
        return self._egress.request(method, url, headers=sent, body=body, seconds=min(left, MOST_SECONDS))

    def find(self, url: str, *names: str, depth: int = 0) -> list[Found]:
        """PROPFIND. Raises CalendarFault and its subclasses."""
        wanted = "".join(f"<{name}/>" for name in names)
        return self._multistatus(
            "PROPFIND", url, f"<d:propfind {_DECLARED}><d:prop>{wanted}</d:prop></d:propfind>", depth
        )

    def report(self, url: str, kind: str, inside: str) -> list[Found]:
        """REPORT, one level deep. Raises CalendarFault and its subclasses."""
        return self._multistatus("REPORT", url, f"<{kind} {_DECLARED}>{inside}</{kind}>", 1)

    def _multistatus(self, method: str, url: str, xml: str, depth: int) -> list[Found]:
        body = f'<?xml version="1.0" encoding="utf-8"?>{xml}'.encode()
        answer = self.ask(method, url, body, Depth=str(depth), Content_Type="application/xml; charset=utf-8")
        check_status(answer, fine=(207,))
        return list(_responses(answer))


def hrefs_of(urls: Sequence[str]) -> str:
    """Returns the hrefs of a report: paths on the same server."""
    return "".join(f"<d:href>{escape(path_of(url))}</d:href>" for url in urls)


def path_of(url: str) -> str:
    """Returns the path in one form of escaping: servers write `@` or `%40`."""
    return "/".join(quote(unquote(part), safe=_PLAIN) for part in urlsplit(url).path.split("/"))


def _responses(answer: Answer) -> Iterator[Found]:
    from xml.etree.ElementTree import Element, ParseError  # noqa: PLC0415

    from defusedxml import DefusedXmlException  # noqa: PLC0415
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415

    try:
        root: Element = fromstring(answer.body)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Unreadable("no XML") from error
    if root.tag != "{DAV:}multistatus":
        raise Unreadable("no multistatus")
    for response in root.findall("d:response", SPACES):
        props, status = Element("props"), _code(response.findtext("d:status", "", SPACES) or "") or 200
        for propstat in response.findall("d:propstat", SPACES):
            if _code(propstat.findtext("d:status", "HTTP/1.1 200", SPACES) or "") == 200:
                props.extend(each for prop in propstat.findall("d:prop", SPACES) for each in prop)
        yield Found(_joined(answer.url, response.findtext("d:href", "", SPACES) or ""), status, props)


def _joined(base: str, href: str) -> str:
    """Returns the absolute address. Raises Unreadable for one that no address can be, such as `https://[`."""
    try:
        return urljoin(base, href.strip())
    except ValueError as error:
        raise Unreadable("no address") from error


def _code(line: str) -> int:
    """Returns the status in `HTTP/1.1 200 OK`; 0 where there is none."""
    words = line.split(maxsplit=2)
    return (number_or_none(words[1], most=999) or 0) if len(words) > 1 else 0
