"""What `flashmeet doctor` says about mail: the server, the domain's records, the mailbox, a mail to try."""

from __future__ import annotations

import secrets
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from flashmeet.cli.finding import Finding, Verdict
from flashmeet.cli.installation import now
from flashmeet.core.config import Config, Smtp
from flashmeet.messages.channels.mail_records import MailRecords, mail_records
from flashmeet.messages.channels.smtp import is_loopback, send_once
from flashmeet.messages.inbound.mailbox import ImapMailbox
from flashmeet.messages.rules.channels import MailboxAway, Refused, Sent

SMTP_SECONDS = 5


def mail_findings(config: Config, try_address: str) -> Iterator[Finding]:
    """`try_address` gets a mail; "" for none."""
    yield _server(config)
    if config.smtp and _is_public(config):
        yield _records(config.mail_from.rpartition("@")[2])
    yield _mailbox(config)
    if try_address:
        yield _trial(config, try_address)


def _server(config: Config) -> Finding:
    if config.smtp is None:
        verdict: Verdict = "wrong" if config.env == "production" else "look"
        return Finding(verdict, "mail", f"goes to files in {config.instance}. Set FLASHMEET_SMTP_URL to send it.")
    try:
        _greet(config.smtp)
    except (OSError, smtplib.SMTPException) as error:
        words = f"{config.smtp.host}:{config.smtp.port} does not take our mail ({type(error).__name__})."
        return Finding("wrong", "mail", words)
    return Finding("ok", "mail", f"{config.smtp.host}:{config.smtp.port} answers")


def _greet(smtp: Smtp) -> None:
    """Connects and signs in as a mail would. Raises OSError, SMTPException."""
    kind = smtplib.SMTP_SSL if smtp.tls else smtplib.SMTP
    with kind(smtp.host, smtp.port, timeout=SMTP_SECONDS) as server:
        server.ehlo()
        if not smtp.tls and server.has_extn("starttls"):
            server.starttls()
            server.ehlo()
        if smtp.user and smtp.password:
            server.login(smtp.user, smtp.password)


def _is_public(config: Config) -> bool:
    """Whether the sending domain may stand in DNS at all."""
    domain = config.mail_from.rpartition("@")[2]
    return "." in domain and not is_loopback(domain) and not domain.endswith((".local", ".internal", ".localhost"))


def _records(domain: str) -> Finding:
    found = mail_records(domain)
    if found is None:
        return Finding(
            "look", "mail DNS", f"{domain}: DNS tells nothing about it here, so SPF, DKIM and DMARC were not read."
        )
    missing = [name for name, there in (("SPF", found.spf), ("DMARC", found.dmarc)) if not there]
    return Finding("look" if missing or not found.dkim else "ok", "mail DNS", f"{domain}: {_told(found, missing)}")


def _told(found: MailRecords, missing: list[str]) -> str:
    there = [text for text in (found.spf, found.dmarc) if text]
    dkim = f"DKIM key {found.dkim}" if found.dkim else "no DKIM key under the usual names (yours may have another)"
    said = "; ".join([*there, dkim])
    return f"{said}. Missing: {' and '.join(missing)}; mails may land in spam." if missing else said


def _mailbox(config: Config) -> Finding:
    if config.imap is None:
        return Finding("look", "mailbox", "not read: mails that come back go unseen. Set FLASHMEET_IMAP_URL.")
    where = f"{config.imap.host}:{config.imap.port}, {config.imap.folder}"
    try:
        ImapMailbox(config.imap).read(lambda _message: None, most=0)
    except MailboxAway as fault:
        return Finding("wrong", "mailbox", f"{where} cannot be read ({fault}).")
    return Finding("ok", "mailbox", f"{where} can be read")


def _trial(config: Config, address: str) -> Finding:
    if config.smtp is None:
        return Finding("wrong", "test mail", "was not sent: no mail server is set.")
    outcome = send_once(config.smtp, config.host, config.mail_from, address, _trial_mail(config, address))
    match outcome:
        case Sent():
            return Finding("ok", "test mail", f"is on its way. Look whether it arrives, and not as spam: {config.host}")
        case Refused(reason):
            return Finding("wrong", "test mail", f"was refused: {reason}")
    return Finding("wrong", "test mail", f"was not taken: {outcome.reason}")


def _trial_mail(config: Config, address: str) -> bytes:
    """Raises ValueError for an address that cannot stand in a header."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = config.mail_from, address, f"flashmeet doctor: {config.host}"
    made["Date"], made["Message-ID"] = format_datetime(now()), f"<{secrets.token_hex(16)}@{config.host}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(f"This mail left {config.base_url} as every other one does. Nothing needs to be done.\n")
    return made.as_bytes()
