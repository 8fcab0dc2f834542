"""`flashmeet init`: from nothing to an installation that can be started."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import click

from flashmeet.cli.administrators import add_administrator
from flashmeet.cli.database_faults import check_encoding
from flashmeet.cli.installation import Installation, Refused, opened
from flashmeet.cli.installing.answers import Answers, ask, variables
from flashmeet.cli.installing.units import ENABLED, SERVICE_FILE, SERVICE_INSTANCE, Service, check_service, write_units
from flashmeet.core.config import PREFIX, Config
from flashmeet.core.config.environment_file import BESIDE, read_environment_file, written
from flashmeet.core.database import migrate, schema
from flashmeet.core.files import write_private
from flashmeet.messages.channels.smtp import is_loopback

INSTANCE = Path("instance")
USUAL_PORT = 8000


@click.command()
@click.option("--base-url", default="", help="Where members find the service: https://meet.example.org")
@click.option("--database", default="", help="postgresql://user:password@host/name; without it, a SQLite file.")
@click.option("--smtp", default="", help="smtps://user:password@host; `-` for later.")
@click.option("--mail-from", default="", help="The sender of every mail; flashmeet@ and the host without it.")
@click.option("--admin", "administrator", default="", help="The first administrator's mail address.")
@click.option("--name", default="", help="First name and last name of the administrator.")
@click.option("--instance", type=click.Path(path_type=Path, file_okay=False), help="Folder for files and SQLite.")
@click.option(
    "--systemd",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the systemd units into this folder, /etc/systemd/system for one; the settings then are "
    "/etc/flashmeet/environment, the instance /var/lib/flashmeet.",
)
@click.option("--user", default="flashmeet", show_default=True, help="The system user that the units run as.")
@click.option("--force", is_flag=True, help="Change an environment file that is there; its keys stay.")
@click.pass_context
def init(
    ctx: click.Context,
    *,
    base_url: str,
    database: str,
    smtp: str,
    mail_from: str,
    administrator: str,
    name: str,
    instance: Path | None,
    systemd: Path | None,
    user: str,
    force: bool,
) -> None:
    """Write the environment file, make the schema and the first administrator.

    Asks for what no option says. The file is `flashmeet.env`, or the one of --env-file; its owner alone may read it.
    Keys are made and kept there. Nothing that is there is overwritten without --force.
    """
    service = None if systemd is None else check_service(systemd, user)
    file = _env_file(ctx, BESIDE if service is None else SERVICE_FILE)
    before = _before(file, force=force)
    given = Answers(
        base_url=base_url,
        database=database,
        smtp=smtp,
        mail_from=mail_from,
        administrator=administrator,
        name=name,
    )
    answers = ask(given, before, asks=sys.stdin.isatty())
    made = variables(answers, before, instance=_instance(instance, before, file, service))
    with opened(Config.from_env(made)) as installation:
        check_encoding(installation.database)  # before anything is written: it answers, and can hold every name
        _write(file, made, force=force)
        migrate.upgrade(installation.database)
        added = add_administrator(installation, answers.administrator, answers.name)
        link = installation.links.one_time(added.token)
        if service is None:
            _tell(installation, file, link)
            return
        write_units(service, file, installation.config.instance)
    _tell_service(installation, service, file, link)


def _env_file(ctx: click.Context, otherwise: Path) -> Path:
    said = ctx.parent.params.get("env_file") if ctx.parent else None
    return Path(said or otherwise).absolute()


def _instance(said: Path | None, before: Mapping[str, str], file: Path, service: Service | None) -> Path:
    """Returns the folder: as said, as before, or our own choice."""
    kept = before.get(f"{PREFIX}INSTANCE")
    ours = SERVICE_INSTANCE if service else file.parent / INSTANCE
    return (said or (Path(kept) if kept else ours)).absolute()


def _before(file: Path, *, force: bool) -> Mapping[str, str]:
    """Returns the variables of the file that is to be changed. Raises Refused, ConfigError."""
    if not file.exists():
        return {}
    if not force:
        raise Refused(f"{file} is there already, and nothing was changed. --force changes it and keeps its keys.")
    return read_environment_file(file)


def _write(file: Path, made: Mapping[str, str], *, force: bool) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    head = "# Settings of flashmeet; README of flashmeet lists them all. Keep this file secret, and a copy elsewhere.\n"
    try:
        write_private(file, head + written(made), replace=force)
    except FileExistsError:
        raise Refused(f"{file} is there already, and nothing was changed.") from None


def _tell(installation: Installation, file: Path, link: str) -> None:
    """Prints what to do next."""
    command = f"{shlex.quote(_program())} --env-file {shlex.quote(str(file))}"
    _tell_what_is_there(installation, file)
    click.echo("Next:")
    click.echo(f"  {command} doctor")
    click.echo("says what is missing still.")
    port = own_port(installation.config.base_url)
    if port is None:
        click.echo(f"  {command} serve --with-worker")
        click.echo("serves the pages on 127.0.0.1:8000; a proxy with TLS stands before it.")
    else:
        click.echo(f"  {command} serve --with-worker{'' if port == USUAL_PORT else f' --port {port}'}")
        click.echo(f"serves the pages on 127.0.0.1:{port}, for this machine alone.")
    _tell_link(link, f"{command} admin reset ADDRESS")


def own_port(base_url: str) -> int | None:
    """Returns the port of an address that is this machine's own, without a proxy; None for any other."""
    read = urlsplit(base_url)
    near = read.scheme == "http" and is_loopback(read.hostname or "")
    return read.port if near else None


def _tell_service(installation: Installation, service: Service, file: Path, link: str) -> None:
    """Prints what to do next where systemd runs it."""
    _tell_what_is_there(installation, file)
    click.echo(f"The units are in {service.folder}. Next:")
    click.echo(f"  systemctl daemon-reload && systemctl enable --now {' '.join(ENABLED)}")
    command = f"runuser -u {service.user} -- {service.program} --env-file {file}"  # Debian has no sudo unless asked for
    click.echo(f"  {command} doctor")
    click.echo(f"A proxy with TLS stands before 127.0.0.1:8000; examples are in {service.examples}.")
    _tell_link(link, f"{command} admin reset ADDRESS")


def _tell_what_is_there(installation: Installation, file: Path) -> None:
    click.echo(f"The settings are in {file}, the schema is {schema.current(installation.database)}.")
    for caution in installation.config.cautions:
        click.echo(f"Not yet: {caution}")


def _tell_link(link: str, another: str) -> None:
    click.echo("Once the pages answer, this signs the administrator in, once, within ten minutes:")
    click.echo(f"  {link}")
    click.echo("For another link:")
    click.echo(f"  {another}")


def _program() -> str:
    """Returns how this program was called, if it can be called so again."""
    said = sys.argv[0]
    return said if said and shutil.which(said) else "flashmeet"
