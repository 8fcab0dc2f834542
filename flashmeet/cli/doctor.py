"""`flashmeet doctor`: checks the installation, and says what to do where something is wrong."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from flashmeet.cli.checks.database import database_findings
from flashmeet.cli.checks.finding import Finding, Verdict, well
from flashmeet.cli.checks.mail import mail_findings
from flashmeet.cli.checks.providers import (
    disk_finding,
    redis_findings,
    sms_findings,
    understanding_finding,
    video_findings,
)
from flashmeet.cli.checks.settings import settings_findings
from flashmeet.cli.installation import Installation, opened
from flashmeet.core import zones
from flashmeet.core.errors import BadEmail
from flashmeet.people.rules.facts import read_email

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
@click.pass_context
def doctor(ctx: click.Context, address: str, as_json: bool) -> None:
    """Say what works, and what to do about the rest.

    Checks settings, files, database, clocks, backup, legal texts, contact, worker, disk, mail, SMS, video and Redis,
    and logs in wherever a password is set; in DNS, the SPF, DKIM and DMARC records of the domain that mails come from.

    Exits with 0 when flashmeet can work, with 1 when something is wrong, with 2 when a setting cannot be read.
    """
    with opened() as installation:
        findings = list(_findings(installation, address, env_file=ctx.find_root().params.get("env_file")))
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


def _findings(installation: Installation, address: str, *, env_file: Path | None) -> Iterator[Finding]:
    config = installation.config
    yield from settings_findings(config, env_file)
    yield well("time zones", f"tzdata {zones.VERSION}", "zones")
    yield from database_findings(installation)
    yield disk_finding(config)
    yield from mail_findings(config, address)
    yield from sms_findings(config)
    yield from video_findings(config)
    yield from redis_findings(config)
    yield understanding_finding(config)
