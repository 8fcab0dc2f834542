"""What a mail server answered, or what failed on the way, as a reason without its words, which quote addresses."""

from __future__ import annotations

import re
import smtplib

_ENHANCED = re.compile(rb"^[245]\.\d{1,3}\.\d{1,3}\b")


def codes(code: int, words: bytes) -> str:
    enhanced = _ENHANCED.match(words)
    return f"{code} {enhanced.group().decode()}" if enhanced else str(code)


def why(error: OSError | ValueError) -> str:
    """Returns the error without the server's words."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error if isinstance(error.smtp_error, bytes) else error.smtp_error.encode()
        return f"{type(error).__name__}: {codes(error.smtp_code, said)}"
    return str(error) if isinstance(error, smtplib.SMTPNotSupportedError) else type(error).__name__
