"""A mail server that keeps every message as bytes, and refuses or hangs up as it is told."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from flashmeet.core.config import Smtp
from tests.served import free_port

USER, PASSWORD = "flashmeet", "correct horse"


@dataclass(frozen=True, slots=True)
class Received:
    sender: str
    recipient: str
    data: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.data, policy=default)


@dataclass(slots=True)
class SmtpServer:
    """Told before it is spoken to: `answers` at RCPT and `verdicts` after the text, per recipient.

    `hangs_up_on` keeps the message and closes the line instead of answering; `hangs_up_before` does so at RCPT.
    """

    port: int = field(default_factory=free_port)
    received: list[Received] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)
    sender_answer: str = ""
    hangs_up_on: set[str] = field(default_factory=set)
    hangs_up_before: set[str] = field(default_factory=set)
    examines: float = 0.0
    """For how many seconds a text is looked at before it is answered."""
    mails_a_connection: int = 0
    enough: str = ""
    """What is answered to more than those; "" hangs up."""
    connections: int = 0
    logins: int = 0
    encrypted: list[bool] = field(default_factory=list)

    def settings(self, host: str = "127.0.0.1", *, user: str | None = None, password: str | None = None) -> Smtp:
        return Smtp(host=host, port=self.port, user=user, password=password, tls=False)

    def to(self, recipient: str) -> list[EmailMessage]:
        return [each.message for each in self.received if each.recipient == recipient]

    async def handle_EHLO(
        self, server: SMTP, db: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        db.host_name = hostname
        self.connections += db.ssl is None
        return responses

    async def handle_MAIL(self, server: SMTP, db: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        envelope.mail_from = address
        served = getattr(db, "served", 0) + 1
        vars(db)["served"] = served
        if self.mails_a_connection and served > self.mails_a_connection:
            if not self.enough:
                _hang_up(server)
            return self.enough
        return self.sender_answer or "250 OK"

    async def handle_RCPT(self, server: SMTP, db: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if address in self.hangs_up_before:
            _hang_up(server)
        envelope.rcpt_tos.append(address)
        answer = self.answers.get(address, "250 OK")
        if not answer.startswith("250"):
            envelope.rcpt_tos.remove(address)
        return answer

    async def handle_DATA(self, server: SMTP, db: Session, envelope: Envelope) -> str:
        recipient = envelope.rcpt_tos[0]
        verdict = self.verdicts.get(recipient, "250 OK")
        if verdict.startswith("250"):
            content = envelope.original_content
            assert content is not None
            self.received.append(Received(str(envelope.mail_from), recipient, content))
            self.encrypted.append(db.ssl is not None)
        if recipient in self.hangs_up_on:
            _hang_up(server)
        await asyncio.sleep(self.examines)
        return verdict

    def authenticate(self, server: SMTP, db: Session, envelope: Envelope, mechanism: str, given: object) -> AuthResult:
        known = isinstance(given, LoginPassword) and (given.login, given.password) == (
            USER.encode(),
            PASSWORD.encode(),
        )
        self.logins += known
        return AuthResult(success=known, handled=known)


def _hang_up(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.WriteTransport)
    server.transport.abort()


@contextmanager
def running(
    server: SmtpServer | None = None, *, trust: ssl.SSLContext | None = None, takes_login: bool = False
) -> Iterator[SmtpServer]:
    """Serves until the end of the block. `trust` offers STARTTLS; `takes_login` knows USER and PASSWORD."""
    server = server or SmtpServer()
    controller = Controller(
        server,
        hostname="127.0.0.1",
        port=server.port,
        tls_context=trust,
        authenticator=server.authenticate if takes_login else None,
        auth_require_tls=False,
    )
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
