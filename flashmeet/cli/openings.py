"""`flashmeet openings`: the index of bookable hours."""

from __future__ import annotations

from datetime import datetime

import click
from sqlalchemy import select
from tqdm import tqdm

from flashmeet.cli.installation import now, ready
from flashmeet.core.database.session import Database
from flashmeet.schedule.models import MentorPolicy
from flashmeet.schedule.service.openings import refresh_openings

MENTORS_AT_ONCE = 50


@click.group()
def openings() -> None:
    """Manage the index of bookable hours."""


@openings.command()
def rebuild() -> None:
    """Rebuild every mentor's bookable hours from their availability and bookings.

    People can go on booking meanwhile. If interrupted, run it again.
    """
    with ready() as installation:
        mentors = _mentors(installation.database)
        with tqdm(total=len(mentors), unit=" mentors", disable=None) as bar:
            for first in range(0, len(mentors), MENTORS_AT_ONCE):
                batch = mentors[first : first + MENTORS_AT_ONCE]
                _rebuild(installation.database, batch, at=now())
                bar.update(len(batch))
    click.echo(f"The hours of {len(mentors)} mentors are made anew.")


def _mentors(database: Database) -> list[int]:
    with database.reading() as db:
        return list(db.scalars(select(MentorPolicy.member_id).order_by(MentorPolicy.member_id)))


def _rebuild(database: Database, mentors: list[int], *, at: datetime) -> None:
    """Rebuilds a batch in one short transaction, so that nobody waits long for its locks."""
    with database.writing() as db:
        for mentor_id in mentors:
            refresh_openings(db, mentor_id, now=at)
