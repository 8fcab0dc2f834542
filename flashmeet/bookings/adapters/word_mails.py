"""What people answer to a mail about their hour: words for the other, taken into the booking's thread.

Anybody may send a mail in anybody's name. An answer is believed when it refers to the Message-ID of a mail of ours,
which only its recipient has seen, and comes from the address that the mail went to or the recipient has now.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import getaddresses

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.thread.messages import write_word
from flashmeet.bookings.wording import told_files
from flashmeet.core.errors import Refusal
from flashmeet.core.mail_addresses import comparable
from flashmeet.identity.models import Member
from flashmeet.messages.inbound.attached_files import attached_files
from flashmeet.messages.inbound.automatic import is_automatic, is_of_a_calendar
from flashmeet.messages.inbound.own_words import is_for_outlook_alone, own_words
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.left_replies import LeftWhy

log = structlog.get_logger("flashmeet.words")

MOST_KEYS = 20
_KEY = re.compile(r"<([0-9a-f]{32})@[^<>\s]{1,200}>")


def take_words(db: Session, mail: EmailMessage, now: datetime) -> bool:
    """Writes what a person answered into the thread of the booking; False when it is no such answer, or is refused."""
    found = None if is_automatic(mail) or is_of_a_calendar(mail) else _answered(db, mail)
    words = own_words(mail) if found else ""
    if found is None or not words:
        return False
    recipient, booking = found
    if recipient.suspended:
        return False
    words = told_files(words, attached_files(mail), booking.other(recipient.id).locale)
    try:
        with db.begin_nested():
            write_word(db, recipient, booking.id, words, now=now)
    except Refusal as refusal:  # over, too long, kept apart: somebody has to read it
        log.info("words", outcome=refusal.code)
        return False
    log.info("words", outcome="taken")
    return True


def why_left(db: Session, mail: EmailMessage) -> LeftWhy:
    """Returns why `take_words` did not take a mail that a person wrote."""
    if is_of_a_calendar(mail):
        return LeftWhy.CALENDAR
    words, rows = own_words(mail), _referred(db, mail)
    if not words and is_for_outlook_alone(mail):
        return LeftWhy.OUTLOOK_ONLY
    if not rows:
        return LeftWhy.UNRELATED
    if not any(_is_from(mail, row) for row in rows):
        return LeftWhy.ANOTHER_SENDER
    if _answered(db, mail) is None:
        return LeftWhy.NO_HOUR
    return LeftWhy.CLOSED if words else LeftWhy.NO_WORDS


def _answered(db: Session, mail: EmailMessage) -> tuple[Member, Booking] | None:
    """Returns the recipient of the mail that this one answers, and the booking it was about, while there is one."""
    for row in _referred(db, mail):
        booking_id = row.payload.get("booking_id")
        if isinstance(booking_id, int) and _is_from(mail, row):
            booking = db.get(Booking, booking_id)
            return None if booking is None else (row.recipient, booking)
    return None


def _referred(db: Session, mail: EmailMessage) -> Sequence[OutboxMessage]:
    """Returns the mails of ours that it names, latest first."""
    keys = _KEY.findall(" ".join(str(mail.get(name, "")) for name in ("In-Reply-To", "References")))[:MOST_KEYS]
    query = select(OutboxMessage).where(OutboxMessage.message_key.in_(keys))
    return db.scalars(query.order_by(OutboxMessage.id.desc())).all() if keys else ()


def _is_from(mail: EmailMessage, row: OutboxMessage) -> bool:
    """Whether its sender is the address that the row went to, or that its recipient has now."""
    senders = {comparable(address) for _, address in getaddresses([str(mail.get("From", ""))])}
    return bool(senders & {comparable(row.recipient.email), comparable(row.sent_to)})
