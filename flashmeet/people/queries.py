"""What hangs on a theme, moved or taken away in a constant number of statements, however many people it concerns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, exists, func, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from flashmeet.identity.models import Member, MentorTheme
from flashmeet.people.models import Block, ConductCase, Terms, TermsAcceptance
from flashmeet.people.rules.terms import GRACE


def mentors_of(theme_id: int | SQLColumnExpression[int]) -> Select[Member]:
    """The theme's bookable mentors."""
    of_it = MentorTheme.theme_id == theme_id
    return select(Member).join(MentorTheme, MentorTheme.mentor_id == Member.id).where(of_it, Member.bookable)


Column = InstrumentedAttribute[int]


def blocked_with(db: Session, member_id: int) -> set[int]:
    """Everybody who is hidden from this member, and this member from them. One statement, by its indexes."""
    return set(db.scalars(union(*_hidden_from(member_id))))


def _hidden_from(member_id: int) -> tuple[Select[Any], ...]:
    by, about = ConductCase.by_id, ConductCase.about_id
    return (
        select(Block.other_id).where(Block.by_id == member_id),
        select(Block.by_id).where(Block.other_id == member_id),
        select(about).where(by == member_id, ConductCase.frozen),
        select(by).where(about == member_id, ConductCase.frozen, by.is_not(None)),
    )


def stands_between(db: Session, one_id: int, other_id: int) -> bool:
    """Whether these two are hidden from each other."""
    return bool(db.scalar(select(are_separated(one_id, other_id))))


def are_separated(one_id: int | Column, other_id: int | Column) -> ColumnElement[bool]:
    """The same as a condition: each is an id, or the column that holds it."""
    by, about = ConductCase.by_id, ConductCase.about_id
    blocked = or_(
        and_(Block.by_id == one_id, Block.other_id == other_id), and_(Block.by_id == other_id, Block.other_id == one_id)
    )
    frozen = or_(and_(by == one_id, about == other_id), and_(by == other_id, about == one_id))
    return or_(exists().where(blocked), exists().where(ConductCase.frozen, frozen))


def in_force(db: Session, *, now: datetime) -> Terms | None:
    """The version that binds at `now`; None on an installation that has none."""
    query = select(Terms).where(Terms.in_force_at <= now).order_by(Terms.version.desc())
    return db.scalars(query.limit(1)).first()


def newest(db: Session) -> Terms | None:
    """The version announced last, in force or not yet."""
    return db.scalars(select(Terms).order_by(Terms.version.desc()).limit(1)).first()


def accepted_version(db: Session, member_id: int) -> int:
    """The newest version that the member accepted; 0 when none."""
    query = select(func.max(TermsAcceptance.version)).where(TermsAcceptance.member_id == member_id)
    return db.scalar(query) or 0


def owed(db: Session, member_id: int, *, now: datetime) -> Terms | None:
    """The version in force, while the member has accepted neither it nor a later one."""
    terms = in_force(db, now=now)
    return terms if terms is not None and accepted_version(db, member_id) < terms.version else None


def hides(db: Session, mentor_id: int, *, now: datetime) -> bool:
    """Whether the mentor's open hours are hidden, since the grace has ended without an acceptance."""
    terms = in_force(db, now=now - GRACE)
    return terms is not None and accepted_version(db, mentor_id) < terms.version
