"""How many hours are open in each theme, by one statement over a part of the opening index."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Row, Select, bindparam, func, select
from sqlalchemy.orm import Session

from flashmeet.core.database.elapsed import epoch_seconds
from flashmeet.core.database.lists import among, holds
from flashmeet.core.database.prepared import columns
from flashmeet.core.database.types import UtcDateTime
from flashmeet.core.intervals import Interval
from flashmeet.schedule.models import MentorPolicy, Opening


def count_by_theme(
    db: Session, span: Interval, *, minutes: int, now: datetime, mentor_ids: Collection[int] | None = None
) -> Sequence[Row[int, int, int]]:
    """Returns theme (0 = all), start (seconds since 1970) and how many open hours begin then, of these mentors or all.

    However many mentors there are, there are no more of them than themes and quarters of an hour.
    """
    values = {"start": span.start, "end": span.end, "minutes": minutes, "seconds": minutes * 60, "now": now}
    if mentor_ids is not None:
        values["mentor_ids"] = mentor_ids
    return columns(db, _by_theme(mentor_ids is not None), values)


@cache
def _by_theme(of_some: bool) -> Select[int, int, int]:
    at = bindparam("now", type_=UtcDateTime)
    lasts = epoch_seconds(Opening.free_until) - epoch_seconds(Opening.starts_at)
    query = (
        select(Opening.theme_id, epoch_seconds(Opening.starts_at), func.count())
        .join(MentorPolicy, MentorPolicy.member_id == Opening.mentor_id)
        .where(
            Opening.starts_at >= bindparam("start", type_=UtcDateTime),
            Opening.starts_at < bindparam("end", type_=UtcDateTime),
            Opening.opens_at <= at,
            Opening.closes_at >= at,
            lasts >= bindparam("seconds"),
            holds(MentorPolicy.durations, "minutes", int),
        )
    )
    if of_some:
        query = query.where(among(Opening.mentor_id, bindparam("mentor_ids")))
    return query.group_by(Opening.theme_id, Opening.starts_at)
