"""What comes back by mail: the mailbox is read by one worker at a time, each message in a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage

import structlog
from sqlalchemy.exc import OperationalError

from flashmeet.core.database.session import Database, clock
from flashmeet.messages.inbound.mailbox import HANDLERS, Handler
from flashmeet.messages.outbox.periodic_tasks import PeriodicTask, do_if_due
from flashmeet.messages.rules.channels import Mailbox, MailboxAway

log = structlog.get_logger("flashmeet.arrivals")

TURN = PeriodicTask("read_mailbox", timedelta(minutes=1), lambda _session, _now: None)
"""Whose turn it is to look: the one worker that finds it due."""
MOST_AT_ONCE = 200
LOOK_EVERY_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Reads the mailbox and hands each message to the handlers, until one says that it was for it."""

    database: Database
    mailbox: Mailbox
    handlers: Sequence[Handler] = HANDLERS

    def once(self) -> float:
        """One look, when it is time; returns after how many seconds to come again."""
        with self.database.writing() as db:
            ours = do_if_due(db, TURN, now=clock(db))
        if ours:
            try:
                read = self.mailbox.read(self._handle, most=MOST_AT_ONCE)
                log.info("mailbox.read", messages=read)
            except MailboxAway as away:
                log.warning("mailbox.away", fault=str(away))
        return LOOK_EVERY_SECONDS

    def _handle(self, message: EmailMessage) -> None:
        """Raises OperationalError: a message that could not be kept is looked at again."""
        try:
            with self.database.writing() as db:
                now = clock(db)
                taken = any(handler(db, message, now) for handler in self.handlers)
        except OperationalError:
            raise
        except Exception as error:  # a stranger may have written it, in any shape; its words stay out of the log
            log.warning("mailbox.unreadable", fault=type(error).__name__)
        else:
            log.info("mailbox.message", taken=taken)
