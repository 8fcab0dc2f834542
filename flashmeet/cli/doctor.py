"""`flashmeet doctor`: is everything there, and what to do where it is not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta

import click
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from flashmeet.cli.doctor_mail import mail_findings
from flashmeet.cli.finding import Finding, Verdict
from flashmeet.cli.installation import Installation, now, opened
from flashmeet.core import zones
from flashmeet.core.config import Config
from flashmeet.core.database import migrate
from flashmeet.core.errors import BadEmail
from flashmeet.messages.service.outbox_figures import outbox_figures
from flashmeet.people.service.sign_in import tidy_email

MARKS: dict[Verdict, str] = {"ok": "✓", "look": "·", "wrong": "✗"}
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

    Looks at settings, database, time zones, worker, mail, SMS and video; in DNS, at SPF, DKIM and DMARC of the domain
    that mails come from.

    Ends with 0 when flashmeet can work, with 1 when something is wrong, with 2 when a setting cannot be read.
    """
    with opened() as installation:
        findings = list(_findings(installation, address))
    for finding in findings:
        click.echo(f"{MARKS[finding.verdict]} {finding.about:<10} {finding.words}")
    raise SystemExit(any(finding.verdict == "wrong" for finding in findings))


def _checked(text: str) -> str:
    """Raises BadParameter for what is no address."""
    try:
        return tidy_email(text) if text else ""
    except BadEmail as refusal:
        raise click.BadParameter("write it as name@example.org") from refusal


def _findings(installation: Installation, address: str) -> Iterator[Finding]:
    config = installation.config
    yield _settings(config)
    yield Finding("ok", "time zones", f"tzdata {zones.VERSION}")
    database = _database(installation)
    yield database
    if database.verdict == "ok":
        yield _worker(installation)
    yield _disk(config)
    yield from mail_findings(config, address)
    yield _sms(config)
    yield _video(config)


def _settings(config: Config) -> Finding:
    if config.env == "production" and not config.secure:
        words = f"{config.base_url} is not https. Browsers give no camera there, and cookies travel in the open."
        return Finding("look", "settings", words)
    return Finding("ok", "settings", f"{config.env}, {config.base_url}")


def _database(installation: Installation) -> Finding:
    kind = installation.database.engine.dialect.name
    try:
        with installation.database.reading() as session:
            session.execute(select(1))
        behind, revision = migrate.is_behind(installation.database), migrate.current(installation.database)
    except SQLAlchemyError as error:
        return Finding("wrong", "database", f"{kind} does not answer ({type(error).__name__}). Is its address right?")
    if behind:
        return Finding("wrong", "database", f"{kind} is not up to date. Run `flashmeet db upgrade`.")
    return Finding("ok", "database", f"{kind}, schema {revision}")


def _worker(installation: Installation) -> Finding:
    """A worker leaves a trace only by what it does: nothing that is due stays."""
    with installation.database.reading() as session:
        figures = outbox_figures(session, now=now())
    if figures.late > LATE:
        minutes = round(figures.late.total_seconds() / 60)
        return Finding("wrong", "worker", f"a message has been due for {minutes} min. Is `flashmeet worker` running?")
    parked = sum(count for (state, _), count in figures.rows.items() if state == "parked")
    if parked:
        return Finding("look", "worker", f"{parked} messages are kept back. `flashmeet outbox --help` says why.")
    return Finding("ok", "worker", "nothing is late")


def _disk(config: Config) -> Finding:
    free = shutil.disk_usage(config.instance).free
    verdict: Verdict = "ok" if free > FREE_BYTES else "look"
    return Finding(verdict, "disk", f"{free / 1e9:.1f} GB free in {config.instance}")


def _sms(config: Config) -> Finding:
    if config.twilio is None:
        return Finding("look", "SMS", f"goes to files in {config.instance}. Set FLASHMEET_TWILIO_… to send it.")
    sender = config.twilio.sender
    if config.twilio.can_receive:
        hook = f"{config.base_url}/hooks/twilio/inbound"
        return Finding("ok", "SMS", f"Twilio, from {sender}: it can receive answers, if Twilio sends them to {hook}")
    if sender.startswith("MG"):
        return Finding("look", "SMS", f"Twilio, from the service {sender}: answers are offered from a number alone")
    return Finding("look", "SMS", f"Twilio, from {sender}: a name, so nobody can answer STOP to it, nor 1, 2 or 3")


def _video(config: Config) -> Finding:
    if config.lacks_relay:
        words = "the built-in room, without TURN: some calls will not connect. Set FLASHMEET_TURN_URL."
        return Finding("look", "video", words)
    if config.video == "jitsi":
        words = "jitsi. A stock Jitsi makes everybody with a token a moderator: see docs/video.md."
        return Finding("look", "video", words)
    return Finding("ok", "video", config.video + (", with TURN" if config.turn else ""))
