"""Times to tap in the form that asks: from the week that a mentor publishes, where the asker is free themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from flashmeet.core.intervals import Interval, merged
from flashmeet.identity.models import Member
from flashmeet.requests.rules.suggested_times import AHEAD, suggested_times
from flashmeet.schedule.queries.calendars import busy
from flashmeet.schedule.queries.claims import taken
from flashmeet.schedule.queries.schedules import read_schedule

MINUTES = 60


def times_to_tap(db: Session, asker: Member, mentor: Member | None, *, now: datetime) -> list[datetime]:
    """Returns the starts to offer, soonest first. Of the mentor it tells the weekly hours alone, which are public; what
    their calendars hold is not looked at."""
    schedule = read_schedule(db, mentor.id) if mentor else None
    tzid = schedule.tzid if schedule else mentor.tzid if mentor else asker.tzid
    span = Interval(now, now + timedelta(days=AHEAD + 2))
    return suggested_times(
        schedule.rules if schedule else (),
        tzid=tzid,
        asker_tzid=asker.tzid,
        taken=merged([*busy(db, asker.id, span), *taken(db, asker.id, span)]),
        minutes=MINUTES,
        now=now,
    )
