"""`flashmeet seed`: invented people, for looking around or measuring."""

from __future__ import annotations

import click
from tqdm import tqdm

from flashmeet.cli.installation import Refused, now, ready
from flashmeet.seed.bookings import MOST, PER_MENTOR, Outing, seed_bookings
from flashmeet.seed.network import AlreadySeeded, Plan, seed_people


@click.command()
@click.option("--mentors", type=click.IntRange(1, 1_000_000), default=60, show_default=True)
@click.option(
    "--days", type=click.IntRange(1, 400), default=28, show_default=True, help="How far ahead hours are open."
)
@click.option("--seed", type=click.IntRange(0, 1_000_000), default=1, show_default=True, help="Other people each time.")
def seed(mentors: int, days: int, seed: int) -> None:
    """Add invented people, as many as you like.

    Mentors over twelve themes, ten mentees per three mentors, and their bookings.

    The same numbers give the same people. Nobody is mailed.
    """
    plan = Plan(mentors=mentors, days=days, seed=seed)
    with ready() as installation:
        db, outing = installation.database.writing, Outing(links=installation.links, sends=False)
        try:
            with tqdm(total=plan.mentors + plan.mentees, unit=" people", disable=None) as bar:
                seeded = seed_people(db, plan, now=now(), progress=bar.update)
        except AlreadySeeded:
            raise Refused(f"the people of seed {seed} are here already. Choose another --seed.") from None
        with tqdm(total=min(round(mentors * PER_MENTOR), MOST), unit=" hours", disable=None) as bar:
            booked = seed_bookings(db, seeded, plan, outing=outing, now=now(), progress=bar.update)
    click.echo(f"{plan.mentors} mentors, {plan.mentees} mentees and {booked} booked hours are there.")
