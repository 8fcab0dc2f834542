"""What a mail that nobody took shows to the administrators."""

from __future__ import annotations

from email.message import EmailMessage
from hashlib import sha256
from typing import TypedDict

from flashmeet.messages.inbound.own_words import own_words


class LeftMail(TypedDict):
    ref: str
    sender: str
    subject: str
    words: str


def left_mail(mail: EmailMessage) -> LeftMail:
    """Returns its sender, subject and own words. `ref` is the same however often it is read. Raises what a malformed
    mail raises."""
    named = str(mail.get("Message-ID", "")).strip() or "\n".join(f"{name}: {text}" for name, text in mail.items())
    return {
        "ref": sha256(named.encode("utf-8", "replace")).hexdigest(),
        "sender": str(mail.get("From", "")),
        "subject": str(mail.get("Subject", "")),
        "words": own_words(mail),
    }
