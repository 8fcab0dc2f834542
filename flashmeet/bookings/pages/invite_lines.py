"""The main lines of a calendar invite, shown in the development outbox."""

from __future__ import annotations

SHOWN = ("METHOD", "SEQUENCE", "STATUS", "DTSTART", "DTEND", "UID")


def invite_facts(ics: bytes) -> dict[str, str]:
    """Returns the value of each property in SHOWN, as in the file (RFC 5545 §3.1: folded lines are joined)."""
    lines = ics.decode(errors="replace").replace("\r\n ", "").replace("\r\n\t", "").splitlines()
    facts: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        facts.setdefault(name.split(";")[0].upper(), value)
    return {name: facts[name] for name in SHOWN if name in facts}
