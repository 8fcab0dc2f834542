"""`flashmeet doctor`: is everything there, and what to do where it is not."""

from __future__ import annotations

import shutil
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import click
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from flashmeet.cli.installation import Installation, now, opened
from flashmeet.config import Config, Smtp
from flashmeet.domain import zones
from flashmeet.service.figures import outbox_figures
from flashmeet.store import migrate

Verdict = Literal["ok", "look", "wrong"]
MARKS: dict[Verdict, str] = {"ok": "✓", "look": "·", "wrong": "✗"}
SMTP_SECONDS, LATE, FREE_BYTES = 5, timedelta(minutes=1), 500_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """`wrong` makes the command end with 1; `look` is worth knowing."""

    verdict: Verdict
    about: str
    words: str


@click.command()
def doctor() -> None:
    """Say what works, and what to do about the rest.

    Looks at settings, database, time zones, worker, mail, SMS and video.

    Ends with 0 when flashmeet can work, with 1 when something is wrong, with 2 when a setting cannot be read.
    """
    with opened() as installation:
        findings = list(_findings(installation))
    for finding in findings:
        click.echo(f"{MARKS[finding.verdict]} {finding.about:<10} {finding.words}")
    raise SystemExit(any(finding.verdict == "wrong" for finding in findings))


def _findings(installation: Installation) -> Iterator[Finding]:
    config = installation.config
    yield _settings(config)
    yield Finding("ok", "time zones", f"tzdata {zones.VERSION}")
    database = _database(installation)
    yield database
    if database.verdict == "ok":
        yield _worker(installation)
    yield _disk(config)
    yield _mail(config)
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


def _mail(config: Config) -> Finding:
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


def _sms(config: Config) -> Finding:
    if config.twilio is None:
        return Finding("look", "SMS", f"goes to files in {config.instance}. Set FLASHMEET_TWILIO_… to send it.")
    answers = config.twilio.sender.startswith("+")
    how = "it can receive answers" if answers else "a name, so nobody can answer STOP to it"
    return Finding("ok" if answers else "look", "SMS", f"Twilio, from {config.twilio.sender}: {how}")


def _video(config: Config) -> Finding:
    if config.video == "builtin" and config.turn is None:
        words = "the built-in room, without TURN: some calls will not connect. Set FLASHMEET_TURN_URL."
        return Finding("look", "video", words)
    if config.video == "jitsi":
        words = "jitsi. A stock Jitsi makes everybody with a token a moderator: see docs/video.md."
        return Finding("look", "video", words)
    return Finding("ok", "video", config.video + (", with TURN" if config.turn else ""))
