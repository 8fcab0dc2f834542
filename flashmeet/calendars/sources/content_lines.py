"""iCalendar's content lines and components (RFC 5545 §3.1, §3.4), read as leniently as real files need.

Nothing is kept for the next file: icalendar's own reader remembers a file's zones for the life of the process, so that
one member's file would affect another's hours.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from flashmeet.core.provider_faults import TooCostly, Unreadable, WebPage

MOST_BYTES, MOST_LINES, MOST_COMPONENTS, MOST_DEPTH = 20_000_000, 1_500_000, 60_000, 12
DATES = frozenset({"DTSTART", "DTEND", "DUE", "RECURRENCE-ID", "EXDATE", "RDATE"})
FOLD = re.compile(rb"(?:\r\n|\n|\r)[ \t]")
_BREAK = re.compile(r"\r\n|\n|\r")
_BEGIN = re.compile(rb"^[ \t]*BEGIN[ \t]*:", re.IGNORECASE | re.MULTILINE)
_PAGE = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_NAME = re.compile(r"\s*(?:[A-Za-z0-9_-]+\.)?([A-Za-z0-9_-]+)\s*([;:].*)\Z", re.DOTALL)
_DATE = re.compile(r"\s*\d{8}(?!\d)|\s*\d{4}-\d\d-\d\d")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Property:
    """One content line: `params` by upper-case name, without quotes."""

    params: Mapping[str, str]
    value: str


@dataclass(slots=True)
class Component:
    """`lines` are (upper-case name, rest of the line), in order; they are parsed only on use."""

    name: str
    lines: list[tuple[str, str]] = field(default_factory=list)
    children: list[Component] = field(default_factory=list)

    def all(self, name: str) -> list[Property]:
        return [split_property(rest, dated=name in DATES) for each, rest in self.lines if each == name]

    def first(self, name: str) -> Property | None:
        rest = next((rest for each, rest in self.lines if each == name), None)
        return None if rest is None else split_property(rest, dated=name in DATES)

    def value(self, name: str) -> str:
        """Returns the value of the first property of that name, "" without one."""
        found = self.first(name)
        return found.value.strip() if found is not None else ""

    def text(self, name: str) -> str:
        """Returns that value with TEXT escapes resolved (RFC 5545 §3.3.11)."""
        return _ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], self.value(name))

    def walk(self, *names: str) -> Iterator[Component]:
        for child in self.children:
            if child.name in names:
                yield child
            yield from child.walk(*names)


def parse_components(data: bytes) -> list[Component]:
    """Returns every VCALENDAR of the file; anything around them is ignored.

    Raises Unreadable where there is none, or the last one is cut off; WebPage where a page stands in its place.
    Raises TooCostly, before parsing, where the file holds more than a calendar does.
    """
    _require_bounded(data)
    root = Component("")
    open_ones = [root]
    for line in _BREAK.split(_decoded(data)):
        match = _NAME.match(line)
        if match is None:
            continue
        name, rest = match[1].upper(), match[2]
        if name == "BEGIN":
            _begin(open_ones, rest[1:].strip().upper())
        elif name == "END":
            _end(open_ones, rest[1:].strip().upper())
        elif len(open_ones) > 1:
            open_ones[-1].lines.append((name, rest))
    found = [each for each in root.children if each.name == "VCALENDAR"]
    if not found and _PAGE.match(data):
        raise WebPage("a page")
    if not found or len(open_ones) > 1:
        raise Unreadable("no calendar")
    return found


def unfolded(data: bytes) -> list[str]:
    """Returns the content lines, unfolded and otherwise unchanged."""
    return [line for line in _BREAK.split(_decoded(data)) if line]


def folded(lines: Sequence[str]) -> bytes:
    """Folds lines at 75 octets without cutting a character in two (RFC 5545 §3.1)."""
    out: list[bytes] = []
    for line in lines:
        left = line.encode()
        while len(left) > 75:
            cut = 75
            while left[cut] & 0xC0 == 0x80:
                cut -= 1
            out.append(left[:cut])
            left = b" " + left[cut:]
        out.append(left)
    return b"\r\n".join(out) + b"\r\n"


def _begin(open_ones: list[Component], name: str) -> None:
    if len(open_ones) > MOST_DEPTH:
        raise TooCostly("nested too deep")
    made = Component(name)
    open_ones[-1].children.append(made)
    open_ones.append(made)


def _end(open_ones: list[Component], name: str) -> None:
    """Ends the component of that name, and unclosed ones inside it."""
    if any(each.name == name for each in open_ones[1:]):
        while open_ones.pop().name != name:
            pass


def _require_bounded(data: bytes) -> None:
    if len(data) > MOST_BYTES or data.count(b"\n") + data.count(b"\r") > 2 * MOST_LINES:
        raise TooCostly("too long")
    if sum(1 for _ in _BEGIN.finditer(data)) > MOST_COMPONENTS:
        raise TooCostly("too many components")


def _decoded(data: bytes) -> str:
    """Unfolds, then decodes: some programs fold in the middle of a character. NUL is no character of a calendar, and
    PostgreSQL keeps none."""
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            data = data[2:].decode(name, "replace").encode()
    if b"\0" in data[:4]:
        data = data.decode("utf-16-be" if data[:1] == b"\0" else "utf-16-le", "replace").encode()
    unfolded = FOLD.sub(b"", data.removeprefix(codecs.BOM_UTF8)).replace(b"\0", b"")
    try:
        return unfolded.decode()
    except UnicodeDecodeError:
        return unfolded.decode("cp1252", "replace")


def split_property(rest: str, *, dated: bool = False) -> Property:
    """Splits the rest of a line, `;PARAM=value:value`; a colon may be in quotes.

    The value of a date (`dated`) follows the last colon if it is no date otherwise: Exchange writes zone names with
    colons and without quotes.
    """
    params, value = _split(rest)
    if dated and not _DATE.match(value):
        head, colon, tail = rest.rpartition(":")
        if colon and (_DATE.match(tail) or not value.strip()):
            params, value = _params(head), tail
    return Property(params, value)


def _split(rest: str) -> tuple[dict[str, str], str]:
    if rest.startswith(":"):
        return {}, rest[1:]
    if '"' not in rest:
        head, _, value = rest.partition(":")
        return _params(head), value
    quoted = False
    for at, letter in enumerate(rest):
        if letter == '"':
            quoted = not quoted
        elif letter == ":" and not quoted:
            return _params(rest[:at]), rest[at + 1 :]
    return _params(rest), ""


def _params(head: str) -> dict[str, str]:
    """Reads parameters; a piece without "=" belongs to the value before it, which had an unquoted semicolon."""
    found: dict[str, str] = {}
    last = ""
    for piece in _pieces(head):
        name, equals, value = piece.partition("=")
        if equals:
            last = name.strip().upper()
            found.setdefault(last, value.strip().strip('"'))
        elif last and piece:
            found[last] += f";{piece}"
    return found


def _pieces(head: str) -> Iterator[str]:
    if '"' not in head:
        yield from head.split(";")[1:]
        return
    piece, quoted = "", False
    for letter in head:
        quoted ^= letter == '"'
        if letter == ";" and not quoted:
            yield piece
            piece = ""
        else:
            piece += letter
    yield piece
