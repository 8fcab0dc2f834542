"""Whether a person wrote a mail."""

from __future__ import annotations

from email.message import Message

_BULK = ("bulk", "junk", "list", "auto_reply")
_MARKS = ("X-Autoreply", "X-Autorespond", "List-Id")


def is_automatic(mail: Message) -> bool:
    """Whether a program wrote it: an absence, a delivery report, a list. Source: RFC 3834, 5."""
    said = str(mail.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    if said != "no" or mail.get_content_type() == "multipart/report":
        return True
    return str(mail.get("Precedence", "")).strip().lower() in _BULK or any(mark in mail for mark in _MARKS)
