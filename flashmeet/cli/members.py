"""`flashmeet members`: importing people from a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from sqlalchemy.exc import IntegrityError

from flashmeet.cli.installation import Refused, now, ready, record
from flashmeet.core.database.session import Database
from flashmeet.core.settings.service import network_settings
from flashmeet.core.spreadsheets.writer import csv_text, xlsx_bytes
from flashmeet.core.zones import local_date
from flashmeet.identity.acts import Act
from flashmeet.identity.rules import ROLES
from flashmeet.people.rules.member_columns import Plan
from flashmeet.people.rules.member_imports import import_name
from flashmeet.people.rules.member_rows import Problem
from flashmeet.people.service.import_members import Imported, WrongFile, import_good_rows, import_members
from flashmeet.people.service.import_words import reading_of
from flashmeet.people.service.member_files import MemberFile, read_file
from flashmeet.people.service.rejects import rejected_rows
from flashmeet.people.wording import WHOLE_FILE, problem_sentence

_MOST_ALIKE, _SHOWN = 20, 5
"""Problems of one kind that are each a line of the answer; of more than that, how many are."""


@click.group()
def members() -> None:
    """Import people from a file."""


class _DryRun(Exception):
    """Carries the result of a dry run out of the transaction that it rolls back."""

    def __init__(self, imported: Imported) -> None:
        super().__init__()
        self.imported = imported


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    name: str
    dry_run: bool
    update: bool
    roles: frozenset[str]
    approved: bool | None
    rejects: Path | None


@members.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
@click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
@click.option("--update", is_flag=True, help="Known addresses take the profile cells that are filled.")
@click.option("--role", type=click.Choice(ROLES), multiple=True, help="The role of everybody whose row names none.")
@click.option("--approved", type=click.Choice(["yes", "no"]), help="What holds where a row says nothing.")
@click.option(
    "--good-rows",
    "rejects",
    metavar="REJECTS",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="Take the rows that are right; write the wrong ones, each with its reason, to REJECTS (.csv or .xlsx).",
)
def import_(
    file: Path, *, dry_run: bool, update: bool, role: Sequence[str], approved: str | None, rejects: Path | None
) -> None:
    """Import members from FILE: .csv in any encoding and separator, .xlsx, .xls or .ods.

    A row near the top names the columns, in French or English and in any order: email, first_name, last_name, roles,
    approved, tzid, locale, phone, graduation_year, themes, languages, company, sector, headline, degree, offering,
    seeking, external_id, proof. Several roles, themes, languages or lines of proof are joined by ";".

    If any row is wrong, every wrong row is reported with its line, and nothing of the file is written, unless
    --good-rows says otherwise. Importing sends no message.
    """
    with click.open_file(str(file), "rb") as opened:
        data = opened.read()
    said = None if approved is None else approved == "yes"
    options = _Options(
        name=file.name, dry_run=dry_run, update=update, roles=frozenset(role), approved=said, rejects=rejects
    )
    with ready() as installation:
        try:
            imported = _import(installation.database, data, options)
        except WrongFile as refusal:
            _say(refusal)
            raise SystemExit(1) from None
        except IntegrityError:
            raise Refused("somebody else added the same people meanwhile. Run it again.") from None
    click.echo(_summary(imported) + (" Nothing was written: this was a dry run." if dry_run else ""))


def _import(database: Database, data: bytes, options: _Options) -> Imported:
    """Imports the file. Raises WrongFile."""
    file = _read(database, data, options)
    if file.left:
        others = ", ".join(f"“{name}”" for name in file.left)
        click.echo(
            f"Only the sheet “{file.sheet}” was read. There are addresses in others, too: {others}. "
            "Save each of them as a file of its own and import it, too.",
            err=True,
        )
    if file.problems and (options.rejects is None or not file.rows):
        raise WrongFile(file.problems)
    take = import_members if options.rejects is None else import_good_rows
    try:
        with database.writing() as db:
            today = local_date(now(), network_settings(db).tzid)
            name = import_name(options.name, today)
            imported = take(db, file.rows, update=options.update, now=now(), name=name)
            record(db, Act.MEMBERS_IMPORTED, about=f"{imported.created} + {imported.updated}")
            if options.dry_run:
                raise _DryRun(imported)
    except _DryRun as dry:
        imported = dry.imported
    if options.rejects is not None:
        imported.problems = [*file.problems, *imported.problems]
        _write_rejects(options.rejects, data, file.plan, imported.problems)
    return imported


def _read(database: Database, data: bytes, options: _Options) -> MemberFile:
    with database.reading() as db:
        how = reading_of(db, roles=options.roles, approved=options.approved)
    return read_file(data, country=how.country, reading=how)


def _write_rejects(path: Path, data: bytes, plan: Plan | None, problems: Sequence[Problem]) -> None:
    if not problems or plan is None:
        return
    rows = list(rejected_rows(data, problems, plan, locale="en"))
    if path.suffix.lower() == ".xlsx":
        path.write_bytes(xlsx_bytes(rows, name="Rejects"))
    else:
        path.write_text("\ufeff" + csv_text(rows), encoding="utf-8", newline="")
    click.echo(f"{len(rows) - 1} left out, with their reasons: {path}", err=True)


def _say(refusal: WrongFile) -> None:
    for sentence in _sentences(sorted(refusal.problems, key=lambda each: each.line)):
        click.echo(sentence, err=True)
    whole = any(problem.code in WHOLE_FILE for problem in refusal.problems)
    lines = len({problem.line for problem in refusal.problems})
    said = "Nothing" if whole else f"{lines} {'line needs' if lines == 1 else 'lines need'} a look; nothing"
    click.echo(f"{said} was written.", err=True)


def _sentences(problems: Sequence[Problem]) -> Iterator[str]:
    """Each problem with its line; of a kind that many lines share, the first ones, then the lines of the others."""
    kinds: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        kinds.setdefault((problem.column, problem.code), []).append(problem)
    folded = {kind: same[_SHOWN:] for kind, same in kinds.items() if len(same) > _MOST_ALIKE}
    hidden = {id(problem) for same in folded.values() for problem in same}
    for problem in problems:
        if id(problem) not in hidden:
            yield problem_sentence(**asdict(problem), locale="en")
    for (column, code), same in folded.items():
        alike = (
            f"as on line {kinds[column, code][0].line}, {len(same)} more lines: {_ranges(each.line for each in same)}."
        )
        yield f"{column}, {alike}" if column else alike.capitalize()


def _ranges(lines: Iterable[int]) -> str:
    """Returns `3–5, 9`."""
    found: list[list[int]] = []
    for line in lines:
        if found and line == found[-1][-1] + 1:
            found[-1] = [found[-1][0], line]
        else:
            found.append([line])
    return ", ".join("–".join(map(str, each)) for each in found)


def _summary(imported: Imported) -> str:
    themes = f" New themes: {', '.join(imported.themes)}." if imported.themes else ""
    return f"{imported.created} new, {imported.updated} updated, {imported.unchanged} unchanged.{themes}"
