"""What `flashmeet init` asks, and the settings that follow from the answers."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import click

from flashmeet.cli.installation import Refused
from flashmeet.core.config import PREFIX, Config, ConfigError
from flashmeet.core.errors import BadEmail
from flashmeet.people.rules.facts import read_email

LATER = "-"
"""The answer that leaves a mail server for later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the operator says; "" stands for our default, or for nothing where there is none."""

    base_url: str
    database: str
    smtp: str
    mail_from: str
    administrator: str
    name: str


def variables(answers: Answers, before: Mapping[str, str], *, instance: Path) -> dict[str, str]:
    """Returns the lines of the environment file; what was in it before stays, its keys first of all."""
    said = {
        "ENV": "production",
        "BASE_URL": answers.base_url,
        "INSTANCE": str(instance),
        "DATABASE_URL": answers.database,
        "SMTP_URL": "" if answers.smtp == LATER else answers.smtp,
        "MAIL_FROM": answers.mail_from,
    }
    kept = {name: value for name, value in before.items() if said.get(name.removeprefix(PREFIX), "") == ""}
    made = {PREFIX + name: value for name, value in said.items() if value}
    keys = {name: secrets.token_urlsafe(48) for name in ("SECRET_KEY", "CREDENTIALS_KEY")}
    fresh = {PREFIX + name: key for name, key in keys.items() if not _has(before, PREFIX + name)}
    return {**made, **kept, **fresh}


def _has(before: Mapping[str, str], name: str) -> bool:
    return bool(before.get(name) or before.get(f"{name}_FILE"))


def ask(given: Answers, before: Mapping[str, str], *, asks: bool) -> Answers:
    """Returns the answers, complete; asks for those that are missing. Raises Refused where nobody can be asked."""
    if not asks:
        missing = [
            option
            for option, value, name in (
                ("--base-url", given.base_url, "BASE_URL"),
                ("--smtp", given.smtp, "SMTP_URL"),
                ("--admin", given.administrator, ""),
            )
            if not value and not (name and _has(before, PREFIX + name))
        ]
        if missing:
            later = " (`--smtp -` for a mail server later)" if "--smtp" in missing else ""
            raise Refused(f"nobody can be asked here: say {', '.join(missing)}{later}. Nothing was written.")
        if _no_address(given.administrator):
            raise Refused("write --admin as name@example.org. Nothing was written.")
        return given
    return _asked(given, before)


def _asked(given: Answers, before: Mapping[str, str]) -> Answers:
    """Asks at the terminal; what was said before is the default."""

    def known(name: str, otherwise: str = "") -> str:
        return before.get(PREFIX + name, otherwise)

    base_url = given.base_url or _until_right(
        "Where members find the service", known("BASE_URL") or None, lambda text: _fault("BASE_URL", text)
    )
    host = urlsplit(base_url).hostname or ""
    database = given.database or _until_right(
        "PostgreSQL, as postgresql://user:password@host/name (empty: a SQLite file)",
        known("DATABASE_URL"),
        lambda text: _fault("DATABASE_URL", text),
    )
    smtp = given.smtp or known("SMTP_URL") or _mail_server()
    mail_from = given.mail_from or _until_right(
        "The sender of every mail, a mailbox that exists",
        known("MAIL_FROM", f"flashmeet@{host.removeprefix('meet.')}"),
        lambda text: _fault("MAIL_FROM", text),
    )
    administrator = given.administrator or _until_right("The first administrator's mail address", None, _no_address)
    name = given.name or click.prompt("Their first name and last name", default="", show_default=False)
    return Answers(
        base_url=base_url,
        database=database,
        smtp=smtp,
        mail_from=mail_from,
        administrator=administrator,
        name=name,
    )


def _mail_server() -> str:
    """Asks for each part, and writes user and password percent-encoded."""
    host = click.prompt("Mail server (empty: later; nobody can sign in until then)", default="", show_default=False)
    if not host:
        return LATER
    if "://" in host:
        return str(host)
    port = click.prompt("Its port", type=click.IntRange(1, 65_535), default=465)
    user = click.prompt("User there (empty: none)", default="", show_default=False)
    password = click.prompt("Password", hide_input=True, default="", show_default=False) if user else ""
    access = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
    return f"{'smtps' if port == 465 else 'smtp'}://{access}{host}:{port}"


def _until_right(question: str, default: str | None, fault: Callable[[str], str]) -> str:
    while True:
        text = str(click.prompt(question, default=default, show_default=bool(default))).strip()
        wrong = fault(text)
        if not wrong:
            return text
        click.echo(wrong, err=True)


def _no_address(text: str) -> str:
    try:
        read_email("email", text)
    except BadEmail:
        return "Write it as name@example.org."
    return ""


def _fault(name: str, text: str) -> str:
    """Returns what is wrong with this one setting, "" if nothing is."""
    ours = {f"{PREFIX}ENV": "development", f"{PREFIX}INSTANCE": sys.prefix, f"{PREFIX}SECRET_KEY": "k" * 32}
    try:
        Config.from_env({**ours, PREFIX + name: text})
    except ConfigError as error:
        return next((fault for fault in error.faults if fault.startswith(PREFIX + name)), "")
    return ""
