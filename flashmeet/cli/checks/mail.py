"""Mail: the server, the sender's DNS records, the mailbox of bounces, and a mail on trial."""

from __future__ import annotations

from collections.abc import Iterator

from flashmeet.cli.checks.connections import MAIL_PORTS, MAILBOX_PORTS, why
from flashmeet.cli.checks.finding import Finding, Verdict, look, well, wrong
from flashmeet.cli.installation import now
from flashmeet.core.config import Config
from flashmeet.messages.channels.mail_records import MailRecords, mail_records
from flashmeet.messages.channels.smtp import greet, is_loopback
from flashmeet.messages.channels.trial_mail import try_mail
from flashmeet.messages.inbound.mailbox import ImapMailbox
from flashmeet.messages.rules.channels import MailboxAway, Refused, Sent


def mail_findings(config: Config, try_address: str) -> Iterator[Finding]:
    """Yields the findings about mail; sends a test mail to `try_address` unless it is ""."""
    yield _server(config)
    if config.smtp and not _is_public(config):
        yield look("sender", f"{config.mail_from} is no address that can answer. Set FLASHMEET_MAIL_FROM.", "mail.from")
    elif config.smtp:
        yield _records(config.mail_from.rpartition("@")[2])
    yield _mailbox(config)
    if try_address:
        yield _trial(config, try_address)


def _server(config: Config) -> Finding:
    if config.smtp is None:
        verdict = Verdict.WRONG if config.env == "production" else Verdict.LOOK
        words = f"goes to files in {config.instance}. Set FLASHMEET_SMTP_URL to send it."
        return Finding(verdict, "mail", words, "mail.none")
    where = f"{config.smtp.host}:{config.smtp.port}"
    try:
        private = greet(config.smtp, config.host)
    except (OSError, ValueError) as error:
        return wrong("mail", f"{where} does not take our mail: {why(error, ports=MAIL_PORTS)}.", "mail.away")
    if not private:
        words = (
            f"{where} answers, but offers no encryption: sign-in codes and links go there for everybody on the way to "
            "read. smtps:// or a server that offers STARTTLS ends that; ?tls=required at the end sends nothing so."
        )
        return look("mail", words, "mail.clear")
    return well("mail", f"{where} answers", "mail")


def _is_public(config: Config) -> bool:
    """Whether the sending domain can be in public DNS at all."""
    domain = config.mail_from.rpartition("@")[2]
    return "." in domain and not is_loopback(domain) and not domain.endswith((".local", ".internal", ".localhost"))


def _records(domain: str) -> Finding:
    found = mail_records(domain)
    if found is None:
        words = f"{domain}: DNS tells nothing about it here, so SPF, DKIM and DMARC were not read."
        return look("mail DNS", words, "mail.dns_silent")
    missing = [name for name, there in (("SPF", found.spf), ("DMARC", found.dmarc)) if not there]
    verdict = Verdict.LOOK if missing or not found.dkim else Verdict.OK
    return Finding(verdict, "mail DNS", f"{domain}: {_told(found, missing)}", "mail.dns")


def _told(found: MailRecords, missing: list[str]) -> str:
    there = [text for text in (found.spf, found.dmarc) if text]
    dkim = f"DKIM key {found.dkim}" if found.dkim else "no DKIM key under the usual names (yours may have another)"
    said = "; ".join([*there, dkim])
    return f"{said}. Missing: {' and '.join(missing)}; mails may land in spam." if missing else said


def _mailbox(config: Config) -> Finding:
    if config.imap is None:
        words = "not read: mails that come back go unseen. Set FLASHMEET_IMAP_URL."
        return look("mailbox", words, "mailbox.none")
    where = f"{config.imap.host}:{config.imap.port}, {config.imap.folder}"
    try:
        ImapMailbox(config.imap).read(lambda _message: False, most=0)
    except MailboxAway as fault:
        reason = why(fault.__context__, ports=MAILBOX_PORTS) if fault.__context__ else str(fault)
        return wrong("mailbox", f"{where} cannot be read: {reason}.", "mailbox.away")
    return well("mailbox", f"{where} can be read", "mailbox")


def _trial(config: Config, address: str) -> Finding:
    if config.smtp is None:
        return wrong("test mail", "was not sent: no mail server is set.", "mail.trial")
    subject = f"flashmeet doctor: {config.host}"
    text = f"This mail left {config.base_url} as every other one does. Nothing needs to be done.\n"
    outcome = try_mail(config, config.smtp, address, subject=subject, text=text, at=now())
    match outcome:
        case Sent():
            words = f"is on its way. Look whether it arrives, and not as spam: {config.host}"
            return well("test mail", words, "mail.trial")
        case Refused(reason):
            return wrong("test mail", f"was refused: {reason}", "mail.trial")
    return wrong("test mail", f"was not taken: {outcome.reason}", "mail.trial")
