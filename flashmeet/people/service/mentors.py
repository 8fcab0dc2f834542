"""Mentors, as members see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session, selectinload

from flashmeet.core.errors import NotFound
from flashmeet.identity.models import ApiToken, LoginSession, Member, MentorTheme, SignInCode
from flashmeet.people.queries import blocked_with, stands_between
from flashmeet.people.service.sign_in import open_one_time


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


def reset_administrator(session: Session, email: str, *, now: datetime) -> str:
    """Ends every session, code and token of that administrator; returns the token of a sign-in link for ten minutes.

    Raises NotFound for an address that is no administrator's.
    """
    member = session.scalar(select(Member).where(Member.email == email.strip().lower(), Member.administrator))
    if member is None:
        raise NotFound
    session.execute(delete(LoginSession).where(LoginSession.member_id == member.id))
    session.execute(delete(SignInCode).where(SignInCode.member_id == member.id))
    session.execute(
        update(ApiToken).where(ApiToken.member_id == member.id, ApiToken.revoked_at.is_(None)).values(revoked_at=now)
    )
    member.suspended = False
    return open_one_time(session, member, now=now)
