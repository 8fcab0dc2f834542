"""`flashmeet doctor`: checks the installation, and says what to do where something is wrong."""

from __future__ import annotations

import secrets
import shutil
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum

import click
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from flashmeet.cli.installation import Installation, now, opened
from flashmeet.core import zones
from flashmeet.core.config import Config, Smtp
from flashmeet.core.database import migrate
from flashmeet.core.errors import BadEmail
from flashmeet.messages.channels.mail_records import MailRecords, mail_records
from flashmeet.messages.channels.smtp import is_loopback, send_once
from flashmeet.messages.inbound.mailbox import ImapMailbox
from flashmeet.messages.rules.channels import MailboxAway, Refused, Sent
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.messages.service.outbox_figures import outbox_figures
from flashmeet.people.rules.facts import read_email
from flashmeet.security.service.administrators import administrators


class Verdict(StrEnum):
    OK = "ok"
    LOOK = "look"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `wrong` makes the command exit with 1; `look` is worth knowing."""

    verdict: Verdict
    about: str
    words: str


SMTP_SECONDS = 5


def mail_findings(config: Config, try_address: str) -> Iterator[Finding]:
    """Yields the findings about mail; sends a test mail to `try_address` unless it is ""."""
    yield _server(config)
    if config.smtp and _is_public(config):
        yield _records(config.mail_from.rpartition("@")[2])
    yield _mailbox(config)
    if try_address:
        yield _trial(config, try_address)


def _server(config: Config) -> Finding:
    if config.smtp is None:
        verdict = Verdict.WRONG if config.env == "production" else Verdict.LOOK
        return Finding(verdict, "mail", f"goes to files in {config.instance}. Set FLASHMEET_SMTP_URL to send it.")
    try:
        _greet(config.smtp)
    except (OSError, smtplib.SMTPException) as error:
        words = f"{config.smtp.host}:{config.smtp.port} does not take our mail ({type(error).__name__})."
        return Finding(Verdict.WRONG, "mail", words)
    return Finding(Verdict.OK, "mail", f"{config.smtp.host}:{config.smtp.port} answers")


def _greet(smtp: Smtp) -> None:
    """Connects and authenticates as sending a mail would. Raises OSError, SMTPException."""
    kind = smtplib.SMTP_SSL if smtp.tls else smtplib.SMTP
    with kind(smtp.host, smtp.port, timeout=SMTP_SECONDS) as server:
        server.ehlo()
        if not smtp.tls and server.has_extn("starttls"):
            server.starttls()
            server.ehlo()
        if smtp.user and smtp.password:
            server.login(smtp.user, smtp.password)


def _is_public(config: Config) -> bool:
    """Whether the sending domain can be in public DNS at all."""
    domain = config.mail_from.rpartition("@")[2]
    return "." in domain and not is_loopback(domain) and not domain.endswith((".local", ".internal", ".localhost"))


def _records(domain: str) -> Finding:
    found = mail_records(domain)
    if found is None:
        return Finding(
            Verdict.LOOK,
            "mail DNS",
            f"{domain}: DNS tells nothing about it here, so SPF, DKIM and DMARC were not read.",
        )
    missing = [name for name, there in (("SPF", found.spf), ("DMARC", found.dmarc)) if not there]
    return Finding(
        Verdict.LOOK if missing or not found.dkim else Verdict.OK, "mail DNS", f"{domain}: {_told(found, missing)}"
    )


def _told(found: MailRecords, missing: list[str]) -> str:
    there = [text for text in (found.spf, found.dmarc) if text]
    dkim = f"DKIM key {found.dkim}" if found.dkim else "no DKIM key under the usual names (yours may have another)"
    said = "; ".join([*there, dkim])
    return f"{said}. Missing: {' and '.join(missing)}; mails may land in spam." if missing else said


def _mailbox(config: Config) -> Finding:
    if config.imap is None:
        return Finding(Verdict.LOOK, "mailbox", "not read: mails that come back go unseen. Set FLASHMEET_IMAP_URL.")
    where = f"{config.imap.host}:{config.imap.port}, {config.imap.folder}"
    try:
        ImapMailbox(config.imap).read(lambda _message: False, most=0)
    except MailboxAway as fault:
        return Finding(Verdict.WRONG, "mailbox", f"{where} cannot be read ({fault}).")
    return Finding(Verdict.OK, "mailbox", f"{where} can be read")


def _trial(config: Config, address: str) -> Finding:
    if config.smtp is None:
        return Finding(Verdict.WRONG, "test mail", "was not sent: no mail server is set.")
    outcome = send_once(config.smtp, config.host, config.mail_from, address, _trial_mail(config, address))
    match outcome:
        case Sent():
            return Finding(
                Verdict.OK, "test mail", f"is on its way. Look whether it arrives, and not as spam: {config.host}"
            )
        case Refused(reason):
            return Finding(Verdict.WRONG, "test mail", f"was refused: {reason}")
    return Finding(Verdict.WRONG, "test mail", f"was not taken: {outcome.reason}")


def _trial_mail(config: Config, address: str) -> bytes:
    """Returns the test mail. Raises ValueError for an address that cannot be in a header."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = config.mail_from, address, f"flashmeet doctor: {config.host}"
    made["Date"], made["Message-ID"] = format_datetime(now()), f"<{secrets.token_hex(16)}@{config.host}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(f"This mail left {config.base_url} as every other one does. Nothing needs to be done.\n")
    return made.as_bytes()


MARKS: dict[Verdict, str] = {Verdict.OK: "✓", Verdict.LOOK: "·", Verdict.WRONG: "✗"}
LATE, FREE_BYTES = timedelta(minutes=1), 500_000_000


@click.command()
@click.option(
    "--mail",
    "address",
    default="",
    metavar="ADDRESS",
    callback=lambda _context, _option, text: _checked(text),
    help="Send a mail there, to see that it arrives.",
)
def doctor(address: str) -> None:
    """Say what works, and what to do about the rest.

    Checks settings, database, time zones, worker, mail, SMS and video; in DNS, the SPF, DKIM and DMARC records of the
    domain that mails come from.

    Exits with 0 when flashmeet can work, with 1 when something is wrong, with 2 when a setting cannot be read.
    """
    with opened() as installation:
        findings = list(_findings(installation, address))
    for finding in findings:
        click.echo(f"{MARKS[finding.verdict]} {finding.about:<10} {finding.words}")
    raise SystemExit(any(finding.verdict == Verdict.WRONG for finding in findings))


def _checked(text: str) -> str:
    """Returns the address, cleaned. Raises BadParameter for an invalid one."""
    try:
        return read_email("email", text) if text else ""
    except BadEmail as refusal:
        raise click.BadParameter("write it as name@example.org") from refusal


def _findings(installation: Installation, address: str) -> Iterator[Finding]:
    config = installation.config
    yield _settings(config)
    yield Finding(Verdict.OK, "time zones", f"tzdata {zones.VERSION}")
    database = _database(installation)
    yield database
    if database.verdict == Verdict.OK:
        yield _worker(installation)
        yield _administrators(installation)
    yield _disk(config)
    yield from mail_findings(config, address)
    yield _sms(config)
    yield _video(config)


def _settings(config: Config) -> Finding:
    if config.env == "production" and not config.secure:
        words = f"{config.base_url} is not https. Browsers give no camera there, and cookies travel in the open."
        return Finding(Verdict.LOOK, "settings", words)
    return Finding(Verdict.OK, "settings", f"{config.env}, {config.base_url}")


def _database(installation: Installation) -> Finding:
    kind = installation.database.engine.dialect.name
    try:
        with installation.database.reading() as db:
            db.execute(select(1))
        behind, revision = migrate.is_behind(installation.database), migrate.current(installation.database)
    except SQLAlchemyError as error:
        return Finding(
            Verdict.WRONG, "database", f"{kind} does not answer ({type(error).__name__}). Is its address right?"
        )
    if behind:
        return Finding(Verdict.WRONG, "database", f"{kind} is not up to date. Run `flashmeet db upgrade`.")
    return Finding(Verdict.OK, "database", f"{kind}, schema {revision}")


def _worker(installation: Installation) -> Finding:
    """Judges the worker by its effects: nothing due stays in the outbox."""
    with installation.database.reading() as db:
        figures = outbox_figures(db, now=now())
    if figures.late > LATE:
        minutes = round(figures.late.total_seconds() / 60)
        return Finding(
            Verdict.WRONG, "worker", f"a message has been due for {minutes} min. Is `flashmeet worker` running?"
        )
    parked = sum(count for (state, _), count in figures.rows.items() if state == OutboxState.PARKED)
    if parked:
        return Finding(Verdict.LOOK, "worker", f"{parked} messages are kept back. `flashmeet outbox --help` says why.")
    return Finding(Verdict.OK, "worker", "nothing is late")


def _administrators(installation: Installation) -> Finding:
    with installation.database.reading() as db:
        found = administrators(db)
    required = installation.config.second_factor_required
    if not found.active:
        return Finding(Verdict.LOOK, "admins", "nobody administers this network yet.")
    if found.without_factor:
        words = f"{found.without_factor} of {found.active} have no second step: their mailbox alone lets in."
        more = " Seven days after they first come in, /admin asks for it." if required else ""
        return Finding(Verdict.LOOK, "admins", words + more)
    if found.active == 1:
        return Finding(Verdict.LOOK, "admins", "there is one. A second could reset a lost phone.")
    return Finding(Verdict.OK, "admins", f"all {found.active} have a second step")


def _disk(config: Config) -> Finding:
    free = shutil.disk_usage(config.instance).free
    verdict = Verdict.OK if free > FREE_BYTES else Verdict.LOOK
    return Finding(verdict, "disk", f"{free / 1e9:.1f} GB free in {config.instance}")


def _sms(config: Config) -> Finding:
    if config.twilio is None:
        return Finding(Verdict.LOOK, "SMS", f"goes to files in {config.instance}. Set FLASHMEET_TWILIO_… to send it.")
    sender = config.twilio.sender
    if config.twilio.can_receive:
        hook = f"{config.base_url}/hooks/twilio/inbound"
        return Finding(
            Verdict.OK, "SMS", f"Twilio, from {sender}: it can receive answers, if Twilio sends them to {hook}"
        )
    if sender.startswith("MG"):
        return Finding(
            Verdict.LOOK, "SMS", f"Twilio, from the service {sender}: answers are offered from a number alone"
        )
    return Finding(
        Verdict.LOOK, "SMS", f"Twilio, from {sender}: a name, so nobody can answer STOP to it, nor 1, 2 or 3"
    )


def _video(config: Config) -> Finding:
    if config.lacks_relay:
        words = "the built-in room, without TURN: some calls will not connect. Set FLASHMEET_TURN_URL."
        return Finding(Verdict.LOOK, "video", words)
    if config.video == "jitsi":
        words = "jitsi. A stock Jitsi makes everybody with a token a moderator: see docs/video.md."
        return Finding(Verdict.LOOK, "video", words)
    return Finding(Verdict.OK, "video", config.video + (", with TURN" if config.turn else ""))
