"""What RFC 5545 §3.1 asks of the bytes, and what calendars in the wild stumble over."""

from __future__ import annotations

ONCE = (b"METHOD", b"UID", b"SEQUENCE", b"DTSTAMP", b"DTSTART", b"DTEND", b"ORGANIZER", b"ATTENDEE", b"STATUS")


def complaints(ics: bytes) -> list[str]:
    """Empty when the bytes are in order."""
    physical = ics.split(b"\r\n")
    found = [f"line {number} is {len(line)} octets" for number, line in enumerate(physical, 1) if len(line) > 75]
    found += [f"line {number} splits a character" for number, line in enumerate(physical, 1) if not _whole(line)]
    if not ics.endswith(b"\r\n") or ics.replace(b"\r\n", b"").translate(None, b"\r\n") != ics.replace(b"\r\n", b""):
        found.append("a line break is not CRLF")
    names = [line.split(b":")[0].split(b";")[0] for line in ics.replace(b"\r\n ", b"").split(b"\r\n")]
    return found + [f"{name.decode()} stands {names.count(name)} times" for name in ONCE if names.count(name) != 1]


def _whole(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
