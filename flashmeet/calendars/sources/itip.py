"""Calendars' replies, read from mail (RFC 5546, RFC 6047).

All parts are walked, because a reply is inline text/calendar, which mail libraries do not treat as an attachment. A
faulty part holds no reply; nothing is raised.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage, Message
from email.utils import getaddresses, parsedate_to_datetime

import structlog
from sqlalchemy.orm import Session

from flashmeet.bookings.rules.answers import InviteAnswer
from flashmeet.calendars.rules.replies import ANSWERS, CalendarReply, ReplyOutcome
from flashmeet.calendars.service.replies import pass_on_note, take_reply
from flashmeet.calendars.sources.content_lines import Component, Property, parse_components
from flashmeet.calendars.sources.file_zones import FileZones, file_zones
from flashmeet.calendars.sources.moments import UTC_ZONE, read_moment
from flashmeet.core.links import Links
from flashmeet.core.mail_addresses import comparable
from flashmeet.core.numbers import number_or_none
from flashmeet.core.provider_faults import Unreadable
from flashmeet.messages.inbound.automatic import holds_calendar
from flashmeet.messages.inbound.mailbox import Handler
from flashmeet.messages.inbound.own_words import unquoted
from flashmeet.messages.rendering.ics import REPLY_PARAMETER

log = structlog.get_logger("flashmeet.replies")

MOST_BYTES, MOST_PARTS = 200_000, 30
_CARET, _CARETS = re.compile(r"\^([n'^])"), {"n": "\n", "'": '"', "^": "^"}
"""How a parameter writes a line break, a quotation mark and a caret (RFC 6868)."""
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,200})>")


@dataclass(frozen=True, slots=True)
class _Letter:
    """What the mail says around its calendars."""

    answers_to: frozenset[str]
    senders: frozenset[str]
    sent_at: datetime | None
    """Stands for a missing DTSTAMP; None for a missing or unreadable Date."""


def taking_replies(links: Links) -> Handler:
    """Returns the handler that looks for calendar replies in incoming mail."""

    def take(db: Session, mail: EmailMessage, now: datetime) -> bool:
        """Returns False also where a note beside an answer reached nobody: a person has to read it."""
        replies = replies_in(mail)
        taken = [_taken(db, reply, now) for reply in replies]
        return bool(taken) and all(taken)

    def _taken(db: Session, reply: CalendarReply, now: datetime) -> bool:
        outcome = take_reply(db, reply, links=links, now=now)
        log.info("reply", outcome=outcome)
        if not reply.note or outcome == ReplyOutcome.KNOWN:
            return True
        return outcome == ReplyOutcome.TAKEN and pass_on_note(db, reply, links=links, now=now)

    return take


def replies_in(mail: Message) -> list[CalendarReply]:
    """Returns each reply once, however many parts repeat it, with the note that one of them holds."""
    letter = _Letter(_answers_to(mail), _senders(mail), _sent_at(mail))
    found = [reply for part in _calendars(mail) for reply in _replies(part, letter)]
    noted_last = sorted(found, key=lambda reply: bool(reply.note))
    return list({replace(reply, note=""): reply for reply in noted_last}.values())


def _sent_at(mail: Message) -> datetime | None:
    try:
        told = parsedate_to_datetime(str(mail.get("Date", "")))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return (told if told.tzinfo else told.replace(tzinfo=UTC)).astimezone(UTC)


def _senders(mail: Message) -> frozenset[str]:
    return frozenset(comparable(address) for _, address in getaddresses([str(mail.get("From", ""))]))


def _answers_to(mail: Message) -> frozenset[str]:
    headers = " ".join(str(mail.get(name, "")) for name in ("In-Reply-To", "References"))
    return frozenset(_MESSAGE_ID.findall(headers))


def _calendars(mail: Message) -> Iterator[tuple[bytes, str]]:
    """Yields each calendar and the method of its Content-Type, "" where it names none."""
    for number, part in enumerate(mail.walk()):
        if number >= MOST_PARTS:
            return
        if not holds_calendar(part):
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and len(content) <= MOST_BYTES:
            yield content, str(part.get_param("method", "") or "")


def _replies(part: tuple[bytes, str], letter: _Letter) -> Iterator[CalendarReply]:
    ics, told_method = part
    try:
        calendars = parse_components(ics)
    except Unreadable:
        return
    for calendar in calendars:
        method = (calendar.value("METHOD") or told_method).strip().upper()
        if method not in ("REPLY", "COUNTER"):
            continue
        zones = file_zones(calendar, calendars, here=UTC_ZONE)
        for event in calendar.walk("VEVENT"):
            proposed_at = _sure_instant(event, "DTSTART", zones) if method == "COUNTER" else None
            reply = _reply(event, letter, counters=method == "COUNTER", proposed_at=proposed_at)
            if reply is not None:
                yield reply


def _reply(event: Component, letter: _Letter, *, counters: bool, proposed_at: datetime | None) -> CalendarReply | None:
    """Returns None for a reply for which nobody speaks, or several do."""
    speaker, stand_in = _speaker(event, letter.senders)
    if speaker is None or not event.value("UID"):
        return None
    said = "DELEGATED" if stand_in else speaker.params.get("PARTSTAT", "").upper()
    answer = InviteAnswer.COUNTERED if counters else ANSWERS.get(said)
    address = _address(stand_in) if stand_in else _address_of(speaker)
    sequence = number_or_none(event.value("SEQUENCE") or "0", most=999_999_999)
    stamped_at = _instant(event, "DTSTAMP") or letter.sent_at
    if answer is None or not address or stamped_at is None or sequence is None:
        return None
    return CalendarReply(
        uid=event.text("UID"),
        attendee=address,
        token=speaker.params.get(REPLY_PARAMETER, "") or event.value(REPLY_PARAMETER),
        answers_to=letter.answers_to,
        sequence=sequence,
        stamped_at=stamped_at,
        answer=answer,
        note=_note(event, speaker),
        proposed_at=proposed_at,
    )


def _note(event: Component, speaker: Property) -> str:
    """Returns what the person wrote beside the answer: in COMMENT (RFC 5546 §3.2.3), or as Google and Apple write it.

    The text of such a mail is a program's, and is not looked at.
    """
    in_parameter = _CARET.sub(lambda match: _CARETS[match[1]], speaker.params.get("X-RESPONSE-COMMENT", ""))
    told = event.text("COMMENT") or in_parameter or event.text("X-CALENDARSERVER-ATTENDEE-COMMENT")
    return unquoted(told.splitlines())


def _speaker(event: Component, senders: Collection[str]) -> tuple[Property | None, str]:
    """Returns who answers, and whose place they take, if any (RFC 5545 §3.2.4).

    A calendar may list the organizer, too; who delegates, and whom, are listed together. Of others (RFC 5546 §3.2.3
    knows one alone) the one speaks who has our token, else who sent the mail, else who alone says anything.
    """
    organizer = _address(event.value("ORGANIZER"))
    people = [each for each in event.all("ATTENDEE") if not organizer or _address_of(each) != organizer]
    delegating = [each for each in people if each.params.get("PARTSTAT", "").upper() == "DELEGATED"]
    if len(delegating) == 1:
        return delegating[0], ""
    for speaks in (_has_token, lambda each: _address_of(each) in senders, _says_anything):
        people = [each for each in people if speaks(each)] or people
    if len(people) != 1:
        return None, ""
    return people[0], people[0].params.get("DELEGATED-FROM", "")


def _has_token(person: Property) -> bool:
    return REPLY_PARAMETER in person.params


def _says_anything(person: Property) -> bool:
    return person.params.get("PARTSTAT", "").upper() in ANSWERS


def _address_of(person: Property) -> str:
    """Returns the address of an ATTENDEE: CalDAV servers may name a principal there, and the address beside it."""
    beside = person.params.get("EMAIL", "")
    return _address(person.value) or (_address(f"mailto:{beside}") if beside else "")


def _address(value: str) -> str:
    """Returns the address of a `mailto:`, "" for anything else."""
    scheme, _, address = value.strip().partition(":")
    return comparable(address) if scheme.lower() == "mailto" else ""


def _instant(event: Component, name: str) -> datetime | None:
    """What we sent is in UTC, and DTSTAMP always is (RFC 5545 §3.8.7.2), whether or not it says so."""
    told = event.first(name)
    try:
        return None if told is None else read_moment(told.value, told, FileZones({}, UTC_ZONE)).earliest
    except (ValueError, OverflowError):
        return None


def _sure_instant(event: Component, name: str, zones: FileZones) -> datetime | None:
    """Returns None for a day, a time without a zone, and one that a clock shows twice: nobody is asked by a guess."""
    told = event.first(name)
    try:
        at = None if told is None else read_moment(told.value, told, zones)
    except (ValueError, OverflowError):
        return None
    sure = at is not None and at.sure and not at.day and not at.floating and at.earliest == at.latest
    return at.earliest if at is not None and sure else None
