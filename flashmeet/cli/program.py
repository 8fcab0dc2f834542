"""The `flashmeet` command: its subcommands, and how errors are printed."""

from __future__ import annotations

import errno
import importlib
import importlib.metadata
import itertools
import os
import sys
from io import TextIOWrapper
from pathlib import Path

import click
from sqlalchemy.exc import DataError, ProgrammingError, SQLAlchemyError

from flashmeet.core.config import PREFIX, ConfigError
from flashmeet.core.config.environment_file import BESIDE, OF_SERVICE, added
from flashmeet.core.config.variables import ENV_FILE

SECTIONS = {
    "Set it up": {"init": "init:init"},
    "Try it": {"demo": "demo:demo", "seed": "seed:seed"},
    "Run it": {"serve": "serve:serve", "worker": "worker:worker", "doctor": "doctor:doctor"},
    "People": {"members": "members:members", "token": "tokens:token", "admin": "administrators:admin"},
    "Data": {
        "db": "database:db",
        "backup": "archive:backup",
        "restore": "archive:restore",
        "outbox": "outbox:outbox",
        "secrets": "secrets:secrets",
        "openings": "openings:openings",
        "privacy": "privacy:privacy",
    },
}
_PLACES = {name: place for section in SECTIONS.values() for name, place in section.items()}

_NOT_OUR_MISTAKE = {
    errno.ENOSPC: "the disk is full. Make room, then try again.",
    errno.EDQUOT: "this user's share of the disk is full. Make room, then try again.",
    errno.EROFS: "the disk is read-only here.",
    errno.EACCES: "this user may not write or read there. Run the command as the owner.",
    errno.EPERM: "this user may not do that there. Run the command as the owner.",
    errno.EIO: "the disk reports an error. Look at the system's log.",
}


class Program(click.Group):
    """Loads a command's module on use, and lists the commands in sections."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _PLACES:
            return None
        module, name = _PLACES[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(f"flashmeet.cli.{module}"), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Names the command that was probably meant; click knows of loaded ones alone."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(error.command_name, possibilities=_PLACES, ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, names in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, self._promise(ctx, name)) for name in names], col_spacing=4)

    def _promise(self, ctx: click.Context, name: str) -> str:
        command = self.get_command(ctx, name)
        return command.get_short_help_str(limit=100) if command else ""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Takes `--env-file FILE` wherever it stands, since every command reads it."""
        _write_utf8()
        return super().parse_args(ctx, _in_front(args))

    def invoke(self, ctx: click.Context) -> object:
        """Prints sentences, never a traceback, and exits with 2 for settings that cannot be read, else with 1.

        What comes from the database or the system is told; what is our own mistake is raised.
        """
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            for fault in error.faults:
                click.echo(f"flashmeet: {fault}", err=True)
            if ctx.params.get("env_file") is None and (near := _unread_file()):
                click.echo(f"flashmeet: settings lie in {near}, which was not read: say --env-file {near}", err=True)
            elif ctx.invoked_subcommand != "init" and not any(name.startswith(PREFIX) for name in os.environ):
                click.echo("flashmeet: nothing is set yet. `flashmeet init` asks for what is needed.", err=True)
            ctx.exit(2)
        except SQLAlchemyError as error:
            if isinstance(error, ProgrammingError | DataError) and not _is_refused(error):
                raise
            from flashmeet.cli.database_faults import sentence  # noqa: PLC0415  # loads the whole application

            click.echo(f"flashmeet: {sentence(error)}", err=True)
            ctx.exit(1)
        except OSError as error:
            if error.errno not in _NOT_OUR_MISTAKE:
                raise
            where = f"{error.filename}: " if isinstance(error.filename, str) else ""
            click.echo(f"flashmeet: {where}{_NOT_OUR_MISTAKE[error.errno]}", err=True)
            ctx.exit(1)


def _write_utf8() -> None:
    """Whatever the machine's locale, since the sentences have signs that others lack."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")


def _unread_file() -> str:
    """Returns the file that `flashmeet init` writes, where it lies at hand and nobody named it."""
    return next((str(file) for file in (BESIDE, OF_SERVICE) if os.access(file, os.R_OK)), "")


def _is_refused(error: SQLAlchemyError) -> bool:
    """Whether the database refuses the user, rather than a statement of ours."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) == "42501"


def _in_front(args: list[str]) -> list[str]:
    """Returns the arguments with `--env-file` before the command; after `--` nothing is an option."""
    end = args.index("--") if "--" in args else len(args)
    front: list[str] = []
    rest: list[str] = []
    words = iter(args[:end])
    for word in words:
        if word == "--env-file":
            front += [word, *itertools.islice(words, 1)]
        elif word.startswith("--env-file="):
            front.append(word)
        else:
            rest.append(word)
    return [*front, *rest, *args[end:]]


@click.command(cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(importlib.metadata.version("flashmeet"), prog_name="flashmeet")
@click.option(
    "--env-file",
    type=click.Path(path_type=Path),
    envvar=ENV_FILE,
    help="Read the settings from this file; variables that are set already count.",
)
@click.pass_context
def main(ctx: click.Context, env_file: Path | None) -> None:
    """One hour between two people.

    Settings come from FLASHMEET_* variables, or from a file of such lines; README lists them. `flashmeet init` writes
    the file. `flashmeet demo` needs none of them.
    """
    if env_file is not None and ctx.invoked_subcommand != "init":
        _read_file(ctx, env_file)


def _read_file(ctx: click.Context, path: Path) -> None:
    """Sets the variables of the file for this process and those that it starts. Raises ConfigError."""
    more = {name: value for name, value in added(os.environ, path).items() if name != ENV_FILE}
    os.environ.update(more)
    ctx.call_on_close(lambda: [os.environ.pop(name, None) for name in more])
