"""Handles bounces: delivery status notifications (RFC 3464) in a multipart/report (RFC 6522), and the plain texts that
qmail and Exim wrote before, and many hosts still do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage, Message

from sqlalchemy.orm import Session

from flashmeet.messages.inbound.own_words import text_of
from flashmeet.messages.rules.mail_status import CODE
from flashmeet.messages.service.deliveries import mail_failed

UNSAID = "5.0.0"
"""What a failure is given as where nothing says why; Exim writes it of every one, and the reason beside it."""
_FAILED, _QMAIL = "X-Failed-Recipients", "Hi. This is the"
"""What Exim names in its header, and how a bounce of qmail begins (QSBMF)."""
_RETURNED_KEY = re.compile(r"^message-id:\s*<([0-9a-f]{32})@", re.ASCII | re.IGNORECASE | re.MULTILINE)
_NAMES_ORIGINAL = ("X-Original-Message-ID", "Original-Message-ID", "In-Reply-To", "References")
_A_KEY = re.compile(r"<([0-9a-f]{32})@", re.ASCII)
_KEY = re.compile(r"^\s*<?([0-9a-f]{32})@", re.ASCII)


@dataclass(frozen=True, slots=True)
class Report:
    """The result for one recipient.

    `status` is an enhanced status code, the next server's own where ours says nothing by its own; `action` is failed,
    delayed, delivered and so on.
    """

    action: str
    status: str


def note_bounce(db: Session, message: EmailMessage, now: datetime) -> bool:
    """Notes that a mail of ours failed permanently. Returns False if it is no delivery report.

    A report counts when it names the Message-ID of a mail of ours, which nobody else can guess.
    """
    reports = list(_reports(message))
    if not reports:
        return _note_plain_bounce(db, message, now)
    failed = next((report for report in reports if report.action == "failed"), None)
    key = _message_key(message)
    if failed and key:
        mail_failed(db, message_key=key, status=failed.status, now=now)
    return True


def _note_plain_bounce(db: Session, message: EmailMessage, now: datetime) -> bool:
    """Does the same for a text that holds the mail which came back, below words that only these programs write."""
    body = message.get_body(preferencelist=("plain",))
    text = text_of(body) if isinstance(body, EmailMessage) else ""
    if _FAILED not in message and not text.lstrip().startswith(_QMAIL):
        return False
    key = _RETURNED_KEY.search(text)
    if key:
        mail_failed(db, message_key=key[1], status=_first_code(text, of="5") or UNSAID, now=now)
    return True


def _reports(message: EmailMessage) -> Iterator[Report]:
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            yield from (_report(block) for block in _blocks(part) if block["Action"])


def _blocks(part: Message) -> list[Message]:
    """Returns the groups of fields: the first describes the message, each other one a recipient."""
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def _report(block: Message) -> Report:
    status = _first_code(str(block["Status"] or "")) or UNSAID
    if status.endswith(".0.0"):
        status = _first_code(str(block["Diagnostic-Code"] or "")) or status
    return Report(str(block["Action"]).strip().lower(), status)


def _first_code(text: str, *, of: str = "") -> str:
    """Returns the first enhanced status code among the words, of that class if one is named; "" where there is none."""
    return next((found[1] for found in CODE.finditer(text) if found[1].startswith(of)), "")


def _message_key(message: EmailMessage) -> str:
    """Returns the key of the returned mail: from its copy or its headers, else from what the report itself says of it;
    "" when missing or not ours."""
    for part in message.walk():
        if part is not message and part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            found = _KEY.match(_original_id(part))
            if found:
                return found.group(1)
    told = (each for part in message.walk() for name in _NAMES_ORIGINAL for each in part.get_all(name, []))
    return next((found[1] for each in told for found in _A_KEY.finditer(str(each))), "")


def _original_id(part: Message) -> str:
    payload = part.get_payload()
    if isinstance(payload, list):
        return str(payload[0]["Message-ID"] or "") if payload and isinstance(payload[0], Message) else ""
    headers = part.get_payload(decode=True)
    text = headers.decode("utf-8", "replace") if isinstance(headers, bytes) else ""
    line = re.search(r"^message-id:\s*(\S+)", text, re.IGNORECASE | re.MULTILINE)
    return line.group(1) if line else ""
