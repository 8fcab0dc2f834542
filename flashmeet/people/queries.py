"""Reads that several features share: a theme's mentors, blocks between members, and terms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    SQLColumnExpression,
    and_,
    exists,
    func,
    or_,
    select,
    union,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from flashmeet.core.database.kept import kept, once
from flashmeet.core.database.prepared import columns, prepared
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.people.models import Block, ConductCase, Terms, TermsAcceptance
from flashmeet.people.rules.cases import CaseKind
from flashmeet.people.rules.terms import GRACE


def mentors_of(theme_id: int | SQLColumnExpression[int]) -> Select[Member]:
    """Returns a query for the theme's bookable mentors."""
    of_it = MentorTheme.theme_id == theme_id
    return select(Member).join(MentorTheme, MentorTheme.mentor_id == Member.id).where(of_it, Member.bookable)


Column = InstrumentedAttribute[int]
Id = int | Column | BindParameter[int]


def blocked_with(db: Session, member_id: int) -> set[int]:
    """Returns the ids hidden from this member, which is mutual. One statement, answered from indexes."""
    return set(once(db, read_hidden, member_id))


def read_hidden(db: Session, member_id: int) -> frozenset[int]:
    return frozenset(other_id for (other_id,) in columns(db, *_hidden_from(member_id)))


@prepared
def _hidden_from(member_id: int) -> CompoundSelect[int]:
    return hidden_from(member_id)


def hidden_from(member_id: Id) -> CompoundSelect[int]:
    """Selects whom `blocked_with` returns."""
    by, about = ConductCase.by_id, ConductCase.about_id
    return union(
        select(Block.other_id).where(Block.by_id == member_id),
        select(Block.by_id).where(Block.other_id == member_id),
        select(about).where(by == member_id, ConductCase.frozen),
        select(by).where(about == member_id, ConductCase.frozen, by.is_not(None)),
    )


def is_blocked_between(db: Session, one_id: int, other_id: int) -> bool:
    """Whether the two members are hidden from each other."""
    return bool(db.scalar(select(are_separated(one_id, other_id))))


def are_separated(one_id: Id, other_id: Id) -> ColumnElement[bool]:
    """Like `is_blocked_between`, as a condition; each argument is an id, a place for one, or the column of one."""
    by, about = ConductCase.by_id, ConductCase.about_id
    blocked = or_(
        and_(Block.by_id == one_id, Block.other_id == other_id), and_(Block.by_id == other_id, Block.other_id == one_id)
    )
    frozen = or_(and_(by == one_id, about == other_id), and_(by == other_id, about == one_id))
    return or_(exists().where(blocked), exists().where(ConductCase.frozen, frozen))


def paused_one(member_id: Id) -> ColumnElement[bool]:
    """Selects by whether an administrator still has to talk to this member, who books nothing until then."""
    return exists().where(
        ConductCase.about_id == member_id, ConductCase.kind == CaseKind.PAUSE, ConductCase.closed_at.is_(None)
    )


def terms_in_force(db: Session, *, now: datetime) -> Terms | None:
    """Returns the version in force at `now`; None if there is none."""
    version = terms_version_in_force(db, now=now)
    return db.get(Terms, version) if version else None


def terms_version_in_force(db: Session, *, now: datetime) -> int:
    """Its number; 0 where there is none."""
    return max((version for version, at in kept(db, _announced) if at <= now), default=0)


def _announced(db: Session) -> Sequence[tuple[int, datetime]]:
    """Every version that stands, with the moment from which on it binds."""
    standing = select(Terms.version, Terms.in_force_at).where(Terms.withdrawn_at.is_(None))
    return [(version, at) for version, at in db.execute(standing)]


def newest_terms(db: Session) -> Terms | None:
    """Returns the version announced last that stands, in force or not."""
    standing = select(Terms).where(Terms.withdrawn_at.is_(None))
    return db.scalars(standing.order_by(Terms.version.desc()).limit(1)).first()


def latest_terms(db: Session) -> Terms | None:
    """Returns the version announced last, withdrawn or not: the next one counts from it."""
    return db.scalars(select(Terms).order_by(Terms.version.desc()).limit(1)).first()


def terms_not_accepted(db: Session, member_id: int) -> Sequence[tuple[int, datetime]]:
    """Returns the versions that stand and that the member has not accepted, with the moments from which they bind.

    Asks the database only where there is a version at all.
    """
    announced = kept(db, _announced)
    accepted = accepted_terms_version(db, member_id) if announced else 0
    return sorted((version, at) for version, at in announced if version > accepted)


def accepted_terms_version(db: Session, member_id: int) -> int:
    """Returns the newest version that the member accepted; 0 when none."""
    query = select(func.max(TermsAcceptance.version)).where(TermsAcceptance.member_id == member_id)
    return db.scalar(query) or 0


def terms_owed(db: Session, member_id: int, *, now: datetime) -> Terms | None:
    """Returns the version in force if the member has accepted neither it nor a later one, else None."""
    version = terms_version_in_force(db, now=now)
    return db.get(Terms, version) if version and accepted_terms_version(db, member_id) < version else None


def terms_hide_hours(db: Session, mentor_id: int, *, now: datetime) -> bool:
    """Whether the mentor's open hours are hidden, because the grace period ended without an acceptance."""
    version = terms_version_in_force(db, now=now - GRACE)
    return version > 0 and accepted_terms_version(db, mentor_id) < version
