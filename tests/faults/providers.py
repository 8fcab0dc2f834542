"""A mail server and a Twilio that write into the ledger before they answer, and can be held at a point."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.fakes import imap, smtp, twilio
from tests.fakes.imap import ImapServer
from tests.fakes.smtp import Received, SmtpServer
from tests.fakes.twilio import TwilioServer
from tests.faults.ledger import Ledger

Channel = Literal["mail", "sms"]
Point = Literal["envelope", "arrived", "accepted"]
"""Before a mail's text was asked for; before it is in the ledger; after, before the answer."""
Verdict = Literal["go", "drop", "refuse"]
PATIENCE = 240.0


@dataclass(slots=True)
class Gate:
    """Holds the first message that comes to the point it is armed for; others pass."""

    _armed: tuple[Channel, Point] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _reached: threading.Event = field(default_factory=threading.Event)
    _released: threading.Event = field(default_factory=threading.Event)
    _verdict: Verdict = "go"

    def arm(self, channel: Channel, point: Point) -> None:
        self._reached.clear()
        self._released.clear()
        self._verdict = "go"
        self._armed = (channel, point)

    def wait(self) -> None:
        """Until somebody is held."""
        assert self._reached.wait(PATIENCE), f"nobody came to {self._armed}"

    def release(self, verdict: Verdict = "go") -> None:
        self._armed = None
        self._verdict = verdict
        self._released.set()

    def hold(self, channel: Channel, point: Point) -> Verdict:
        with self._lock:
            if self._armed != (channel, point):
                return "go"
            self._armed = None
        self._reached.set()
        self._released.wait(PATIENCE)
        return self._verdict


@dataclass(slots=True, kw_only=True)
class MailServer(SmtpServer):
    ledger: Ledger
    gate: Gate
    away: bool = False

    async def handle_MAIL(self, server: SMTP, db: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        envelope.mail_from = address
        return "421 closed for a while" if self.away else "250 OK"

    async def handle_RCPT(self, server: SMTP, db: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        await asyncio.to_thread(self.gate.hold, "mail", "envelope")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, db: Session, envelope: Envelope) -> str:
        arrived = time.time()
        verdict = await asyncio.to_thread(self.gate.hold, "mail", "arrived")
        if verdict != "go":
            return "451 not now" if verdict == "drop" else "550 never"
        content = envelope.original_content
        assert content is not None
        mail = Received(str(envelope.mail_from), envelope.rcpt_tos[0], content)
        key = str(mail.message["Message-ID"]).strip("<>").partition("@")[0]
        await asyncio.to_thread(self.ledger.write, "mail", key=key, to=mail.recipient, arrived=arrived)
        await asyncio.to_thread(self.gate.hold, "mail", "accepted")
        return "250 OK"


@dataclass(slots=True, kw_only=True)
class SmsServer(TwilioServer):
    ledger: Ledger
    gate: Gate
    silent: bool = False
    """Accepts, and does not answer before the caller has given up."""

    def accept(self, form: dict[str, str]) -> dict[str, Any]:
        arrived = time.time()
        if self.gate.hold("sms", "arrived") != "go":
            raise ConnectionAbortedError
        # slots=True makes a new class, which the short form of super() does not know
        accepted = TwilioServer.accept(self, form)
        self.ledger.write("sms", key=accepted["sid"], to=form["To"], body=form["Body"], arrived=arrived)
        self.gate.hold("sms", "accepted")
        if self.silent:
            self.silent = False
            self.slow.add(form["To"])
        return accepted


@dataclass(frozen=True, slots=True)
class Providers:
    ledger: Ledger
    gate: Gate
    mail: MailServer
    sms: SmsServer
    mailbox: ImapServer


@contextmanager
def providers(ledger: Ledger) -> Iterator[Providers]:
    gate = Gate()
    mail, sms = (
        MailServer(ledger=ledger, gate=gate),
        SmsServer(ledger=ledger, gate=gate, clock=lambda: datetime.now(UTC)),
    )
    with smtp.running(mail), twilio.running(sms), imap.running() as mailbox:
        yield Providers(ledger, gate, mail, sms, mailbox)
