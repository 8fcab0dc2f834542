"""What the database says about a network's set-up, in a constant number of statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Row, Select, SQLColumnExpression, and_, case, exists, func, literal, select
from sqlalchemy.orm import Session

from flashmeet.core.backups import BackupMade
from flashmeet.core.database.kept import is_found, kept, once
from flashmeet.core.settings.models import PageText
from flashmeet.identity.models import Member
from flashmeet.identity.rules import JoiningState
from flashmeet.messages.models import ChannelState
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.people.models import Terms
from flashmeet.people.rules.profiles import STALE_AFTER
from flashmeet.schedule.models import Opening
from flashmeet.schedule.queries.openings import ALL_THEMES
from flashmeet.setup.models import ChannelTrial
from flashmeet.themes.models import Theme

AHEAD, LATELY = timedelta(days=28), timedelta(days=7)


class People(NamedTuple):
    """How many there are: not suspended, of these mentees and without an office; mentors who can be booked, and of
    these with a profile long unchecked; who never signed in, mentors who wait for approval, and people who apply."""

    members: int
    mentees: int
    others: int
    mentors: int
    stale: int
    never: int
    waiting: int
    applied: int


def people_counted(db: Session, now: datetime) -> People:
    """Counts them all in one walk through the members, once in a unit of work that only reads."""
    return once(db, _people_counted, now)


def _people_counted(db: Session, now: datetime) -> People:
    def count(*conditions: SQLColumnExpression[bool]) -> ColumnElement[int]:
        return func.count(case((and_(*conditions), 1)))

    active = and_(~Member.suspended, Member.joining.is_(None))
    profile_at = func.coalesce(Member.confirmed_at, Member.created_at)
    row = db.execute(
        select(
            count(~Member.suspended),
            count(~Member.suspended, Member.mentee),
            count(active, ~Member.administrator),
            count(Member.bookable),
            count(Member.bookable, profile_at < now - STALE_AFTER),
            count(active, Member.signed_in_at.is_(None), Member.created_at < now - LATELY),
            count(active, Member.mentor, ~Member.approved, Member.held_at.is_(None)),
            count(Member.joining == JoiningState.APPROVAL),
        )
    ).one()
    return People(*row)


def open_now(now: datetime, theme_id: int | SQLColumnExpression[int] = ALL_THEMES) -> tuple[ColumnElement[bool], ...]:
    """Selects the openings that can be booked within 28 days."""
    return (
        Opening.theme_id == theme_id,
        Opening.starts_at >= now,
        Opening.starts_at < now + AHEAD,
        Opening.opens_at <= now,
        Opening.closes_at >= now,
    )


def without_hours(now: datetime, theme_id: int = ALL_THEMES) -> tuple[SQLColumnExpression[bool], ...]:
    """Selects approved mentors whom nobody can book within 28 days, or on this theme.

    Who can be booked is listed once: asked mentor by mentor, SQLite reads the whole index for each.
    """
    with_hours = select(Opening.mentor_id).where(*open_now(now, theme_id)).distinct()
    return (Member.bookable, Member.id.not_in(with_hours))


def idle_counted(db: Session, now: datetime) -> int:
    """Counts them: it reads all openings ahead, so that whoever has counted already says so (`found_already`)."""
    return db.scalar(_idle(now)) or 0


def _idle(now: datetime) -> Select[int]:
    return select(func.count()).select_from(Member).where(*without_hours(now))


def counted(db: Session, member_id: int, *, now: datetime) -> Row[int, int, datetime | None, datetime | None, bool]:
    """Returns the mentors whom nobody can book, the active themes in which an hour is open, when the last backup was
    made and verified, and whether the member's number was proved."""
    known = is_found(db, idle_counted, now)
    is_open = exists().where(*open_now(now, Theme.id))
    query = select(
        literal(once(db, idle_counted, now)) if known else _idle(now).scalar_subquery(),
        select(func.count()).select_from(Theme).where(Theme.active, is_open).scalar_subquery(),
        select(func.max(BackupMade.made_at)).scalar_subquery(),
        select(func.max(BackupMade.verified_at)).where(BackupMade.failed_at.is_(None)).scalar_subquery(),
        select(exists().where(Member.id == member_id, Member.phone_verified_at.is_not(None))).scalar_subquery(),
    )
    return db.execute(query).one()


def trials(db: Session) -> dict[ChannelName, ChannelTrial]:
    return {each.channel: each for each in db.scalars(select(ChannelTrial))}


@dataclass(frozen=True, slots=True)
class ChannelAway:
    """A channel whose provider takes nothing: since when, and why, as it last said."""

    since: datetime
    reason: str

    def minutes(self, now: datetime) -> int:
        """Returns for how many minutes, at least one."""
        return max(1, int((now - self.since).total_seconds()) // 60)


def channels_away(db: Session) -> dict[ChannelName, ChannelAway]:
    states = db.scalars(select(ChannelState).where(ChannelState.away_since.is_not(None)))
    return {each.channel: ChannelAway(each.away_since, each.reason or "unknown") for each in states if each.away_since}


def written_pages(db: Session) -> Mapping[str, frozenset[str]]:
    """Returns the languages in which each page has a text of the network's own, which each process keeps."""
    return kept(db, _written_pages)


def _written_pages(db: Session) -> Mapping[str, frozenset[str]]:
    rows = db.execute(select(PageText.name, PageText.texts))
    return {name: frozenset(locale for locale, text in texts.items() if text) for name, texts in rows}


def terms_version(db: Session) -> int:
    """Returns the latest version that was announced and stands, which each process keeps; 0 without any."""
    return kept(db, _terms_version)


def _terms_version(db: Session) -> int:
    return db.scalar(select(func.max(Terms.version)).where(Terms.withdrawn_at.is_(None))) or 0
