"""Why a server could not be reached, in words that say what to do."""

from __future__ import annotations

import smtplib
import socket
import ssl
from imaplib import IMAP4

MAIL_PORTS = "Many providers close port 25; 465 (smtps://) and 587 (smtp://) are usual for mail"
MAILBOX_PORTS = "993 (imaps://) is usual for a mailbox"


def why(error: BaseException, *, ports: str = "") -> str:
    """Returns the reason, without the server's own words. `ports` says which ports are usual there."""
    reason = getattr(error, "reason", None)
    if isinstance(reason, BaseException) and not isinstance(error, ssl.SSLError):
        return why(reason, ports=ports)
    for kind, words in _REASONS:
        if isinstance(error, kind):
            return f"{words} {ports}".strip() if ports and kind in _OF_PORTS else words
    if isinstance(error, ssl.SSLError):
        return (
            "it does not speak TLS there: smtps:// and imaps:// mean TLS from the first byte, smtp:// begins it later"
        )
    return f"{type(error).__name__}"


_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (socket.gaierror, "DNS knows no such host. Is it spelt right?"),
    (ConnectionRefusedError, "nobody answers at that port. Does it run there?"),
    (TimeoutError, "no answer in time: a firewall, or a wrong port. Does it run there?"),
    (ssl.SSLCertVerificationError, "its certificate is not valid for this name, so no password was sent"),
    (smtplib.SMTPAuthenticationError, "it refuses user or password. @ : / # ? % in them are written as %40 %3A %2F …"),
    (smtplib.SMTPNotSupportedError, "it offers no encryption, so nothing goes there (a password, or tls=required)"),
    (smtplib.SMTPServerDisconnected, "it closes the connection: on port 465 write smtps://, on others smtp://"),
    (smtplib.SMTPException, "it does not speak SMTP as expected"),
    (IMAP4.error, "it refuses user, password or folder"),
)
_OF_PORTS = (ConnectionRefusedError, TimeoutError)
