"""`flashmeet demo`: the whole service on this machine, with an invented network."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import click
from tqdm import tqdm

from flashmeet.cli.installation import Installation, Refused, now, opened
from flashmeet.cli.serve import listen, port_option, serve_with_worker
from flashmeet.core.database import migrate, schema
from flashmeet.seed.demo import PEOPLE, Cast, Occupied, seed_demo

HOST = "127.0.0.1"
PROCESSES, THREADS = 2, 8


@click.command()
@port_option
def demo(port: int) -> None:
    """Look around a network of invented people.

    Creates it the first time, and serves it on 127.0.0.1 together with its worker.

    Prints one sign-in link each for a mentee, a mentor and an administrator. What you do is kept for the next time, in
    instance/demo. Messages go to files and are shown at /dev/outbox. Ctrl-C ends it.
    """
    listen(HOST, port).close()
    _describe(port)
    with opened() as installation:
        cast = _prepared(installation)
        lines = _lines(installation, cast)
        config = installation.config
    ready = _announce(f"http://{HOST}:{port}", lines)
    raise SystemExit(
        serve_with_worker(config, listen(HOST, port), processes=PROCESSES, threads=THREADS, meanwhile=ready)
    )


def _describe(port: int) -> None:
    """Sets the demo's settings, which processes that it starts read too."""
    os.environ.setdefault("FLASHMEET_INSTANCE", str(Path("instance", "demo").absolute()))
    os.environ.update(FLASHMEET_ENV="demo", FLASHMEET_BASE_URL=f"http://{HOST}:{port}")


def _prepared(installation: Installation) -> Cast:
    _bring_up(installation)
    tqdm.monitor_interval = 0  # no thread of its own: processes are forked from this one
    with tqdm(total=PEOPLE, unit=" people and hours", disable=None, leave=False, delay=1) as bar:
        try:
            with installation.database.writing() as db:
                return seed_demo(db, links=installation.links, now=now(), progress=bar.update)
        except Occupied:
            raise Refused("this database holds a network of its own, and the demo would mix with it.") from None


def _bring_up(installation: Installation) -> None:
    """Raises Refused where the demo was made by another version, and says how to begin anew."""
    try:
        migrate.upgrade(installation.database)
        known = not schema.missing(installation.database)
    except migrate.UnknownRevision:
        known = False
    if not known:
        raise Refused(
            "this demo was made by another version of flashmeet, whose tables this one cannot use. Begin a new one: "
            f"delete {installation.config.instance}, or name another folder in FLASHMEET_INSTANCE."
        )


def _lines(installation: Installation, cast: Cast) -> list[str]:
    people = {"mentee": cast.mentee, "mentor": cast.mentor, "administrator": cast.administrator}
    return [f"{role}: {installation.links.demo(member_id)}" for role, member_id in people.items()]


def _announce(address: str, lines: list[str]) -> Callable[[], bool]:
    """Returns a function that prints the lines once the pages answer."""

    def ready() -> bool:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):  # noqa: S310  # our own address
                pass
        except (urllib.error.URLError, OSError):
            return False
        for line in lines:
            click.echo(line)
        return True

    return ready
