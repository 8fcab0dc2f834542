"""Incoming mail: one worker at a time reads the mailbox, each message in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from flashmeet.core.database.session import Database, clock
from flashmeet.messages.inbound.automatic import is_automatic
from flashmeet.messages.inbound.left_mails import left_mail
from flashmeet.messages.inbound.mailbox import HANDLERS, Handler
from flashmeet.messages.outbox.periodic_tasks import PeriodicTask, do_if_due
from flashmeet.messages.rules.channels import ChannelName, Mailbox, MailboxAway
from flashmeet.messages.rules.left_replies import LeftWhy
from flashmeet.messages.service.left_replies import note_left

log = structlog.get_logger("flashmeet.arrivals")

TURN = PeriodicTask("read_mailbox", timedelta(minutes=1), lambda _session, _now: None)
"""Leased by the one worker that finds it due."""
MOST_AT_ONCE = 200
LOOK_EVERY_SECONDS = 10.0

WhyLeft = Callable[[Session, EmailMessage], LeftWhy]
"""Says why nobody took a message that a person wrote."""


@dataclass(frozen=True, slots=True)
class InboundMail:
    """Reads the mailbox and hands each message to the handlers, until one takes it."""

    database: Database
    mailbox: Mailbox
    handlers: Sequence[Handler] = HANDLERS
    why_left: WhyLeft = lambda _session, _message: LeftWhy.UNRELATED  # a field's default

    def once(self) -> float:
        """Reads the mailbox if it is due; returns how many seconds to wait."""
        with self.database.writing() as db:
            ours = do_if_due(db, TURN, now=clock(db))
        if ours:
            try:
                read = self.mailbox.read(self._handle, most=MOST_AT_ONCE)
                log.info("mailbox.read", messages=read)
            except MailboxAway as away:
                log.warning("mailbox.away", fault=str(away))
        return LOOK_EVERY_SECONDS

    def _handle(self, message: EmailMessage) -> bool:
        """Handles one message; False for one that a person has to read.

        Raises OperationalError, so that a message that could not be stored is read again.
        """
        try:
            with self.database.writing() as db:
                now = clock(db)
                taken = any(handler(db, message, now) for handler in self.handlers) or is_automatic(message)
                why = None if taken else self.why_left(db, message)
        except OperationalError:
            raise
        except Exception as error:  # anybody can send anything; its text stays out of the log
            log.warning("mailbox.unreadable", fault=type(error).__name__)
            taken, why = False, LeftWhy.UNREADABLE
        log.info("mailbox.message", taken=taken, why=why)
        if why is not None:
            self._leave(message, why)
        return taken

    def _leave(self, message: EmailMessage, why: LeftWhy) -> None:
        """Shows the message to the administrators. Raises OperationalError."""
        try:
            note = left_mail(message)
        except Exception:  # its headers cannot be read either: it stays unread in the mailbox
            log.warning("mailbox.unreadable", fault="headers")
            return
        with self.database.writing() as db:
            note_left(db, channel=ChannelName.MAIL, **note, why=why, now=clock(db))
