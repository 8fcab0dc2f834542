"""The people of one theme: who mentors in it, who wants to, and whose request waits for an hour of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from flashmeet.core.errors import NotFound
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.people.service.membership import approve
from flashmeet.requests.models import MentoringRequest
from flashmeet.requests.rules.requests import LIVE, RequestKind
from flashmeet.schedule.queries.supply import supply_by_mentor

MOST_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeMentor:
    """A mentor of the theme. `hours`: those of theirs that can be booked in the next 28 days, whatever the theme."""

    member: Member
    proof: str
    hours: int

    @property
    def waits(self) -> bool:
        """Whether they wait for an approval, which they never had."""
        return not self.member.approved and self.member.held_at is None


@dataclass(frozen=True, slots=True)
class ThemePeople:
    """Some of a theme's mentors, those who wait for an approval first; `total` counts all."""

    mentors: Sequence[ThemeMentor]
    total: int


def mentors_of_theme(db: Session, theme_id: int, *, tzid: str, now: datetime) -> ThemePeople:
    query = (
        select(Member, MentorTheme.proof)
        .join(MentorTheme, MentorTheme.mentor_id == Member.id)
        .where(MentorTheme.theme_id == theme_id)
        .where(Member.mentor, ~Member.suspended, Member.joining.is_(None), Member.erased_at.is_(None))
    )
    total = db.scalar(select(func.count()).select_from(query.subquery())) or 0
    order = (Member.approved, Member.held_at.is_not(None), Member.sort_name, Member.id)
    rows = db.execute(query.order_by(*order).limit(MOST_SHOWN)).all()
    supply = supply_by_mentor(db, [member.id for member, _ in rows], tzid=tzid, now=now)
    found = [
        ThemeMentor(member=member, proof=proof, hours=supply[member.id].hours if member.id in supply else 0)
        for member, proof in rows
    ]
    return ThemePeople(found, total)


def approve_in_theme(db: Session, theme_id: int, member_id: int, *, now: datetime) -> Member:
    """Approves a mentor who waits for it and helps with the theme. Raises NotFound, also for one who was paused."""
    member = db.get(Member, member_id)
    if member is None or db.get(MentorTheme, (member_id, theme_id)) is None:
        raise NotFound
    if not member.mentor or member.suspended or member.held_at is not None:
        raise NotFound
    return approve(db, member_id, now=now)


@dataclass(frozen=True, slots=True)
class WaitingRequests:
    """Requests that wait for an hour of a theme, the longest-waiting first; `total` counts all."""

    requests: Sequence[MentoringRequest]
    total: int


def requests_waiting(db: Session, theme_id: int) -> WaitingRequests:
    waiting = (
        MentoringRequest.theme_id == theme_id,
        MentoringRequest.kind == RequestKind.THEME,
        MentoringRequest.state.in_(LIVE),
    )
    query = select(MentoringRequest).where(*waiting).options(selectinload(MentoringRequest.asks))
    found = db.scalars(query.order_by(MentoringRequest.created_at, MentoringRequest.id).limit(MOST_SHOWN)).all()
    return WaitingRequests(found, db.scalar(select(func.count()).select_from(MentoringRequest).where(*waiting)) or 0)
