"""`flashmeet members`: importing people from a file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click
from sqlalchemy.exc import IntegrityError

from flashmeet.cli.installation import Refused, now, ready, record
from flashmeet.core.database.session import Database
from flashmeet.core.settings.service import network_settings
from flashmeet.identity.acts import Act
from flashmeet.people.service.import_members import Imported, WrongFile, import_members
from flashmeet.people.service.import_rows import MemberFile, Problem, read_file
from flashmeet.people.wording import problem_sentence


@click.group()
def members() -> None:
    """Import people from a CSV file."""


class _DryRun(Exception):
    """Carries the result of a dry run out of the transaction that it rolls back."""

    def __init__(self, imported: Imported) -> None:
        super().__init__()
        self.imported = imported


@members.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
@click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
@click.option("--update", is_flag=True, help="Known addresses take the profile cells that are filled.")
def import_(file: Path, dry_run: bool, update: bool) -> None:
    """Import members from FILE.csv, UTF-8, separated by commas.

    The first line names the columns: email,first_name,last_name,roles,approved,tzid,locale,phone,graduation_year,
    themes,languages,company,sector,headline; degree,offering,seeking,proof may follow. Several roles, themes, languages
    or lines of proof are joined by ";".

    If any row is wrong, every wrong row is reported with its line, and nothing of the file is written. Importing sends
    no message.
    """
    with click.open_file(str(file), "rb") as opened:
        data = opened.read()
    with ready() as installation:
        try:
            imported = _import(installation.database, data, dry_run=dry_run, update=update)
        except WrongFile as refusal:
            _say(refusal)
            raise SystemExit(1) from None
        except IntegrityError:
            raise Refused("somebody else added the same people meanwhile. Run it again.") from None
    click.echo(_summary(imported) + (" Nothing was written: this was a dry run." if dry_run else ""))


def _import(database: Database, data: bytes, *, dry_run: bool, update: bool) -> Imported:
    """Imports the file. Raises WrongFile."""
    file = _read(database, data)
    if file.problems:
        raise WrongFile(file.problems)
    try:
        with database.writing() as db:
            imported = import_members(db, file.rows, update=update, now=now())
            record(db, Act.MEMBERS_IMPORTED, about=f"{imported.created} + {imported.updated}")
            if dry_run:
                raise _DryRun(imported)
            return imported
    except _DryRun as dry:
        return dry.imported


def _read(database: Database, data: bytes) -> MemberFile:
    with database.reading() as db:
        country = network_settings(db).country
    return read_file(data, country=country)


def _say(refusal: WrongFile) -> None:
    for problem in sorted(refusal.problems, key=lambda each: each.line):
        click.echo(_sentence(problem), err=True)
    lines = len({problem.line for problem in refusal.problems})
    click.echo(f"{lines} {'line needs' if lines == 1 else 'lines need'} a look; nothing was written.", err=True)


def _sentence(problem: Problem) -> str:
    return problem_sentence(**asdict(problem), locale="en")


def _summary(imported: Imported) -> str:
    themes = f" New themes: {', '.join(imported.themes)}." if imported.themes else ""
    return f"{imported.created} new, {imported.updated} updated, {imported.unchanged} unchanged.{themes}"
