"""The files that a person attached to a mail."""

from __future__ import annotations

from email.message import Message

from flashmeet.core.text import one_line

NAME_CHARACTERS, MOST_NAMED = 80, 5
_NO_FILE = frozenset(
    (
        *("text/calendar", "application/ics", "text/vcard", "text/x-vcard", "application/ms-tnef"),
        *("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"),
        *("application/pgp-keys", "application/vnd.ms-tnef"),
    )
)
"""What programs add of their own."""


def attached_files(mail: Message) -> list[str]:
    """Returns the names of the first few; not those of pictures within the text, which are mostly of a signature."""
    named = ((part, one_line(part.get_filename() or "", most=NAME_CHARACTERS)) for part in mail.walk())
    return [name for part, name in named if name and not _is_of_the_text(part)][:MOST_NAMED]


def _is_of_the_text(part: Message) -> bool:
    pictured = part.get_content_maintype() == "image" and "Content-ID" in part
    return pictured or part.get_content_type() in _NO_FILE
