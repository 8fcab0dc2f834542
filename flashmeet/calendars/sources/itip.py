"""Calendars' replies, read from mail (RFC 5546, RFC 6047).

All parts are walked, because a reply is inline text/calendar, which mail libraries do not treat as an attachment. A
faulty part holds no reply; nothing is raised.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage, Message

import structlog
from sqlalchemy.orm import Session

from flashmeet.bookings.rules.answers import InviteAnswer
from flashmeet.calendars.rules.replies import ANSWERS, CalendarReply
from flashmeet.calendars.service.replies import take_reply
from flashmeet.calendars.sources.content_lines import Component, parse_components
from flashmeet.calendars.sources.file_zones import FileZones
from flashmeet.calendars.sources.moments import UTC_ZONE, read_moment
from flashmeet.core.links import Links
from flashmeet.core.mail_addresses import comparable
from flashmeet.core.numbers import number_or_none
from flashmeet.core.provider_faults import Unreadable
from flashmeet.messages.inbound.mailbox import Handler
from flashmeet.messages.rendering.ics import REPLY_PARAMETER

log = structlog.get_logger("flashmeet.replies")

TYPES = ("text/calendar", "application/ics")
UNTYPED = "application/octet-stream"
"""What some programs send a file as; then its name says what it is."""
MOST_BYTES, MOST_PARTS = 200_000, 30
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,200})>")


def taking_replies(links: Links) -> Handler:
    """Returns the handler that looks for calendar replies in incoming mail."""

    def take(db: Session, mail: EmailMessage, now: datetime) -> bool:
        replies = replies_in(mail)
        for reply in replies:
            log.info("reply", outcome=take_reply(db, reply, links=links, now=now))
        return bool(replies)

    return take


def replies_in(mail: Message) -> list[CalendarReply]:
    """Returns each reply once, however many parts repeat it."""
    answers_to = _answers_to(mail)
    found = (reply for ics in _calendars(mail) for reply in _replies(ics, answers_to))
    return list(dict.fromkeys(found))


def _answers_to(mail: Message) -> frozenset[str]:
    headers = " ".join(str(mail.get(name, "")) for name in ("In-Reply-To", "References"))
    return frozenset(_MESSAGE_ID.findall(headers))


def _calendars(mail: Message) -> Iterator[bytes]:
    for number, part in enumerate(mail.walk()):
        if number >= MOST_PARTS:
            return
        named = (part.get_filename() or "").lower().endswith(".ics")
        if part.get_content_type() not in TYPES and not (part.get_content_type() == UNTYPED and named):
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and len(content) <= MOST_BYTES:
            yield content


def _replies(ics: bytes, answers_to: frozenset[str]) -> Iterator[CalendarReply]:
    try:
        calendars = parse_components(ics)
    except Unreadable:
        return
    for calendar in calendars:
        method = calendar.value("METHOD").upper()
        if method not in ("REPLY", "COUNTER"):
            continue
        for event in calendar.walk("VEVENT"):
            reply = _reply(event, answers_to, counters=method == "COUNTER")
            if reply is not None:
                yield reply


def _reply(event: Component, answers_to: frozenset[str], *, counters: bool) -> CalendarReply | None:
    """Returns None for a reply with no attendee or several: a reply speaks for one attendee."""
    attendees = event.all("ATTENDEE")
    if len(attendees) != 1 or not event.value("UID"):
        return None
    answer = InviteAnswer.COUNTERED if counters else ANSWERS.get(attendees[0].params.get("PARTSTAT", "").upper())
    scheme, _, address = attendees[0].value.strip().partition(":")
    sequence = number_or_none(event.value("SEQUENCE") or "0", most=999_999_999)
    stamped_at = _instant(event, "DTSTAMP")
    if answer is None or scheme.lower() != "mailto" or stamped_at is None or sequence is None:
        return None
    return CalendarReply(
        uid=event.text("UID"),
        attendee=comparable(address),
        token=attendees[0].params.get(REPLY_PARAMETER, "") or event.value(REPLY_PARAMETER),
        answers_to=answers_to,
        sequence=sequence,
        stamped_at=stamped_at,
        answer=answer,
        proposed_at=_instant(event, "DTSTART") if counters else None,
    )


def _instant(event: Component, name: str) -> datetime | None:
    """What we sent is in UTC, and DTSTAMP always is (RFC 5545 §3.8.7.2), whether or not it says so."""
    told = event.first(name)
    try:
        return None if told is None else read_moment(told.value, told, FileZones({}, UTC_ZONE)).earliest
    except (ValueError, OverflowError):
        return None
