"""Mentors, as members see them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session, selectinload

from flashmeet.core.database.lists import among
from flashmeet.core.database.prepared import columns, prepared
from flashmeet.core.errors import NotFound
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.identity.queries import described
from flashmeet.identity.rules import active_lately, full_name
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


class Face(NamedTuple):
    """What a card shows of a mentor; `proof` is their line on the theme that is looked at, "" for none."""

    id: int
    name: str
    headline: str
    languages: Sequence[str]
    photo_at: datetime | None
    active: bool
    proof: str


def faces(db: Session, ids: Iterable[int], theme_id: int | None, *, today: date) -> dict[int, Face]:
    """Returns those members as cards show them, by id, in one statement."""
    return {
        id: Face(
            id,
            full_name(first, last),
            headline,
            languages,
            photo_at,
            active_lately(shows_activity, seen_on, today),
            proof or "",
        )
        for id, first, last, headline, languages, photo_at, shows_activity, seen_on, proof in columns(
            db, *_faces(list(ids), theme_id)
        )
    }


@prepared
def _faces(ids: Collection[int], theme_id: int | None) -> Select[*tuple[Any, ...]]:
    shown = (Member.headline, Member.languages, Member.photo_at, Member.shows_activity, Member.seen_on)
    proof = and_(MentorTheme.mentor_id == Member.id, MentorTheme.theme_id == theme_id)
    return (
        select(Member.id, Member.first_name, Member.last_name, *shown, MentorTheme.proof)
        .outerjoin(MentorTheme, proof)
        .where(among(Member.id, ids))
    )


@prepared
def _with_offers(ids: Collection[int]) -> Select[Member]:
    return select(Member).where(among(Member.id, ids)).options(selectinload(Member.offers))
