"""How many hours of each theme can really be booked: starts, reduced to what mentors' limits allow.

A mentor of several themes counts in each, since the hour can be booked in any. Of a theme with very many mentors and
hours, some mentors are looked at, and there are about so many hours: counting takes no longer in a larger network.
Days are UTC, weeks and months are in the network's zone, so a mentor in a distant zone may count an hour more or less
at a month's end.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, Subquery, case, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from flashmeet.core.database.lists import among
from flashmeet.core.database.session import is_sqlite
from flashmeet.core.database.spread import PLACES, place_of
from flashmeet.core.intervals import Interval
from flashmeet.core.zones import day_span, local_date
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.schedule.models import MentorPolicy, Opening, QuotaUse
from flashmeet.schedule.queries.counts_by_theme import themes_by_size
from flashmeet.schedule.queries.openings import ALL_THEMES
from flashmeet.schedule.rules.quotas import WINDOW, QuotaRule, month_name, week_name

NO_LIMIT = 10_000
MANY_HOURS, LOOKED_AT = 2_000, 500
"""Of a theme with more starts and more mentors than these, about so many mentors are looked at. They tell its hours
within a few per cent."""
DAY = timedelta(days=1)
Name = Callable[[date], str]
Rows = Select[*tuple[Any, ...]]
Whose = Callable[[InstrumentedAttribute[int]], ColumnElement[bool]]
"""Whether a column holds one of the mentors whose hours are counted."""


@dataclass(frozen=True, slots=True)
class Supply:
    """Hours that can be booked within the window, and the first of them; `about`: worked out from some mentors."""

    hours: int
    first_at: datetime
    about: bool = False


def supply_by_theme(db: Session, mentors: Mapping[int, int], *, tzid: str, now: datetime) -> dict[int, Supply]:
    """Counts bookable hours of each theme that `mentors` names, with how many of its mentors can be booked.

    Starts of one mentor within one clock hour count as one hour, since at most one of them can be booked. Of those
    hours, each day, week and month counts as many as the mentor's limits allow. A mentor's hours are the same in each
    of their themes, so they are counted once, among the index's rows for all themes.
    """
    shares = _shares(db, mentors, now=now)
    offers = select(MentorTheme.theme_id, MentorTheme.mentor_id).join(Member, Member.id == MentorTheme.mentor_id)
    offers = offers.where(Member.bookable, MentorTheme.theme_id.in_(mentors))
    if shares:
        share = case(shares, value=MentorTheme.theme_id, else_=PLACES)
        offers = offers.where(place_of(MentorTheme.mentor_id) < share)
    looked_at = offers.cte()

    def whose(mentor_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
        return mentor_id.in_(select(looked_at.c.mentor_id))

    by_mentor = _by_mentor(db, whose, tzid=tzid, now=now).subquery()
    query = (
        select(looked_at.c.theme_id, func.count(), func.sum(by_mentor.c.hours), func.min(by_mentor.c.first_at))
        .outerjoin(by_mentor, by_mentor.c.mentor_id == looked_at.c.mentor_id)
        .group_by(looked_at.c.theme_id)
    )
    return {
        theme_id: Supply(round(hours * mentors[theme_id] / some), first_at, about=theme_id in shares)
        for theme_id, some, hours, first_at in db.execute(query)
        if hours
    }


def _shares(db: Session, mentors: Mapping[int, int], *, now: datetime) -> dict[int, int]:
    """Returns, for each theme with very many mentors and hours, below which place its mentors are looked at."""
    crowded = {theme_id: count for theme_id, count in mentors.items() if count > LOOKED_AT}
    if not crowded:
        return {}
    sizes = themes_by_size(db, Interval(now, now + WINDOW), hours=MANY_HOURS)
    return {theme_id: PLACES * LOOKED_AT // count for theme_id, count in crowded.items() if sizes.get(theme_id)}


def supply_by_mentor(db: Session, mentor_ids: Collection[int], *, tzid: str, now: datetime) -> Mapping[int, Supply]:
    """Counts the same per mentor, for all themes; mentors without any are left out."""

    def whose(mentor_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
        return among(mentor_id, mentor_ids)

    rows = db.execute(_by_mentor(db, whose, tzid=tzid, now=now))
    return {mentor_id: Supply(int(count), first_at) for mentor_id, count, first_at in rows if count}


def _by_mentor(db: Session, whose: Whose, *, tzid: str, now: datetime) -> Rows:
    """Returns one row per mentor, with the hours that can still be booked and the first of them."""
    hours = _hours(db, now=now).where(Opening.theme_id == ALL_THEMES, whose(Opening.mentor_id)).subquery()
    weeks = _weeks(_periods(hours, tzid=tzid, now=now).subquery(), whose).subquery()
    months = _months(weeks, whose).subquery()
    hours_left, first = func.sum(months.c.hours).label("hours"), func.min(months.c.first_at).label("first_at")
    return select(months.c.mentor_id, hours_left, first).group_by(months.c.mentor_id)


def _hours(db: Session, *, now: datetime) -> Rows:
    """Returns one row per mentor and clock hour."""
    return (
        select(
            Opening.mentor_id,
            func.min(Opening.starts_at).label("first_at"),
            func.min(_unit_of(db, "day", "%Y%m%d")).label("day"),
        )
        .where(
            Opening.starts_at >= now,
            Opening.starts_at < now + WINDOW,
            Opening.opens_at <= now,
            Opening.closes_at >= now,
        )
        .group_by(Opening.mentor_id, _unit_of(db, "hour", "%Y%m%d%H"))
    )


def hours_ahead(db: Session, *, now: datetime, until: datetime) -> ScalarSelect[int]:
    """Counts the clock hours that each `Member` of a statement has open, over all themes."""
    hours = func.count(_unit_of(db, "hour", "%Y%m%d%H").distinct())
    return (
        select(hours)
        .where(Opening.mentor_id == Member.id, Opening.theme_id == ALL_THEMES)
        .where(Opening.starts_at >= now, Opening.starts_at < until, Opening.closes_at >= now)
        .correlate(Member)
        .scalar_subquery()
    )


def _unit_of(db: Session, unit: str, form: str) -> ColumnElement[object]:
    """Returns the UTC hour or day that a start falls into."""
    if is_sqlite(db):
        return func.strftime(form, Opening.starts_at)
    return func.date_trunc(unit, Opening.starts_at)


def _periods(hours: Subquery, *, tzid: str, now: datetime) -> Rows:
    """Adds the names of week and month to the rows."""
    at = hours.c.first_at
    week = _named(at, week_name, tzid=tzid, now=now).label("week")
    return select(hours, week, _named(at, month_name, tzid=tzid, now=now).label("month"))


def _weeks(hours: Subquery, whose: Whose) -> Rows:
    """Applies the limits per day and week; a week that spans two months has a row in each."""
    groups = (hours.c.mentor_id, hours.c.week, hours.c.month)
    counted = (
        select(
            *groups,
            func.min(hours.c.first_at).label("first_at"),
            func.count().label("hours"),
            func.count(hours.c.day.distinct()).label("days"),
        )
        .group_by(*groups)
        .subquery()
    )
    used = _used(QuotaRule.MENTOR_WEEK, whose)
    by_days = counted.c.days * func.coalesce(MentorPolicy.per_day, NO_LIMIT)
    left = func.coalesce(MentorPolicy.per_week, NO_LIMIT) - func.coalesce(used.c.used, 0)
    return (
        select(
            counted.c.mentor_id,
            counted.c.month,
            counted.c.first_at,
            _least(_least(counted.c.hours, by_days), left).label("hours"),
        )
        .join(MentorPolicy, MentorPolicy.member_id == counted.c.mentor_id)
        .outerjoin(used, (used.c.owner_id == counted.c.mentor_id) & (used.c.period == counted.c.week))
    )


def _months(weeks: Subquery, whose: Whose) -> Rows:
    """Applies the limits per month."""
    groups = (weeks.c.mentor_id, weeks.c.month)
    counted = (
        select(*groups, func.min(weeks.c.first_at).label("first_at"), func.sum(weeks.c.hours).label("hours"))
        .group_by(*groups)
        .subquery()
    )
    used = _used(QuotaRule.MENTOR_MONTH, whose)
    left = func.coalesce(MentorPolicy.per_month, NO_LIMIT) - func.coalesce(used.c.used, 0)
    return (
        select(
            counted.c.mentor_id,
            counted.c.first_at,
            _least(counted.c.hours, left).label("hours"),
        )
        .join(MentorPolicy, MentorPolicy.member_id == counted.c.mentor_id)
        .outerjoin(used, (used.c.owner_id == counted.c.mentor_id) & (used.c.period == counted.c.month))
    )


def _named(at: ColumnElement[datetime], name: Name, *, tzid: str, now: datetime) -> ColumnElement[str]:
    """Returns the name of the week or month of `at`, among the few that the window touches."""
    today = local_date(now, tzid)
    days = [today + number * DAY for number in range(WINDOW.days + 2)]
    turns = [(at < day_span(after, tzid)[0], name(day)) for day, after in pairwise(days) if name(day) != name(after)]
    last = literal(name(days[-1]))
    return case(*turns, else_=last) if turns else last


def _used(rule: QuotaRule, whose: Whose) -> Subquery:
    """Counts the bookings towards each mentor's periods."""
    query = select(QuotaUse.owner_id, QuotaUse.period, func.count().label("used"))
    towards = query.where(QuotaUse.rule == rule, whose(QuotaUse.owner_id))
    return towards.group_by(QuotaUse.owner_id, QuotaUse.period).subquery()


def _least(one: ColumnElement[int], other: ColumnElement[int]) -> ColumnElement[int]:
    """Returns the smaller number, at least 0."""
    return case((other < 0, 0), (one < other, one), else_=other)
