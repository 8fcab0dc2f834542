"""How many hours are open in each theme, by one statement over a part of the opening index; and in which themes there
are too many to count."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import BindParameter, CompoundSelect, Row, Select, bindparam, func, literal, select, union_all
from sqlalchemy.orm import Session

from flashmeet.core.database.base import Id
from flashmeet.core.database.elapsed import epoch_seconds
from flashmeet.core.database.lists import among, holds
from flashmeet.core.database.prepared import columns, prepared
from flashmeet.core.database.types import UtcDateTime
from flashmeet.core.intervals import Interval
from flashmeet.schedule.models import MentorPolicy, Opening
from flashmeet.schedule.queries.openings import ALL_THEMES
from flashmeet.themes.models import Theme


def themes_by_size(db: Session, span: Interval, *, hours: int) -> dict[int, bool]:
    """Returns each theme (0 = all), and whether more hours of it than so many begin in the span, whoever may book them.

    Reads so many entries of the index for each theme at most.
    """
    return dict(columns(db, *_beyond(hours, span.start, span.end)))


@prepared
def _beyond(hours: int, start: datetime, end: datetime) -> Select[int, bool]:
    themes = union_all(select(literal(ALL_THEMES).label("id")), select(Theme.id)).subquery()
    of_theme = Opening.theme_id == themes.c.id, Opening.starts_at >= start, Opening.starts_at < end
    further = select(Opening.mentor_id).where(*of_theme).order_by(Opening.starts_at).offset(hours).limit(1)
    return select(themes.c.id, further.correlate(themes).scalar_subquery().is_not(None))


def count_by_theme(
    db: Session,
    span: Interval,
    *,
    theme_ids: Collection[int],
    minutes: int,
    now: datetime,
    mentor_ids: Collection[int] | None = None,
) -> Sequence[Row[int, int, int]]:
    """Returns theme, start (seconds since 1970) and how many open hours begin then, of these mentors or all.

    There are no more rows than themes and quarters of an hour; of the index it reads all hours of these themes.
    """
    places = -(-len(theme_ids) // THEMES_AT_ONCE) * THEMES_AT_ONCE
    if not places:
        return []
    values: dict[str, object] = {"start": span.start, "end": span.end, "now": now}
    values |= {"minutes": minutes, "seconds": minutes * 60}
    values |= {f"theme_{number}": None for number in range(places)}
    values |= {f"theme_{number}": theme_id for number, theme_id in enumerate(theme_ids)}
    if mentor_ids is not None:
        values["mentor_ids"] = mentor_ids
    return columns(db, _by_theme(places, mentor_ids is not None), values)


THEMES_AT_ONCE = 12
"""A statement has room for a multiple of so many themes; places that are left find nothing."""


@cache
def _by_theme(places: int, of_some: bool) -> CompoundSelect[int, int, int]:
    return union_all(*(_of_theme(bindparam(f"theme_{number}", type_=Id), of_some) for number in range(places)))


def _of_theme(theme_id: BindParameter[int], of_some: bool) -> Select[int, int, int]:
    """Each theme is asked for by itself: for a list of themes, SQLite would read the whole index in its order."""
    at = bindparam("now", type_=UtcDateTime)
    lasts = epoch_seconds(Opening.free_until) - epoch_seconds(Opening.starts_at)
    query = (
        select(Opening.theme_id, epoch_seconds(Opening.starts_at), func.count())
        .join(MentorPolicy, MentorPolicy.member_id == Opening.mentor_id)
        .where(
            Opening.theme_id == theme_id,
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
