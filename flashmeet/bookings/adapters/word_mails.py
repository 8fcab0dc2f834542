"""What people answer to a mail about their hour: words for the other, taken into the booking's thread.

Anybody may send a mail in anybody's name. An answer is believed when it refers to the Message-ID of a mail of ours,
which only its recipient has seen, and comes from the address that the mail went to or the recipient has now.
"""

from __future__ import annotations

import re
from datetime import datetime
from email.message import EmailMessage
from email.utils import getaddresses

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.service.threads import write_word
from flashmeet.core.errors import Refusal
from flashmeet.core.mail_addresses import comparable
from flashmeet.identity.models import Member
from flashmeet.messages.inbound.automatic import is_automatic
from flashmeet.messages.models import OutboxMessage

log = structlog.get_logger("flashmeet.words")

MOST_KEYS = 20
_KEY = re.compile(r"<([0-9a-f]{32})@[^<>\s]{1,200}>")
_QUOTED = (
    re.compile(r"^>"),
    re.compile(r"^(On|Le|Am|El|Il) .{5,200}(wrote|a écrit|schrieb|escribió|ha scritto)\s?:?$", re.IGNORECASE),
    re.compile(
        r"^-{2,} ?(Original Message|Message d.origine|Ursprüngliche Nachricht|Message transféré)", re.IGNORECASE
    ),
    re.compile(r"^_{20,}$"),
    re.compile(r"^(From|De|Von) ?: .*@", re.IGNORECASE),
    re.compile(r"^-- $"),
)
"""Lines from which on a mail repeats what it answers, or is its writer's signature."""


def take_words(db: Session, mail: EmailMessage, now: datetime) -> bool:
    """Writes what a person answered into the thread of the booking; False when it is no such answer, or is refused."""
    found = None if is_automatic(mail) else _answered(db, mail)
    words = own_words(mail) if found else ""
    if found is None or not words:
        return False
    recipient, booking_id = found
    try:
        with db.begin_nested():
            write_word(db, recipient, booking_id, words, now=now)
    except Refusal as refusal:  # over, too long, kept apart: somebody has to read it
        log.info("words", outcome=refusal.code)
        return False
    log.info("words", outcome="taken")
    return True


def own_words(mail: EmailMessage) -> str:
    """Returns the text above what is quoted; "" where there is none that can be read as plain text."""
    part = mail.get_body(preferencelist=("plain",))
    try:
        text = str(part.get_content()) if part is not None else ""
    except (LookupError, ValueError):  # an unknown or untrue charset
        return ""
    kept: list[str] = []
    lines = text.replace("\r\n", "\n").split("\n")
    for number, line in enumerate(lines):
        two = f"{line} {lines[number + 1].strip()}" if number + 1 < len(lines) else line  # clients break the line
        if any(each.search(line) or each.search(two) for each in _QUOTED):
            break
        kept.append(line.rstrip())
    return "\n".join(kept).strip()


def _answered(db: Session, mail: EmailMessage) -> tuple[Member, int] | None:
    """Returns the recipient of the mail that this one answers, and the booking it was about."""
    referred = " ".join(str(mail.get(name, "")) for name in ("In-Reply-To", "References"))
    senders = {comparable(address) for _, address in getaddresses([str(mail.get("From", ""))])}
    keys = _KEY.findall(referred)[:MOST_KEYS]
    rows = db.scalars(
        select(OutboxMessage).where(OutboxMessage.message_key.in_(keys)).order_by(OutboxMessage.id.desc())
    )
    for row in rows if keys else ():
        booking_id = row.payload.get("booking_id")
        if isinstance(booking_id, int) and senders & {comparable(row.recipient.email), comparable(row.sent_to)}:
            return row.recipient, booking_id
    return None
