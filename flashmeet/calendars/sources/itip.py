"""Answers of calendars, read from a mail (RFC 5546, RFC 6047).

The parts are walked: an answer stands inline as text/calendar, which mail libraries do not count as an attachment.
Whatever is wrong with a part, it holds no answer; nothing is raised.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage, Message

import structlog
from icalendar import Calendar, Component
from sqlalchemy.orm import Session

from flashmeet.calendars.rules.replies import ANSWERS, CalendarReply
from flashmeet.calendars.service.replies import take_reply
from flashmeet.core.links import Links
from flashmeet.messages.inbound.mailbox import Handler
from flashmeet.messages.rendering.ics import REPLY_PARAMETER

log = structlog.get_logger("flashmeet.replies")

TYPES = ("text/calendar", "application/ics")
MOST_BYTES, MOST_PARTS = 200_000, 30
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,200})>")


def taking_replies(links: Links) -> Handler:
    """What looks for answers of calendars in the mail that comes in."""

    def take(db: Session, mail: EmailMessage, now: datetime) -> bool:
        replies = replies_in(mail)
        for reply in replies:
            log.info("reply", outcome=take_reply(db, reply, links=links, now=now))
        return bool(replies)

    return take


def replies_in(mail: Message) -> list[CalendarReply]:
    """Each answer once, however many parts repeat it."""
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
        if part.get_content_type() not in TYPES:
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and len(content) <= MOST_BYTES:
            yield content


def _replies(ics: bytes, answers_to: frozenset[str]) -> Iterator[CalendarReply]:
    try:
        calendar = Calendar.from_ical(ics)
        if str(calendar.get("METHOD", "")).upper() != "REPLY":
            return
        for event in calendar.walk("VEVENT"):
            reply = _reply(event, answers_to)
            if reply is not None:
                yield reply
    except (ValueError, TypeError, AttributeError, KeyError, IndexError):
        return  # what icalendar raises for one that is broken


def _reply(event: Component, answers_to: frozenset[str]) -> CalendarReply | None:
    """None where it names nobody, or more than one: an answer speaks for its attendee alone."""
    attendee, stamped_at = event.get("ATTENDEE"), event.decoded("DTSTAMP")
    if attendee is None or isinstance(attendee, list) or not isinstance(stamped_at, datetime):
        return None
    answer = ANSWERS.get(str(attendee.params.get("PARTSTAT", "")).upper())
    scheme, _, address = str(attendee).partition(":")
    if answer is None or scheme.lower() != "mailto" or stamped_at.tzinfo is None:
        return None
    return CalendarReply(
        uid=str(event["UID"]),
        attendee=address.strip().lower(),
        token=str(attendee.params.get(REPLY_PARAMETER, "")),
        answers_to=answers_to,
        sequence=int(event.get("SEQUENCE", 0)),
        stamped_at=stamped_at.astimezone(UTC),
        answer=answer,
    )
