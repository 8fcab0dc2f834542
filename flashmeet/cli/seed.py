"""`flashmeet seed`: invented people, for looking around or measuring."""

from __future__ import annotations

import click
from tqdm import tqdm

from flashmeet.cli.installation import Installation, Refused, now, ready
from flashmeet.seed.bookings import Outing, seed_bookings
from flashmeet.seed.bulk_bookings import BulkBookings
from flashmeet.seed.network import AlreadySeeded, Plan, holds_real_people, seed_people


@click.command()
@click.option("--mentors", type=click.IntRange(1, 1_000_000), default=60, show_default=True)
@click.option(
    "--days", type=click.IntRange(1, 400), default=28, show_default=True, help="How far ahead hours are open."
)
@click.option("--seed", type=click.IntRange(0, 1_000_000), default=1, show_default=True, help="Other people each time.")
@click.option("--among-members", is_flag=True, help="In production too, where the database holds real people.")
def seed(mentors: int, days: int, seed: int, among_members: bool) -> None:
    """Add invented people, as many as you like.

    Mentors over twelve themes, ten mentees per three mentors, and their bookings: four per three mentors, at most
    10,000.

    The same numbers give the same people. Nobody is mailed.
    """
    plan = Plan(mentors=mentors, days=days, seed=seed)
    with ready() as installation:
        if not among_members:
            _refuse_among_members(installation)
        db, outing = installation.database.writing, Outing(links=installation.links, sends=False)
        bulk = BulkBookings(plan, installation.links, now())
        try:
            with tqdm(total=plan.mentors + plan.mentees, unit=" people", disable=None) as bar:
                seeded = seed_people(db, plan, now=bulk.now, progress=bar.update, book=bulk.book)
        except AlreadySeeded:
            raise Refused(f"the people of seed {seed} are here already. Choose another --seed.") from None
        with tqdm(total=plan.hours_one_by_one, unit=" hours", disable=None) as bar:
            booked = bulk.made + seed_bookings(db, seeded, plan, outing=outing, now=now(), progress=bar.update)
    click.echo(f"{plan.mentors} mentors, {plan.mentees} mentees and {booked} booked hours are there.")


def _refuse_among_members(installation: Installation) -> None:
    if installation.config.env != "production":
        return
    with installation.database.reading() as db:
        if holds_real_people(db):
            raise Refused(
                "this database holds members who are not invented, and invented mentors would be shown to them. "
                "There is no way back. Use a database of its own, or say --among-members."
            )
