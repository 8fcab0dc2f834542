"""Who is hidden from whom: a block by either, or a case that keeps two people apart. It always holds both ways."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from flashmeet.people.models.conduct import Block, ConductCase

Column = InstrumentedAttribute[int]


def blocked_with(session: Session, member_id: int) -> set[int]:
    """Everybody who is hidden from this member, and this member from them. One statement, by its indexes."""
    return set(session.scalars(union(*_hidden_from(member_id))))


def _hidden_from(member_id: int) -> tuple[Select[Any], ...]:
    by, about = ConductCase.by_id, ConductCase.about_id
    return (
        select(Block.other_id).where(Block.by_id == member_id),
        select(Block.by_id).where(Block.other_id == member_id),
        select(about).where(by == member_id, ConductCase.frozen),
        select(by).where(about == member_id, ConductCase.frozen, by.is_not(None)),
    )


def stands_between(session: Session, one_id: int, other_id: int) -> bool:
    """Whether these two are hidden from each other."""
    return bool(session.scalar(select(apart(one_id, other_id))))


def apart(one_id: int | Column, other_id: int | Column) -> ColumnElement[bool]:
    """The same as a condition: each is an id, or the column that holds it."""
    by, about = ConductCase.by_id, ConductCase.about_id
    blocked = or_(
        and_(Block.by_id == one_id, Block.other_id == other_id), and_(Block.by_id == other_id, Block.other_id == one_id)
    )
    frozen = or_(and_(by == one_id, about == other_id), and_(by == other_id, about == one_id))
    return or_(exists().where(blocked), exists().where(ConductCase.frozen, frozen))
