"""What hangs on a theme, moved or taken away in a constant number of statements, however many people it concerns."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import Insert, Select, Table, delete, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.day import DayOffer
from flashmeet.core.database.session import is_sqlite
from flashmeet.identity.models.member import MentorTheme
from flashmeet.schedule.models.availability import Opening
from flashmeet.schedule.queries.openings import ALL_THEMES
from flashmeet.schedule.rules.booked_hour import LIVE_BOOKING
from flashmeet.themes.models.theme import Theme, ThemeTerm, Unmet


def locked_theme(session: Session, theme_id: int) -> Theme | None:
    return session.get(Theme, theme_id, with_for_update=True, populate_existing=True)


def take_over(session: Session, source_id: int, target_id: int, *, now: datetime) -> None:
    """All that leads to `source` leads to `target`: words, mentors with their hours, what nobody could meet, and the
    sessions that are still to come. Past sessions keep the theme they were agreed in."""
    session.execute(update(ThemeTerm).where(ThemeTerm.theme_id == source_id).values(theme_id=target_id))
    for model in (MentorTheme, Opening, Unmet):
        table = cast(Table, model.__table__)
        session.execute(_copied(session, table, select(table).where(table.c.theme_id == source_id), target_id))
        session.execute(delete(table).where(table.c.theme_id == source_id))
    coming = (Booking.theme_id == source_id, Booking.status.in_(LIVE_BOOKING), Booking.starts_at > now)
    session.execute(update(Booking).where(*coming).values(theme_id=target_id))
    session.execute(update(DayOffer).where(DayOffer.theme_id == source_id).values(theme_id=target_id))
    session.execute(update(Theme).where(Theme.merged_into_id == source_id).values(merged_into_id=target_id))
    session.expire_all()


def hide_hours(session: Session, theme_id: int) -> None:
    """Nobody finds an hour under this theme any more."""
    session.execute(delete(Opening).where(Opening.theme_id == theme_id))


def show_hours(session: Session, theme_id: int) -> None:
    """The hours of its mentors stand under the theme again."""
    table = cast(Table, Opening.__table__)
    mentors = select(MentorTheme.mentor_id).where(MentorTheme.theme_id == theme_id)
    theirs = select(table).where(table.c.theme_id == ALL_THEMES, table.c.mentor_id.in_(mentors))
    session.execute(_copied(session, table, theirs, theme_id))


def _copied(session: Session, table: Table, rows: Select[tuple[object, ...]], theme_id: int) -> Insert:
    """The same rows under another theme; those that are there already stay."""
    names = [column.name for column in table.c]
    chosen = rows.with_only_columns(*(literal(theme_id) if name == "theme_id" else table.c[name] for name in names))
    if is_sqlite(session):
        return sqlite.insert(table).from_select(names, chosen).on_conflict_do_nothing()
    return postgresql.insert(table).from_select(names, chosen).on_conflict_do_nothing()
