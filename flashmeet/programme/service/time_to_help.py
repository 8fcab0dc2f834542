"""Time to help: median and nine of ten from need to held hour, and the seven-day promise, counted by the database.

A need begins with the first search that found no hour, or the first request, of the same mentee on the same theme
within `REACH` before the booking and after their last held hour on it; else with the booking. Themes that were merged
are one. Quantiles are nearest ranks, so that each is the wait of somebody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, exists, func, literal, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.outcome import BookingAnswer
from flashmeet.bookings.rules.outcomes import Happened
from flashmeet.core.database.elapsed import epoch_seconds
from flashmeet.core.database.kept import kept_a_while
from flashmeet.core.database.spread import place_of
from flashmeet.core.intervals import Interval
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.programme.rules.time_to_help import REACH, HelpOnTheme, Promise, TimeToHelp
from flashmeet.requests.models import MentoringRequest
from flashmeet.requests.rules.requests import ENOUGH_MENTORS, PROMISE, RequestState
from flashmeet.schedule.rules.booked_hour import STANDING_BOOKING
from flashmeet.schedule.rules.booking_facts import Format
from flashmeet.themes.models import Theme, UnmetNeed
from flashmeet.themes.queries import became, today_of

A_YEAR, COUNTED_EVERY = timedelta(days=365), timedelta(hours=1)
ENOUGH = 2_000
"""So many hours tell how long help takes: more would tell nothing else. Members are told of those of a theme that were
booked last, pages of administrators of some that are spread over the span; a report counts all."""
_ANSWERED = (RequestState.ACCEPTED, RequestState.SOLVED, RequestState.DECLINED)


def time_to_help(db: Session, span: Interval, *, now: datetime) -> TimeToHelp:
    """Returns the figures of all hours held in the span; one statement."""
    return _told(db, _waits(span, now=now))


def time_to_help_by_some(db: Session, span: Interval, *, now: datetime, theme_id: int | None = None) -> TimeToHelp:
    """Returns the figures of the hours held in the span, on this theme or any; of many, by `ENOUGH` of them, counted
    again after an hour."""

    def count(db: Session, now: datetime) -> TimeToHelp:
        found = _told(db, _waits(span, now=now, theme_id=theme_id, first=place_of(Booking.id)))
        return replace(found, some=found.n == ENOUGH)

    key = ("time to help", theme_id, span.end - span.start)
    return kept_a_while(db, count, of=Theme, key=key, now=now, lasts=COUNTED_EVERY, worth=lambda found: found.some)


def _told(db: Session, waits: Subquery) -> TimeToHelp:
    row = db.execute(_quantiles(waits, by_theme=False)).first()
    return _figures(row.n, row.half, row.most, row.people) if row else TimeToHelp()


def time_to_help_by_theme(db: Session, span: Interval, *, now: datetime) -> Mapping[int, TimeToHelp]:
    """Returns the same by theme; themes without a held hour are left out."""
    rows = db.execute(_quantiles(_waits(span, now=now), by_theme=True))
    return {row.theme_id: _figures(row.n, row.half, row.most, row.people) for row in rows}


def help_on_theme(db: Session, theme_id: int, *, now: datetime) -> HelpOnTheme:
    """Returns what members may read of the last twelve months on this theme; counted again after an hour, or where the
    themes change."""

    def count(db: Session, now: datetime) -> HelpOnTheme:
        span = Interval(now - A_YEAR, now)
        time = _told(db, _waits(span, now=now, theme_id=theme_id, first=Booking.created_at.desc()))
        return HelpOnTheme(
            time=time,
            latest=time.n == ENOUGH,
            promise=seven_day_promise(db, span, now=now, theme_id=theme_id),
        )

    return kept_a_while(db, count, of=Theme, key=("help on a theme", theme_id), now=now, lasts=COUNTED_EVERY)


def _figures(n: int, half: int, most: int, people: int) -> TimeToHelp:
    return TimeToHelp(n=n, median=timedelta(seconds=half), nine_of_ten=timedelta(seconds=most), people=people)


def _waits(
    span: Interval, *, now: datetime, theme_id: int | None = None, first: ColumnElement[Any] | None = None
) -> Subquery:
    """Selects theme, mentee and wait, in seconds, of each first hour held in the span, or of `ENOUGH` in that order.

    The hours of a series follow help already given, but for one that was asked for: a series may be asked for outright.
    """
    began = _earliest(_earliest(epoch_seconds(Booking.created_at), _first_request()), _first_search())
    wait = (epoch_seconds(Booking.starts_at) - began).label("wait")
    return (
        select(today_of(Theme).label("theme_id"), Booking.mentee_id, wait)
        .join(Theme, Theme.id == Booking.theme_id)
        .where(_held(now), Booking.starts_at >= span.start, Booking.starts_at < span.end, _is_first())
        .where(true() if theme_id is None else Booking.theme_id.in_(became(theme_id)))
        .where(Booking.ends_at > span.start)  # as all of these do: an index tells the span by it
        .order_by(first)
        .limit(None if first is None else ENOUGH)
        .subquery()
    )


def _of_the_same_theme(theme_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether the theme is that of the `Booking`, whatever was merged since."""
    other = aliased(Theme)
    return exists().where(other.id == theme_id, today_of(other) == today_of(Theme)).correlate_except(other)


def _held(now: datetime) -> ColumnElement[bool]:
    refused = exists().where(BookingAnswer.booking_id == Booking.id, BookingAnswer.happened == Happened.NO)
    return and_(Booking.status.in_(STANDING_BOOKING), Booking.ends_at <= now, ~refused)


def _is_first() -> ColumnElement[bool]:
    asked_for = exists().where(MentoringRequest.booking_id == Booking.id)
    return or_(Booking.format != Format.SERIES, asked_for)


def _earliest(known: ColumnElement[int], other: ColumnElement[int | None]) -> ColumnElement[int]:
    return case((other < known, other), else_=known)


def _first_request() -> ColumnElement[int | None]:
    asked = MentoringRequest
    query = select(func.min(epoch_seconds(asked.created_at))).where(
        asked.mentee_id == Booking.mentee_id,
        _of_the_same_theme(asked.theme_id),
        asked.created_at <= Booking.created_at,
        epoch_seconds(asked.created_at) >= _since(),
    )
    return query.correlate(Booking, Theme).scalar_subquery()


def _first_search() -> ColumnElement[int | None]:
    query = select(func.min(epoch_seconds(UnmetNeed.at))).where(
        UnmetNeed.member_id == Booking.mentee_id,
        _of_the_same_theme(UnmetNeed.theme_id),
        UnmetNeed.at <= Booking.created_at,
        epoch_seconds(UnmetNeed.at) >= _since(),
    )
    return query.correlate(Booking, Theme).scalar_subquery()


def _since() -> ColumnElement[int]:
    """From when on a search or a request may have led to the booking."""
    reach = epoch_seconds(Booking.created_at) - int(REACH.total_seconds())
    before = aliased(Booking)
    last = (
        select(func.max(epoch_seconds(before.starts_at)))
        .where(
            before.mentee_id == Booking.mentee_id,
            _of_the_same_theme(before.theme_id),
            before.starts_at < Booking.starts_at,
            before.status.in_(STANDING_BOOKING),
        )
        .correlate(Booking, Theme)
        .scalar_subquery()
    )
    return case((last > reach, last), else_=reach)


def _quantiles(waits: Subquery, *, by_theme: bool) -> Select[int, int, int, int, int]:
    """Picks the waits at the ranks of the half and of nine tenths, rounded up."""
    theme = waits.c.theme_id if by_theme else literal(0).label("theme_id")
    parts = [waits.c.theme_id] if by_theme else None
    ranked = select(
        theme,
        waits.c.mentee_id,
        waits.c.wait,
        func.row_number().over(partition_by=parts, order_by=waits.c.wait).label("place"),
        func.count().over(partition_by=parts).label("n"),
    ).subquery()

    def at(rank: ColumnElement[int]) -> ColumnElement[int]:
        return func.max(case((ranked.c.place == rank, ranked.c.wait)))

    return select(
        ranked.c.theme_id,
        ranked.c.n,
        at((ranked.c.n + 1) // 2).label("half"),
        at((9 * ranked.c.n + 9) // 10).label("most"),
        func.count(ranked.c.mentee_id.distinct()).label("people"),
    ).group_by(ranked.c.theme_id, ranked.c.n)


def seven_day_promise(db: Session, span: Interval, *, now: datetime, theme_id: int | None = None) -> Promise:
    """Returns the promise of requests made in the span whose seven days are over, of all themes or one; one statement.

    Withdrawn ones count on neither side; neither do themes with fewer than three mentors today, which promise nothing.
    """
    asked = MentoringRequest
    mentors = (
        select(MentorTheme.theme_id)
        .join(Member, Member.id == MentorTheme.mentor_id)
        .where(Member.bookable)
        .group_by(MentorTheme.theme_id)
        .having(func.count() >= ENOUGH_MENTORS)
    )
    within = epoch_seconds(asked.ended_at) - epoch_seconds(asked.created_at) <= int(PROMISE.total_seconds())
    kept = func.count(case((and_(asked.state.in_(_ANSWERED), within), 1)))
    query = (
        select(kept, func.count(), func.count(asked.mentee_id.distinct()))
        .join(Theme, Theme.id == asked.theme_id)
        .where(
            asked.created_at >= span.start,
            asked.created_at < min(span.end, now - PROMISE),
            asked.state != RequestState.WITHDRAWN,
            today_of(Theme).in_(mentors),
            true() if theme_id is None else asked.theme_id.in_(became(theme_id)),
        )
    )
    found, total, people = db.execute(query).one()
    return Promise(kept=found, of=total, people=people)
