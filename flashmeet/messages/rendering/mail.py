"""Composes a rendered mail: text, HTML and, with an invite, the calendar twice (RFC 6047).

Outlook and Gmail act on the `text/calendar` alternative, whose `method` equals the one inside; other readers show the
attachment, which carries the same bytes under another type so that no reader imports it twice.
"""

from __future__ import annotations

import re
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from flashmeet.core.text import one_line
from flashmeet.messages.rendering.ics import calendar_file
from flashmeet.messages.rendering.renderer import Mail, Renderer
from flashmeet.messages.rules.channels import Outgoing
from flashmeet.messages.rules.invites import Invite

# The default policy would write LF into the calendar, use 8-bit text that not every server takes, and refold set
# headers.
_POLICY = SMTP.clone(cte_type="7bit", refold_source="none")


def compose(message: Outgoing, renderer: Renderer, *, at: datetime) -> EmailMessage:
    """Returns the whole message; `at` is its Date. Raises rendering errors, and ValueError for an invalid address.

    The Message-ID is the row's key, so that a mail sent again is recognised as the same. Mails about one booking refer
    to one Message-ID that no mail has, so that readers show them as one thread; it proves nothing about an answer.
    """
    mail = renderer.mail(message)
    made = EmailMessage(policy=_POLICY)
    made.set_raw("From", mailbox("From", renderer.network, renderer.mail_from))
    made.set_raw("To", mailbox("To", message.name, message.address))
    made.set_raw("Subject", unstructured("Subject", mail.subject))
    made.set_raw("Date", format_datetime(at))
    made.set_raw("Message-ID", f"<{message.message_key}@{renderer.links.host}>")
    thread = thread_of(message)
    if answered := renderer.reply_to(in_thread=bool(thread)):
        made.set_raw("Reply-To", mailbox("Reply-To", *answered))
    if thread:
        for name in ("In-Reply-To", "References"):
            made.set_raw(name, f"<{thread}@{renderer.links.host}>")
    made.set_raw("Auto-Submitted", "auto-generated")
    made.set_raw("X-Auto-Response-Suppress", "OOF, AutoReply")  # Exchange heeds this one (MS-OXCMAIL 2.2.3.2.14)
    if mail.unsubscribe:
        made.set_raw("List-Unsubscribe", f"<{mail.unsubscribe}>")
        made.set_raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
    _fill(made, mail)
    return made


def thread_of(message: Outgoing) -> str:
    """Returns the name of the thread, the same for every mail about one booking; "" for a mail about none."""
    uid = str(message.payload.get("uid") or "").partition("@")[0]
    return f"booking-{uid}" if _THREAD.fullmatch(uid) else ""


def _fill(made: EmailMessage, mail: Mail) -> None:
    made.set_content(mail.text)
    made.add_alternative(mail.html, subtype="html")
    if mail.invite:
        _add_invite(made, mail.invite)


def _add_invite(made: EmailMessage, invite: Invite) -> None:
    ics = calendar_file(invite)
    made.add_alternative(
        ics.decode(), subtype="calendar", charset="utf-8", cte="base64", params={"method": invite.method}
    )
    made.add_attachment(ics, maintype="application", subtype="ics", filename="invite.ics")


LONGEST_NAME = 80
_ATOMS = re.compile(r"[A-Za-z0-9]+(?:[ -][A-Za-z0-9]+)*")
_THREAD = re.compile(r"[A-Za-z0-9-]{1,64}")
_PRINTABLE = re.compile(r"[\x20-\x7e]{0,60}")


def unstructured(name: str, text: str) -> str:
    """Returns the value of an unstructured header such as Subject."""
    flat = one_line(text)
    return flat if _PRINTABLE.fullmatch(flat) and "=?" not in flat else _encoded(name, flat)


def mailbox(header: str, name: str, address: str) -> str:
    """Returns `Name <address>`. Raises ValueError for an invalid address, or a non-ASCII one, which few servers use."""
    if not address.isascii() or Address(addr_spec=address).addr_spec != address:
        raise ValueError("no mail address that every server takes")
    flat = one_line(name, most=LONGEST_NAME)
    if not flat:
        return address
    return f"{flat if _ATOMS.fullmatch(flat) else _encoded(header, flat)} <{address}>"


def _encoded(header: str, text: str) -> str:
    """Returns encoded words on lines of at most 75 characters; no character is split."""
    return Header(text, "utf-8", maxlinelen=75, header_name=header).encode(linesep="\r\n")
