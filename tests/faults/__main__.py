"""`make faults`: the long form, at least 200 rounds on each database, with its figures."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path
from typing import get_args

import click

from tests.faults.duties import DUTIES
from tests.faults.grounds import Engine
from tests.faults.rig import rig
from tests.faults.rounds import ROUNDS
from tests.rooms.room.soak import main as soaked


@click.command()
@click.option("--rounds", default=200, show_default=True, help="On each database.")
@click.option("--seed", default=0, show_default=True, help="Of the order of the rounds.")
@click.option("--only", default="", help="The name of a round, or part of it.")
@click.option("--soak", default=0, show_default=True, help="Then so many meetings of two browsers in the room.")
@click.option("--database", "engines", type=click.Choice(get_args(Engine)), multiple=True, default=get_args(Engine))
def main(rounds: int, seed: int, only: str, soak: int, engines: tuple[Engine, ...]) -> None:
    """Kills, stops and starves workers and databases, and says what came of it."""
    chosen = [each for each in (*ROUNDS, *DUTIES) if only in each.__name__]
    order = random.Random(seed)
    faults: list[str] = []
    for engine in engines:
        begun, acts = time.monotonic(), [chosen[number % len(chosen)] for number in range(rounds)]
        order.shuffle(acts)
        with tempfile.TemporaryDirectory() as folder, rig(engine, Path(folder)) as made:
            for number, act in enumerate(acts, 1):
                found = made.play(act)
                faults += found
                click.echo(f"{engine} {number:4}/{rounds} {act.__name__:40} {'FAULT' if found else 'ok'}")
                if found:
                    click.echo("\n".join(found))
                    click.echo((Path(folder) / "workers.log").read_text()[-4000:])
                    break
            click.echo(f"{made.told()}\n  {(time.monotonic() - begun) / number:.2f} s a round")
    unmet = soaked(soak) if soak else 0
    sys.exit(1 if faults or unmet else 0)


if __name__ == "__main__":
    main()
