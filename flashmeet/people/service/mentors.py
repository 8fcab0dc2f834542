"""Mentors, as members see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from flashmeet.core.errors import NotFound
from flashmeet.identity.models.member import Member, MentorTheme
from flashmeet.people.queries.blocks import blocked_with, stands_between


def mentor(session: Session, mentor_id: int, *, viewer_id: int | None = None) -> Member:
    """A bookable mentor. Raises NotFound, for one who is hidden from the viewer too."""
    member = session.get(Member, mentor_id)
    if member is None or not member.bookable:
        raise NotFound
    if viewer_id is not None and stands_between(session, mentor_id, viewer_id):
        raise NotFound
    return member


def find_mentors(
    session: Session,
    *,
    viewer_id: int,
    theme_id: int | None = None,
    text: str = "",
    after_id: int = 0,
    limit: int = 20,
) -> Sequence[Member]:
    """Bookable mentors in order of id, of a theme and with a text in name, headline, company or sector; without those
    who are hidden from the viewer."""
    query = select(Member).where(Member.bookable, Member.id > after_id)
    query = query.where(Member.id.not_in(blocked_with(session, viewer_id)))
    if theme_id is not None:
        query = query.where(Member.id.in_(select(MentorTheme.mentor_id).where(MentorTheme.theme_id == theme_id)))
    for word in text.split()[:5]:
        columns = (Member.first_name, Member.last_name, Member.headline, Member.company, Member.sector)
        query = query.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return session.scalars(query.options(selectinload(Member.offers)).order_by(Member.id).limit(limit)).all()


def members_among(session: Session, ids: Iterable[int]) -> dict[int, Member]:
    """Those members with what they offer, by id; in two statements, however many."""
    query = select(Member).where(Member.id.in_(set(ids))).options(selectinload(Member.offers))
    return {member.id: member for member in session.scalars(query)}
