"""Unmet searches: counted once per member, theme and day; the member is informed when an hour opens."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Select, Table, exists, func, select, tuple_, update
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_new
from flashmeet.core.database.prepared import any_rows, prepared
from flashmeet.core.numbers import number_or_none
from flashmeet.core.text import fold
from flashmeet.core.zones import local_date
from flashmeet.identity.models import Member
from flashmeet.messages.outbox.write import mail
from flashmeet.people.rules.facts import tidy_line
from flashmeet.schedule.models import Opening
from flashmeet.schedule.service.in_reach import ThemeHours
from flashmeet.themes.models import Theme, ThemeProposal, UnmetNeed
from flashmeet.themes.rules.changes import UnmetCause
from flashmeet.themes.rules.messages import THEME_OPEN

LOOKED_AT = 100
"""Members looked at in one transaction: each takes a few reads."""
PROPOSAL_CHARACTERS = 80


def record_unmet_need(db: Session, member: Member, theme_id: int, cause: UnmetCause, *, now: datetime) -> None:
    """Counts an unmet search, once a day in the member's zone."""
    row = {
        "member_id": member.id,
        "theme_id": theme_id,
        "day": local_date(now, member.tzid),
        "cause": cause,
        "at": now,
        "tell_at": None,
        "told_at": None,
    }
    insert_new(db, cast(Table, UnmetNeed.__table__), [row])


def notify_when_open(db: Session, member: Member, theme: Theme, *, now: datetime) -> None:
    """Requests one mail to the member when an hour of the theme opens."""
    record_unmet_need(db, member, theme.id, UnmetCause.TELL, now=now)
    today = (
        UnmetNeed.member_id == member.id,
        UnmetNeed.theme_id == theme.id,
        UnmetNeed.day == local_date(now, member.tzid),
        UnmetNeed.tell_at.is_(None),
    )
    db.execute(update(UnmetNeed).where(*today).values(tell_at=now))


def waits_for(db: Session, member: Member, theme_id: int) -> bool:
    """Whether the member has asked to be informed and has not been yet."""
    [waits] = any_rows(db, wishes(member.id, theme_id))
    return waits


@prepared
def wishes(member_id: int, theme_id: int) -> Select[int]:
    """What `waits_for` looks for, for a page that asks for several kinds at once (`any_rows`)."""
    return select(UnmetNeed.theme_id).where(
        UnmetNeed.member_id == member_id, UnmetNeed.theme_id == theme_id, *_unnotified()
    )


def notify_waiting(db: Session, *, now: datetime) -> int:
    """Mails members for whose theme there is an hour that they could take; returns how many."""
    told, reached = _notify_from(db, (0, 0), now=now)
    while reached:
        more, reached = _notify_from(db, reached, now=now)
        told += more
    return told


def notify_some(db: Session, reached: str, *, now: datetime) -> str:
    """The same for the next of them, from where the last call ended ("" at first); returns where this one did, "" after
    the last."""
    theme_id, _, member_id = reached.partition(":")
    _, ended = _notify_from(db, (number_or_none(theme_id) or 0, number_or_none(member_id) or 0), now=now)
    return f"{ended[0]}:{ended[1]}" if ended else ""


_Place = tuple[int, int]
"""The ids of the theme and the member last looked at."""


def _notify_from(db: Session, after: _Place, *, now: datetime) -> tuple[int, _Place | None]:
    """Returns how many were mailed, and the last who was looked at; None where nobody comes after them."""
    waiting = db.execute(_waiting(after, now=now)).all()
    members = {each.id: each for each in db.scalars(select(Member).where(Member.id.in_({row[1] for row in waiting})))}
    themes = {each.id: each for each in db.scalars(select(Theme).where(Theme.id.in_({row[0] for row in waiting})))}
    hours = {theme_id: ThemeHours(db, theme_id, now=now) for theme_id in themes}
    told = 0
    for theme_id, member_id, asked_at in waiting:
        if next(hours[theme_id].for_member(members[member_id]), None) is not None:
            _notify(db, member_id, themes[theme_id], asked_at or now, now=now)
            told += 1
    return told, (waiting[-1][0], waiting[-1][1]) if len(waiting) == LOOKED_AT else None


def _waiting(after: _Place, *, now: datetime) -> Select[int, int, datetime | None]:
    """Selects the next who wait for a theme that has an open hour of anybody else's."""
    open_hour = exists().where(
        Opening.theme_id == UnmetNeed.theme_id,
        Opening.mentor_id != UnmetNeed.member_id,
        Opening.starts_at >= now,
        Opening.opens_at <= now,
        Opening.closes_at >= now,
    )
    return (
        select(UnmetNeed.theme_id, UnmetNeed.member_id, func.min(UnmetNeed.tell_at))
        .where(*_unnotified(), open_hour, tuple_(UnmetNeed.theme_id, UnmetNeed.member_id) > tuple_(*after))
        .group_by(UnmetNeed.theme_id, UnmetNeed.member_id)
        .order_by(UnmetNeed.theme_id, UnmetNeed.member_id)
        .limit(LOOKED_AT)
    )


def _unnotified() -> tuple[ColumnElement[bool], ...]:
    return (UnmetNeed.tell_at.is_not(None), UnmetNeed.told_at.is_(None))


def _notify(db: Session, member_id: int, theme: Theme, asked_at: datetime, *, now: datetime) -> None:
    mail(
        db,
        member_id,
        THEME_OPEN.saying({"theme": theme.names, "slug": theme.slug}),
        f"theme:{theme.id}",
        version=int(asked_at.timestamp()),
        now=now,
    )
    mine = (UnmetNeed.member_id == member_id, UnmetNeed.theme_id == theme.id, UnmetNeed.told_at.is_(None))
    db.execute(update(UnmetNeed).where(*mine, UnmetNeed.tell_at.is_not(None)).values(told_at=now))


def propose_theme(db: Session, member: Member, text: str, *, now: datetime) -> None:
    """Stores a theme that the member misses, in their words, once. Raises Missing, TooLong."""
    line = tidy_line("theme", text, most=PROPOSAL_CHARACTERS, required=True)
    row = {"member_id": member.id, "term": fold(line) or line, "text": line, "at": now}
    insert_new(db, cast(Table, ThemeProposal.__table__), [row])
