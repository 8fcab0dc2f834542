"""Why a provider does not take our messages, in words that say what to do, from the reason that its channel gave."""

from __future__ import annotations

from flashmeet.core.text import mark

_EXPLAINED = (
    (
        "SMTPAuthenticationError",
        mark("the server refuses user or password. Their special characters are percent-encoded in FLASHMEET_SMTP_URL"),
    ),
    ("SSLCertVerificationError", mark("the server’s certificate is not valid for its name, so no password was sent")),
    (
        "SSLError",
        mark("TLS was expected there: smtps:// begins with TLS (port 465), smtp:// begins it later (port 587)"),
    ),
    ("SMTPServerDisconnected", mark("the server closes the connection: on port 465 write smtps://, on others smtp://")),
    ("gaierror", mark("the name of the server is unknown. Is it spelt right?")),
    ("ConnectionRefusedError", mark("nobody answers at that port. Many hosts close port 25: 587 or 465 is usual")),
    (
        "TimeoutError",
        mark("no answer in time: a firewall, or a wrong port. Many hosts close port 25: 587 or 465 is usual"),
    ),
    ("encryption, which is required", mark("the server offers no encryption, and FLASHMEET_SMTP_URL requires it")),
    ("no encryption", mark("the server offers no encryption, so the password stays here")),
    ("sender refused", mark("the server does not let FLASHMEET_MAIL_FROM send")),
    (" 5.4.5", mark("the server takes no more mails from us for today")),
    (
        " 5.7.",
        mark("the server takes our mails for nobody: may this machine, and FLASHMEET_MAIL_FROM, send through it?"),
    ),
    ("the connection was lost", mark("the connection was lost while sending")),
    ("twilio 20003", mark("Twilio refuses the account or its token")),
    ("twilio 401", mark("Twilio refuses the account or its token")),
    ("twilio 21608", mark("a Twilio trial account only sends to numbers that it has verified")),
    ("twilio 21606", mark("FLASHMEET_TWILIO_FROM is not a number this account may send from")),
    ("twilio 21703", mark("the service in FLASHMEET_TWILIO_FROM has no number to send from")),
)


def explained(reason: str) -> str:
    """Returns what the reason means, to be translated and put after a colon; "" for one that only codes explain."""
    return next((words for sign, words in _EXPLAINED if sign in reason), "")
