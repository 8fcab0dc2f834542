"""The database: whether it answers, fits, and what it holds says about the people and programs around it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from flashmeet.cli.checks.finding import Finding, Verdict, look, well, wrong
from flashmeet.cli.database_faults import sentence
from flashmeet.cli.installation import Installation, made_before, newer_schema, now
from flashmeet.core.backups import LATE_AFTER, last_backup
from flashmeet.core.database import schema
from flashmeet.core.numbers import number_or_none
from flashmeet.core.settings.service import network_settings
from flashmeet.messages.models import ChannelState, PeriodicTaskRun
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.messages.rules.troubles import explained
from flashmeet.messages.service.outbox_figures import outbox_figures
from flashmeet.periodic_tasks import TASKS
from flashmeet.security.service.administrators import administrators
from flashmeet.setup.service.legal_texts import blanks_left

LATE, ASLEEP, CLOCKS_APART = timedelta(minutes=1), timedelta(minutes=15), timedelta(seconds=5)
FEWEST_CONNECTIONS = 60


def database_findings(installation: Installation) -> Iterator[Finding]:
    found = _database(installation)
    yield found
    if found.verdict != Verdict.OK:
        return
    with installation.database.reading() as db:
        if installation.database.engine.dialect.name == "postgresql":
            yield from _server(db)
        yield from _worker(db)
        yield from _channels(db)
        yield _administrators(installation, db)
        if installation.config.env == "production":
            yield _backup(db)
            yield from _legal(db)


def _database(installation: Installation) -> Finding:
    url = installation.database.engine.url
    kind = url.get_backend_name()
    if kind == "sqlite" and not Path(url.database or "").exists():  # opened, it would be made, and empty
        words = f"there is no file {url.database}. Put it back, or `flashmeet db upgrade` makes a new, empty one."
        return wrong("database", words, "database.away")
    try:
        with installation.database.reading() as db:
            db.execute(select(1))
        with installation.database.writing() as db:  # a full round: others may hold it, or it takes no writes
            db.execute(select(1))
        behind, revision = schema.is_behind(installation.database), schema.current(installation.database)
        ahead = schema.is_ahead(installation.database)
        lacks = "" if behind or ahead else schema.missing(installation.database)
    except SQLAlchemyError as error:
        words = sentence(error).removeprefix("the database ").removesuffix(".")
        return wrong("database", f"{kind} {words}.", "database.away")
    if behind:
        return wrong("database", f"{kind} is not up to date. Run `flashmeet db upgrade`.", "database.behind")
    if ahead:
        return wrong("database", newer_schema(revision), "database.ahead")
    if lacks:
        return wrong("database", f"{kind} {made_before(lacks)}", "database.lacks")
    return well("database", f"{kind}, schema {revision}", "database")


def _server(db: Session) -> Iterator[Finding]:
    """Looks at what only PostgreSQL has: a clock, an encoding and a number of connections of its own."""
    theirs: datetime | None = db.scalar(select(func.clock_timestamp()))
    apart = abs(theirs - now()) if theirs is not None else timedelta()
    if apart > CLOCKS_APART:
        words = f"the database's and this machine's differ by {apart.total_seconds():.0f} s. Does NTP run on both?"
        yield wrong("clocks", words, "clock.apart")
    encoding, most = db.scalar(text("SHOW server_encoding")), db.scalar(text("SHOW max_connections"))
    if encoding != "UTF8":
        yield wrong(
            "database", f"it is in {encoding}: not every name can be written. Make one in UTF-8.", "database.utf8"
        )
    if (number_or_none(most or "") or 0) < FEWEST_CONNECTIONS:
        words = f"max_connections is {most}; two web processes and a worker open up to 49."
        yield look("database", words, "database.connections")


def _worker(db: Session) -> Iterator[Finding]:
    """Judges the worker by its effects: nothing due stays in the outbox, and its periodic tasks are done."""
    figures = outbox_figures(db, now=now())
    names = [task.name for task in TASKS]
    oldest = db.scalar(select(func.min(PeriodicTaskRun.due_at)).where(PeriodicTaskRun.name.in_(names)))
    late = figures.late_here
    if late > LATE:
        minutes = round(late.total_seconds() / 60)
        words = f"a message has been due for {minutes} min. Is `flashmeet worker` running?"
        yield wrong("worker", words, "worker.late")
    elif oldest is not None and now() - oldest > ASLEEP:
        minutes = round((now() - oldest).total_seconds() / 60)
        words = f"nothing has been done for {minutes} min. Is `flashmeet worker` running?"
        yield wrong("worker", words, "worker.asleep")
    else:
        yield well("worker", "nothing is late", "worker")
    parked = figures.count(OutboxState.PARKED)
    if parked:
        yield look("outbox", f"{parked} messages are kept back. `flashmeet outbox --help` says why.", "outbox.parked")
    refused = figures.count(OutboxState.REFUSED)
    if refused:
        yield look("outbox", f"{refused} messages were refused: see /admin/messages.", "outbox.refused")


def _channels(db: Session) -> Iterator[Finding]:
    """Tells which provider is away since when, and why, as the worker last heard it."""
    for state in db.scalars(select(ChannelState).order_by(ChannelState.channel)):
        if state.away_since is None:
            continue
        minutes = round((now() - state.away_since).total_seconds() / 60)
        known = explained(state.reason)
        reason = f"{known} ({state.reason})" if known else state.reason
        words = f"away for {minutes} min: {reason}. The worker tries again by itself."
        yield wrong(f"{state.channel}", words, f"channel.away.{state.channel}")


def _administrators(installation: Installation, db: Session) -> Finding:
    found, config = administrators(db), installation.config
    if not found.active:
        words = "nobody administers this network yet. `flashmeet admin add ADDRESS` makes somebody."
        kind = wrong if config.env == "production" else look
        return kind("admins", words, "people.no_administrator")
    if found.without_factor:
        words = f"{found.without_factor} of {found.active} have no second step: their mailbox alone lets in."
        more = " Seven days after they first come in, /admin asks for it." if config.second_factor_required else ""
        return look("admins", words + more, "people.no_second_factor")
    if found.active == 1:
        return look("admins", "there is one. A second could reset a lost phone.", "people.one_administrator")
    return well("admins", f"all {found.active} have a second step", "people")


def _legal(db: Session) -> Iterator[Finding]:
    """Looks at what the network says about itself: blanks in its legal texts, and a contact that people read."""
    blanks = blanks_left(db)
    for each in blanks:
        words = f"{each.page}: {each.count} left, the first is {each.first}. Fill them in: /admin/texts, /admin/terms."
        yield look("texts", words, f"texts.blanks.{each.page}")
    if not blanks:
        yield well("texts", "no blank is left in what was published", "texts")
    if network_settings(db).contact_mail:
        yield well("contact", "questions and replies reach a mailbox", "contact")
    else:
        words = "none is named: questions about privacy, and replies to mails, reach nobody. /admin/settings names one."
        yield look("contact", words, "contact.none")


def _backup(db: Session) -> Finding:
    made = last_backup(db)
    if made is None:
        words = "none was ever made by `flashmeet backup`. A timer is in deploy/systemd; docs/operating.md says more."
        return look("backup", words, "backup.none")
    if made.failed_at is not None:
        words = (
            f"the one of {made.failed_at:%Y-%m-%d %H:%M} UTC could not be restored on trial, and lies beside "
            "the others as .broken. Make another: `flashmeet backup --verify FOLDER/`; do disk and memory have faults?"
        )
        return wrong("backup", words, "backup.broken")
    age = now() - made.made_at
    if age < -LATE_AFTER:
        words = (
            f"the last was made at {made.made_at:%Y-%m-%d}, by a clock that was wrong. Is this one right? Make another."
        )
        return wrong("backup", words, "backup.clock")
    said = f"{made.row_count} rows, {age.total_seconds() / 3600:.0f} h ago"
    if age > LATE_AFTER:
        return wrong("backup", f"{said}: that is too long. Does flashmeet-backup.timer run?", "backup.old")
    if made.verified_at is None:
        return look("backup", f"{said}, never restored on trial: `flashmeet backup verify FILE`.", "backup.unverified")
    return well("backup", f"{said}, restored on trial", "backup")
