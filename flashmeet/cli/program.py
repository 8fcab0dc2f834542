"""The `flashmeet` command: its subcommands, and how errors are printed."""

from __future__ import annotations

import importlib
import importlib.metadata

import click
from sqlalchemy.exc import OperationalError

from flashmeet.core.config import ConfigError

SECTIONS = {
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
    },
}
HIDDEN = {"_web": "serve:web"}
_PLACES = {**HIDDEN, **{name: place for section in SECTIONS.values() for name, place in section.items()}}


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

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, names in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, self._promise(ctx, name)) for name in names], col_spacing=4)

    def _promise(self, ctx: click.Context, name: str) -> str:
        command = self.get_command(ctx, name)
        return command.get_short_help_str(limit=100) if command else ""

    def invoke(self, ctx: click.Context) -> object:
        """Prints one line and exits with 2 for an unreadable setting, with 1 when the database does not answer."""
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            click.echo(f"flashmeet: {error}", err=True)
            ctx.exit(2)
        except OperationalError as error:
            click.echo(f"flashmeet: the database does not answer ({str(error.orig).strip().splitlines()[0]})", err=True)
            ctx.exit(1)


@click.command(cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(importlib.metadata.version("flashmeet"), prog_name="flashmeet")
def main() -> None:
    """One hour between two people.

    Settings come from FLASHMEET_* variables; README lists them. `flashmeet demo` needs none of them.
    """
