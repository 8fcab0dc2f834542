"""Which mentors still have room within their own limits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from flashmeet.core.settings.service import network_settings
from flashmeet.core.zones import local_date
from flashmeet.identity.models import Member
from flashmeet.schedule.queries.quotas import counts_of_each
from flashmeet.schedule.queries.schedules import policies_of
from flashmeet.schedule.rules.quotas import has_room

DAYS_AHEAD = 28


def with_room(db: Session, mentors: Collection[Member], times: Sequence[datetime], *, now: datetime) -> set[int]:
    """Returns those who have room on a day of the times; without times, on a day of the next four weeks.

    Two statements, however many mentors. Who has stored no policy goes by the network's.
    """
    ids = [each.id for each in mentors]
    stored, used = policies_of(db, ids), counts_of_each(db, ids)
    asked = times or [now + timedelta(days=days) for days in range(1, DAYS_AHEAD + 1)]
    found = set()
    for mentor in mentors:
        tzid, policy = stored.get(mentor.id) or (mentor.tzid, network_settings(db).policy)
        theirs = used.get(mentor.id, {})
        if not theirs or any(has_room(policy, theirs, local_date(each, tzid)) for each in asked):
            found.add(mentor.id)
    return found
