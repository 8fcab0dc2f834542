"""`flashmeet doctor`: checks the installation, and says what to do where something is wrong."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Iterator
from dataclasses import asdict

import click

from flashmeet.cli.checks.database import database_findings
from flashmeet.cli.checks.finding import Finding, Verdict, well
from flashmeet.cli.checks.mail import mail_findings
from flashmeet.cli.checks.providers import disk_finding, redis_findings, sms_findings, video_findings
from flashmeet.cli.checks.settings import settings_findings
from flashmeet.cli.installation import Installation, opened
from flashmeet.core import zones
from flashmeet.core.errors import BadEmail
from flashmeet.people.rules.facts import read_email
from flashmeet.security.service.administrators import administrators

MARKS: dict[Verdict, str] = {Verdict.OK: "✓", Verdict.LOOK: "·", Verdict.WRONG: "✗"}


@click.command()
@click.option(
    "--mail",
    "address",
    default="",
    metavar="ADDRESS",
    callback=lambda _context, _option, text: _checked(text),
    help="Send a mail there, to see that it arrives.",
)
@click.option("--json", "as_json", is_flag=True, help="For monitors: one object, whose codes stay the same.")
def doctor(address: str, as_json: bool) -> None:
    """Say what works, and what to do about the rest.

    Checks settings, files, database, clocks, backup, worker, disk, mail, SMS, video and Redis, and logs in wherever a
    password is set; in DNS, the SPF, DKIM and DMARC records of the domain that mails come from.

    Exits with 0 when flashmeet can work, with 1 when something is wrong, with 2 when a setting cannot be read.
    """
    with opened() as installation:
        findings = list(_findings(installation, address))
    if as_json:
        click.echo(_json(findings))
    else:
        for finding in findings:
            click.echo(f"{MARKS[finding.verdict]} {finding.about:<10} {finding.words}")
    raise SystemExit(_is_wrong(findings))


def _is_wrong(findings: list[Finding]) -> bool:
    return any(finding.verdict == Verdict.WRONG for finding in findings)


def _json(findings: list[Finding]) -> str:
    told = {
        "version": importlib.metadata.version("flashmeet"),
        "ok": not _is_wrong(findings),
        "findings": [asdict(finding) for finding in findings],
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


def _checked(text: str) -> str:
    """Returns the address, cleaned. Raises BadParameter for an invalid one."""
    try:
        return read_email("email", text) if text else ""
    except BadEmail as refusal:
        raise click.BadParameter("write it as name@example.org") from refusal


def _findings(installation: Installation, address: str) -> Iterator[Finding]:
    config = installation.config
<<<<<<< HEAD
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
=======
    yield from settings_findings(config)
    yield well("time zones", f"tzdata {zones.VERSION}", "zones")
    yield from database_findings(installation)
    yield disk_finding(config)
    yield from mail_findings(config, address)
    yield from sms_findings(config)
    yield from video_findings(config)
    yield from redis_findings(config)
>>>>>>> a8ca715d (The doctor asks every server as the worker does, and a backup counts once it was restored on trial)
