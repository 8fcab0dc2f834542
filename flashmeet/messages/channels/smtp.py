"""Sends mail through an SMTP server: one connection per batch, one outcome per recipient (RFC 5321)."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from ipaddress import ip_address
from typing import cast

from flashmeet.core.config import Smtp
from flashmeet.messages.channels.smtp_reasons import codes, why
from flashmeet.messages.rendering.mail import compose
from flashmeet.messages.rendering.renderer import Renderer, written
from flashmeet.messages.rules.channels import Away, ChannelName, Late, Outcome, Outgoing, Refused, Retry, Sent, Unsure

TIMEOUT_SECONDS = 15
TEXT_SECONDS = 60
"""How long the answer to a text is waited for: a server may examine it before it takes it (RFC 5321 §4.5.3.2.6 asks for
ten minutes). Who gives up earlier sends again what has arrived."""
MOST_CONNECTIONS = 2
_CLOSING = 421
_SENDER_REFUSED = "sender refused: "
_LINE_START_DOT = re.compile(rb"^\.", re.MULTILINE)


class SmtpChannel:
    """The `Channel` of mail. Reasons carry the server's codes, never its words, which quote addresses."""

    name = ChannelName.MAIL
    batch = 20

    def __init__(
        self, smtp: Smtp, renderer: Renderer, *, clock: Callable[[], datetime], per_second: float = 20.0
    ) -> None:
        self.per_second = per_second
        self._smtp = smtp
        self._renderer = renderer
        self._clock = clock

    def send(self, messages: Sequence[Outgoing]) -> Iterator[tuple[int, Outcome]]:
        """Yields the outcomes. A lost connection is reopened once; the rest of the batch then waits."""
        line = _Line(self._smtp, self._renderer.links.host)
        try:
            for message in messages:
                yield message.id, self._send_one(line, message)
        finally:
            line.close()

    def look_up(self, message: Outgoing) -> Outcome:
        """Returns Retry, because no mailbox can be asked: the mail is sent again and recognised by its Message-ID."""
        return Retry("sent again under the same Message-ID")

    def _send_one(self, line: _Line, message: Outgoing) -> Outcome:
        text = written(lambda: compose(message, self._renderer, at=self._clock()).as_bytes())
        if isinstance(text, Refused):
            return text
        return line.deliver(self._renderer.mail_from, message.address, text, in_time=message.in_time)


def send_once(smtp: Smtp, our_host: str, sender: str, recipient: str, text: bytes) -> Outcome:
    """Sends one mail over its own connection, in the same way as a batch."""
    line = _Line(smtp, our_host)
    try:
        return line.deliver(sender, recipient, text, in_time=lambda: True)
    finally:
        line.close()


def greet(smtp: Smtp, our_host: str) -> bool:
    """Connects, with TLS and login, as for sending a mail, and leaves; returns whether nobody on the way could read it.

    Raises OSError, ValueError.
    """
    server = _connect(smtp, our_host)
    private = is_loopback(smtp.host) or isinstance(server.sock, ssl.SSLSocket)
    with suppress(OSError):
        server.quit()
    server.close()
    return private


class _Line:
    """The connection of one batch, reopened once if it is lost, and whenever the server has had enough of it.

    Many servers take so many mails a connection, then hang up or answer 4xx; what they refuse so, a new one takes.
    """

    def __init__(self, smtp: Smtp, our_host: str) -> None:
        self._smtp = smtp
        self._our_host = our_host
        self._server: smtplib.SMTP | None = None
        self._dials_left = MOST_CONNECTIONS
        self._served = False
        self._why_not = ""

    def deliver(self, sender: str, recipient: str, text: bytes, *, in_time: Callable[[], bool]) -> Outcome:
        outcome = self._deliver(sender, recipient, text, in_time=in_time)
        if self._served and (self._server is None or _is_for_now(outcome)) and isinstance(outcome, Retry | Away):
            self._hang_up()
            outcome = self._deliver(sender, recipient, text, in_time=in_time)
        if isinstance(outcome, Sent):
            self._served, self._dials_left = True, MOST_CONNECTIONS
        return outcome

    def _deliver(self, sender: str, recipient: str, text: bytes, *, in_time: Callable[[], bool]) -> Outcome:
        if not in_time():
            return Late()
        server = self._server or self._dial()
        if server is None:
            return Away(self._why_not)
        outcome = _transaction(server, sender, recipient, text, in_time=in_time)
        if server.sock is None:
            self._server, self._why_not = None, "the connection was lost"
        return outcome

    def close(self) -> None:
        self._hang_up()

    def _hang_up(self) -> None:
        if self._server is not None:
            with suppress(OSError):
                self._server.quit()
            self._server.close()
        self._server, self._served = None, False

    def _dial(self) -> smtplib.SMTP | None:
        """Connects; returns None when the server does not answer, and then not again in this batch."""
        if self._dials_left:
            self._dials_left -= 1
            try:
                self._server = _connect(self._smtp, self._our_host)
            except (OSError, ValueError) as error:  # ValueError: credentials that SMTP cannot encode
                self._dials_left, self._why_not = 0, why(error)
        return self._server


def is_loopback(host: str) -> bool:
    """Whether the host is certainly this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _connect(smtp: Smtp, our_host: str) -> smtplib.SMTP:
    """Connects, with TLS and login as far as the settings and the server allow. Raises OSError, ValueError."""
    trust = ssl.create_default_context()
    server = (
        smtplib.SMTP_SSL(smtp.host, smtp.port, our_host, timeout=TIMEOUT_SECONDS, context=trust)
        if smtp.tls
        else smtplib.SMTP(smtp.host, smtp.port, our_host, timeout=TIMEOUT_SECONDS)
    )
    try:
        _secure(server, smtp, trust)
        if smtp.user and smtp.password:
            server.login(smtp.user, smtp.password)
    except BaseException:
        server.close()
        raise
    return server


def _secure(server: smtplib.SMTP, smtp: Smtp, trust: ssl.SSLContext) -> None:
    """Starts TLS if the server offers it, and then raises where that fails; credentials are never sent in clear, nor is
    anything where the setting says so, except within this machine."""
    server.ehlo_or_helo_if_needed()
    if smtp.tls or is_loopback(smtp.host):
        return
    if server.has_extn("starttls"):
        server.starttls(context=trust)
    elif smtp.password:
        raise smtplib.SMTPNotSupportedError("no encryption is offered: the credentials stay here")
    elif smtp.only_encrypted:
        raise smtplib.SMTPNotSupportedError("no encryption, which is required, is offered")


def _is_for_now(outcome: Outcome) -> bool:
    """Whether the server refused the sender of this mail, on this connection, at this moment."""
    return isinstance(outcome, Away) and outcome.reason.startswith(f"{_SENDER_REFUSED}4")


def _transaction(
    server: smtplib.SMTP, sender: str, recipient: str, text: bytes, *, in_time: Callable[[], bool]
) -> Outcome:
    """Sends one mail. Before the server asks for the text nothing is accepted; afterwards only its reply can tell.

    Closes the connection when it cannot serve another mail.
    """
    under_way = False
    try:
        refused = _envelope(server, sender, recipient)
        if refused is None:
            if not in_time():
                server.close()  # the server waits for a text: closing is the only way to send none
                return Late()
            under_way = True
            server.send(_LINE_START_DOT.sub(b"..", text) + b".\r\n")
            return _told(server, *_answer_to_text(server), unclear=Unsure)
    except OSError as error:
        server.close()
        return Unsure(f"no answer to the text: {why(error)}") if under_way else Retry(why(error))
    _reset(server)
    return refused


def _answer_to_text(server: smtplib.SMTP) -> tuple[int, bytes]:
    """Raises OSError."""
    line = cast(socket.socket, server.sock)  # the text was written to it
    line.settimeout(TEXT_SECONDS)
    reply = server.getreply()
    line.settimeout(TIMEOUT_SECONDS)
    return reply


def _envelope(server: smtplib.SMTP, sender: str, recipient: str) -> Outcome | None:
    """Returns None when the server is ready for the text. A refused sender is not this recipient's fault."""
    code, words = server.mail(sender)
    if code != 250:
        return Away(f"{_SENDER_REFUSED}{codes(code, words)}")
    code, words = server.rcpt(recipient)
    if code in (250, 251):
        code, words = server.docmd("DATA")
        if code == 354:
            return None
    return _told(server, code, words, unclear=Retry)


def _told(server: smtplib.SMTP, code: int, words: bytes, *, unclear: type[Unsure] | type[Retry]) -> Outcome:
    """Returns the outcome by the reply's first digit (RFC 5321 §4.2.1): 2 accepted, 4 temporary, 5 permanent."""
    if code == _CLOSING:
        server.close()
    if code // 100 == 2:
        return Sent()
    kinds: dict[int, type[Retry] | type[Refused]] = {4: Retry, 5: Refused}
    return kinds.get(code // 100, unclear)(codes(code, words))


def _reset(server: smtplib.SMTP) -> None:
    """Resets the connection for the next mail, or closes it."""
    try:
        if server.sock is not None and server.rset()[0] != 250:
            server.close()
    except OSError:
        server.close()
