"""Reads the mailbox of bounces and replies over IMAP (RFC 9051)."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from imaplib import IMAP4
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from flashmeet.core.config import Imap
from flashmeet.messages.channels.smtp import is_loopback
from flashmeet.messages.inbound.bounces import note_bounce
from flashmeet.messages.rules.channels import MailboxAway

if TYPE_CHECKING:
    from imap_tools import BaseMailBox, MailMessage


TIMEOUT_SECONDS = 15
LARGEST_BYTES = 2_000_000
"""Of a larger message only its headers are fetched: no text of it is read, and a person's is left to a person."""
LEFT = "$FlashmeetLeft"
"""The keyword of a message that is left to a person."""
FLAGGED = "\\Flagged"
"""Its mark where a server keeps no keywords, such as Exchange: nothing would be passed over otherwise."""


class ImapMailbox:
    """The `messages.rules.channels.Mailbox` of a server. A message is marked as seen only after it was handled.

    One that a person has to read stays unseen, with a keyword of ours, or flagged, by which it is passed over from then
    on.
    """

    def __init__(self, imap: Imap) -> None:
        self._imap = imap

    def read(self, handle: Callable[[EmailMessage], bool], *, most: int) -> int:
        with _away_if_lost():
            box = _opened(self._imap)
        try:
            with _away_if_lost():
                left = _left_mark(box)
                uids = _unseen(box, left, most)
            for uid in uids:
                with _away_if_lost():
                    message = _fetched(box, uid)
                done = message is None or handle(message)
                with _away_if_lost():
                    _mark(box, uid, left, seen=done)
        finally:
            _close(box)
        return len(uids)


def _opened(imap: Imap) -> BaseMailBox:
    """Returns the mailbox, logged in, and encrypted except on this machine. Raises errors of network and server."""
    from imap_tools import MailBox, MailBoxStartTls, MailBoxUnencrypted  # noqa: PLC0415  # the vendor's, when needed

    trust = ssl.create_default_context()
    if imap.tls:
        box: BaseMailBox = MailBox(imap.host, imap.port, timeout=TIMEOUT_SECONDS, ssl_context=trust)
    elif is_loopback(imap.host):
        box = MailBoxUnencrypted(imap.host, imap.port, timeout=TIMEOUT_SECONDS)
    else:
        box = MailBoxStartTls(imap.host, imap.port, timeout=TIMEOUT_SECONDS, ssl_context=trust)
    try:
        return box.login(imap.user or "", imap.password or "", initial_folder=imap.folder)
    except BaseException:
        box.client.shutdown()
        raise


def _left_mark(box: BaseMailBox) -> str:
    """Returns the flag that this folder keeps of a message that is left; one that says nothing keeps all (RFC 9051)."""
    told = str(box.client.untagged_responses.get("PERMANENTFLAGS", "*"))
    return LEFT if "*" in told or LEFT in told else FLAGGED


def _unseen(box: BaseMailBox, left: str, most: int) -> list[str]:
    """Returns the unseen messages that we have not passed over, oldest first."""
    return box.uids("UNSEEN UNFLAGGED" if left == FLAGGED else f"UNSEEN UNKEYWORD {LEFT}")[:most]


def _fetched(box: BaseMailBox, uid: str) -> EmailMessage | None:
    """Returns None for a message that is gone or unreadable."""
    whole = _size(box, uid) <= LARGEST_BYTES
    found = next(iter(box.fetch(f"UID {uid}", mark_seen=False, headers_only=not whole)), None)
    return None if found is None else _read(found)


def _size(box: BaseMailBox, uid: str) -> int:
    """Returns the size in bytes; 0 for a message that is gone."""
    found = next(iter(box.fetch(f"UID {uid}", mark_seen=False, headers_only=True)), None)
    return 0 if found is None else found.size_rfc822


def _read(found: MailMessage) -> EmailMessage | None:
    """Parses the message again, because the library leaves names and addresses undecoded."""
    try:
        return BytesParser(policy=default).parsebytes(found.obj.as_bytes())
    except Exception:  # anybody who knows the address may write anything into it
        return None


def _mark(box: BaseMailBox, uid: str, left: str, *, seen: bool) -> None:
    from imap_tools import MailMessageFlags  # noqa: PLC0415  # the vendor's library loads when needed
    from imap_tools.errors import ImapToolsError  # noqa: PLC0415

    if not seen:
        with suppress(ImapToolsError):
            box.flag(uid, left, True)
            return
    box.flag(uid, MailMessageFlags.SEEN, True)


def _close(box: BaseMailBox) -> None:
    try:
        box.logout()
    except (OSError, IMAP4.error):
        box.client.shutdown()


@contextmanager
def _away_if_lost() -> Iterator[None]:
    from imap_tools.errors import ImapToolsError  # noqa: PLC0415  # the vendor's library loads when needed

    try:
        yield
    except (OSError, IMAP4.error, ImapToolsError) as error:
        raise MailboxAway(type(error).__name__) from None  # a server's words may quote an address


Handler = Callable[[Session, EmailMessage, datetime], bool]
"""Reads a message and stores what follows from it; returns False when it is not for this handler.

A message may come twice, and anybody may have written it: check its claims by something only we could know.
"""

HANDLERS: tuple[Handler, ...] = (note_bounce,)
"""Tried in this order, until one returns True."""
