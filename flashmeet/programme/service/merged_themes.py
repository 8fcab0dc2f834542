"""What moves along when a theme is merged into another, and the hours that a retired one hides."""

from __future__ import annotations

import typing
from datetime import datetime

from sqlalchemy import Insert, Select, Table, and_, delete, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.models.series import Series
from flashmeet.bookings.rules.series import LIVE_SERIES
from flashmeet.core.database.session import is_sqlite
from flashmeet.identity.models import MentorTheme, ThemeLead
from flashmeet.requests.models import MentoringRequest
from flashmeet.requests.rules.requests import LIVE
from flashmeet.schedule.models import Opening
from flashmeet.schedule.queries.openings import ALL_THEMES
from flashmeet.schedule.rules.booked_hour import LIVE_BOOKING
from flashmeet.themes.models import Theme, ThemeChoice, ThemeInvitation, ThemeTerm, UnmetNeed


def take_over(db: Session, source_id: int, target_id: int, *, now: datetime) -> None:
    """Moves what belongs to the source theme to the target: coming bookings, requests and series under way, offered
    days, terms, mentors with their hours, unmet demand, and what was learned.

    Past bookings keep the theme they were agreed in. Whoever leads the source leads both: its address leads to the
    target.
    """
    for model, *under_way in (
        (Booking, Booking.status.in_(LIVE_BOOKING), Booking.starts_at > now),
        (MentoringRequest, MentoringRequest.state.in_(LIVE)),
        (Series, Series.state.in_(LIVE_SERIES)),
        (DayOffer,),
        (ThemeChoice,),
        (ThemeTerm,),
    ):
        db.execute(update(model).where(model.theme_id == source_id, *under_way).values(theme_id=target_id))
    _keep_promises(db, source_id, target_id)
    for each in (MentorTheme, Opening, UnmetNeed, ThemeInvitation):
        table = typing.cast(Table, each.__table__)
        db.execute(_copied(db, table, select(table).where(table.c.theme_id == source_id), target_id))
        db.execute(delete(table).where(table.c.theme_id == source_id))
    leads = typing.cast(Table, ThemeLead.__table__)
    db.execute(_copied(db, leads, select(leads).where(leads.c.theme_id == source_id), target_id))
    db.execute(update(Theme).where(Theme.merged_into_id == source_id).values(merged_into_id=target_id))
    db.expire_all()


def _keep_promises(db: Session, source_id: int, target_id: int) -> None:
    """Has whoever is to be told of the source's next hour be told of the target's, where the day is noted for both."""
    of_source = aliased(UnmetNeed)
    same_day = and_(
        of_source.theme_id == source_id, of_source.member_id == UnmetNeed.member_id, of_source.day == UnmetNeed.day
    )
    promised = select(of_source.tell_at).where(same_day, of_source.told_at.is_(None)).scalar_subquery()
    waits = select(of_source.member_id).where(same_day, of_source.told_at.is_(None), of_source.tell_at.is_not(None))
    unasked = (UnmetNeed.theme_id == target_id, UnmetNeed.tell_at.is_(None), waits.exists())
    db.execute(update(UnmetNeed).where(*unasked).values(tell_at=promised).execution_options(synchronize_session=False))


def hide_hours(db: Session, theme_id: int) -> None:
    """Removes the theme's hours from the index."""
    db.execute(delete(Opening).where(Opening.theme_id == theme_id))


def show_hours(db: Session, theme_id: int) -> None:
    """Adds the hours of the theme's mentors to the index again."""
    table = typing.cast(Table, Opening.__table__)
    mentors = select(MentorTheme.mentor_id).where(MentorTheme.theme_id == theme_id)
    theirs = select(table).where(table.c.theme_id == ALL_THEMES, table.c.mentor_id.in_(mentors))
    db.execute(_copied(db, table, theirs, theme_id))


def _copied(db: Session, table: Table, rows: Select[tuple[object, ...]], theme_id: int) -> Insert:
    """Returns an insert of the same rows under another theme; existing rows stay."""
    names = [column.name for column in table.c]
    chosen = rows.with_only_columns(*(literal(theme_id) if name == "theme_id" else table.c[name] for name in names))
    if is_sqlite(db):
        return sqlite.insert(table).from_select(names, chosen).on_conflict_do_nothing()
    return postgresql.insert(table).from_select(names, chosen).on_conflict_do_nothing()
