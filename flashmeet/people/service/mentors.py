"""Mentors, as members see them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from flashmeet.core.database.lists import among
from flashmeet.core.database.prepared import columns, prepared
from flashmeet.core.errors import NotFound
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.identity.queries import described
from flashmeet.people.queries import blocked_with, is_blocked_between


def mentor(db: Session, mentor_id: int, *, viewer_id: int | None = None) -> Member:
    """Returns a bookable mentor. Raises NotFound, also for one who is hidden from the viewer."""
    member = db.get(Member, mentor_id)
    if member is None or not member.bookable:
        raise NotFound
    if viewer_id is not None and is_blocked_between(db, mentor_id, viewer_id):
        raise NotFound
    return member


def find_mentors(
    db: Session,
    *,
    viewer_id: int,
    theme_id: int | None = None,
    text: str = "",
    after_id: int = 0,
    limit: int = 20,
) -> Sequence[Member]:
    """Returns bookable mentors by id, of a theme and with words in name, headline, company or sector.

    Mentors who are hidden from the viewer are left out.
    """
    query = select(Member).where(Member.bookable, Member.id > after_id)
    query = query.where(Member.id.not_in(blocked_with(db, viewer_id)))
    if theme_id is not None:
        query = query.where(Member.id.in_(select(MentorTheme.mentor_id).where(MentorTheme.theme_id == theme_id)))
    query = query.where(*described(text))
    return db.scalars(query.options(selectinload(Member.offers)).order_by(Member.id).limit(limit)).all()


def members_among(db: Session, ids: Iterable[int]) -> dict[int, Member]:
    """Returns those members with their themes, by id, in two statements however many there are."""
    return {member.id: member for member in db.scalars(*_with_offers(list(ids)))}


def members_by_id(db: Session, ids: Iterable[int]) -> dict[int, Member]:
    """Returns those members without their themes, in one statement."""
    return {member.id: member for member in db.scalars(*_members(list(ids)))}


def proofs_on(db: Session, theme_id: int, ids: Iterable[int]) -> dict[int, str]:
    """Returns each mentor's line of proof on the theme, by id."""
    return dict(columns(db, *_proofs(list(ids), theme_id)))


@prepared
def _members(ids: Collection[int]) -> Select[Member]:
    return select(Member).where(among(Member.id, ids))


@prepared
def _proofs(ids: Collection[int], theme_id: int) -> Select[int, str]:
    chosen = among(MentorTheme.mentor_id, ids), MentorTheme.theme_id == theme_id
    return select(MentorTheme.mentor_id, MentorTheme.proof).where(*chosen)


@prepared
def _with_offers(ids: Collection[int]) -> Select[Member]:
    return select(Member).where(among(Member.id, ids)).options(selectinload(Member.offers))
