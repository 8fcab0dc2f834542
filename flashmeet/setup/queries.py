"""What the database says about a network's set-up, in a constant number of statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, exists, func, select
from sqlalchemy.orm import Session

from flashmeet.core.backups import BackupMade
from flashmeet.core.database.kept import kept
from flashmeet.core.settings.models import PageText
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.messages.models import ChannelState
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.people.models import Terms
from flashmeet.schedule.models import Opening
from flashmeet.schedule.queries.openings import ALL_THEMES
from flashmeet.setup.models import ChannelTrial
from flashmeet.themes.models import Theme

AHEAD = timedelta(days=28)


def open_now(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Selects the openings that can be booked within 28 days."""
    return (
        Opening.theme_id == ALL_THEMES,
        Opening.starts_at >= now,
        Opening.starts_at < now + AHEAD,
        Opening.opens_at <= now,
        Opening.closes_at >= now,
    )


def counted(
    db: Session, member_id: int, *, now: datetime
) -> Row[int, int, int, int, datetime | None, datetime | None, bool]:
    """Returns members, approved mentors, those with hours, the active themes of these, and when the last backup was
    made and verified; and when the member's number was proved."""
    with_hours = select(Opening.mentor_id).where(*open_now(now)).distinct()
    open_mentor = (Member.bookable, Member.id.in_(with_hours))
    themes_open = (
        select(func.count(func.distinct(MentorTheme.theme_id)))
        .join(Member, Member.id == MentorTheme.mentor_id)
        .join(Theme, Theme.id == MentorTheme.theme_id)
        .where(*open_mentor, Theme.active)
    )
    query = select(
        select(func.count()).select_from(Member).where(~Member.suspended).scalar_subquery(),
        select(func.count()).select_from(Member).where(Member.bookable).scalar_subquery(),
        select(func.count()).select_from(Member).where(*open_mentor).scalar_subquery(),
        themes_open.scalar_subquery(),
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
