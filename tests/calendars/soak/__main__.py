"""The long form: so many rounds on each database, with its figures."""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from pathlib import Path
from typing import get_args

import click
import structlog

from tests.calendars.soak.stage import settings, stage
from tests.calendars.soak.truth import play
from tests.fakes.radicale import radicale
from tests.faults.grounds import Engine, ground


@click.command()
@click.argument("rounds", default=50)
@click.option("--acts", default=40, show_default=True, help="In a round.")
@click.option("--seed", default=0, show_default=True)
@click.option("--database", "engines", type=click.Choice(get_args(Engine)), multiple=True, default=get_args(Engine))
def main(rounds: int, acts: int, seed: int, engines: tuple[Engine, ...]) -> None:
    """Hands and faults at random on one calendar; after quiet time it must tell the truth."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    broken = False
    for engine in engines:
        broken = _played(engine, rounds, acts, seed) or broken
    sys.exit(broken)


def _played(engine: Engine, rounds: int, acts: int, seed: int) -> bool:
    begun = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as name,
        ground(engine) as made,
        radicale(Path(name)) as server,
        stage(made.database, settings(made.database, Path(name)), server, seed=seed) as played,
    ):
        for number in range(1, rounds + 1):
            found = play(played, acts)
            click.echo(f"{engine} {number:4}/{rounds} {'FAULT' if found else 'ok'}")
            if found:
                click.echo("\n".join(found))
                return True
        for what, count in sorted(played.seen.items()):
            click.echo(f"  {what}: {count}")
    click.echo(f"{engine}: {rounds} rounds of {acts} acts, {(time.monotonic() - begun) / rounds:.1f} s a round")
    return False


if __name__ == "__main__":
    main()
