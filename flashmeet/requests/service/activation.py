"""Encouragement of mentees who have neither booked nor asked: once, a week after joining, with three mentors."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Select, exists, func, select, union
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.agenda import current_theme
from flashmeet.identity.models import LoginSession, Member, MentorTheme
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.write import send
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.requests.models import MentoringRequest
from flashmeet.requests.rules.messages import ENCOURAGEMENT
from flashmeet.requests.rules.requests import ENOUGH_MENTORS
from flashmeet.requests.service.notices import suggestion_payloads
from flashmeet.requests.service.waves import active_mentors
from flashmeet.schedule.models import Opening
from flashmeet.schedule.service.suggestions import AHEAD, Suggestion, suggestions
from flashmeet.themes.models import Theme

AFTER, UNTIL = timedelta(days=7), timedelta(days=28)
PEOPLE, AT_ONCE, LOOKED_AT = 3, 100, 1_000
INVITATION = "invited"
"""The kind of mail by which `outreach`, a later feature, calls members in."""


def encourage(db: Session, *, now: datetime) -> int:
    """Mails mentees without a booking, where three mentors of one theme have an hour; returns how many."""
    shy = db.scalars(_shy(now)).all()
    if not shy:
        return 0
    sent, themes = 0, _Themes(db, _lively_theme(db, now=now))
    for member in shy:
        if sent < AT_ONCE:
            sent += _encourage(db, member, themes, now=now)
    return sent


@dataclass(slots=True)
class _Themes:
    """Finds the theme to suggest, and which themes have enough mentors; each is queried once."""

    db: Session
    fallback: Theme | None
    _enough: dict[int, bool] = field(default_factory=dict)

    def have_mentors(self, theme: Theme) -> bool:
        if theme.id not in self._enough:
            self._enough[theme.id] = active_mentors(self.db, theme.id) >= ENOUGH_MENTORS
        return self._enough[theme.id]


def _encourage(db: Session, member: Member, themes: _Themes, *, now: datetime) -> bool:
    """Mails one mentee about the theme they looked at last, else the theme with the most open hours."""
    for theme in (current_theme(db, member), themes.fallback):
        if theme is None or not themes.have_mentors(theme):
            continue
        people = suggestions(db, member, theme=theme, now=now, limit=PEOPLE)
        if len(people) == PEOPLE:
            _write(db, member, theme, people, now=now)
            return True
    return False


def _shy(now: datetime) -> Select[Member]:
    """Selects mentees who joined a week ago and neither booked nor asked.

    Imported ones count from first signing in, those who never did from their latest invitation to come in.
    """
    within = (now - UNTIL, now - AFTER)
    signed_in = select(LoginSession.member_id).where(LoginSession.created_at.between(*within))
    confirmed = select(Member.id).where(Member.confirmed_at.between(*within))
    first_login = select(func.min(LoginSession.created_at)).where(LoginSession.member_id == Member.id)
    invited = select(func.max(OutboxMessage.settled_at)).where(
        OutboxMessage.recipient_id == Member.id,
        OutboxMessage.kind == INVITATION,
        OutboxMessage.state == OutboxState.SENT,
    )
    called = select(Member.id).where(Member.signed_in_at.is_(None), Member.confirmed_at.is_(None), Member.mentee)
    came_at = func.coalesce(
        first_login.correlate(Member).scalar_subquery(),
        Member.confirmed_at,
        invited.correlate(Member).scalar_subquery(),
    )
    return (
        select(Member)
        .where(
            Member.id.in_(union(signed_in, confirmed, called)),
            Member.mentee,
            ~Member.suspended,
            came_at <= now - AFTER,
            came_at > now - UNTIL,
            ~Member.paused(now),
            ~exists().where(Booking.mentee_id == Member.id),
            ~exists().where(MentoringRequest.mentee_id == Member.id),
            ~exists().where(OutboxMessage.recipient_id == Member.id, OutboxMessage.kind == ENCOURAGEMENT),
        )
        .order_by(Member.id)
        .limit(LOOKED_AT)
    )


def _lively_theme(db: Session, *, now: datetime) -> Theme | None:
    """The theme with most mentors who have an open hour, of those with three mentors or more."""
    enough = (
        select(MentorTheme.theme_id)
        .join(Member, Member.id == MentorTheme.mentor_id)
        .where(Member.bookable)
        .group_by(MentorTheme.theme_id)
        .having(func.count() >= ENOUGH_MENTORS)
    )
    query = (
        select(Opening.theme_id)
        .where(Opening.theme_id.in_(enough), Opening.starts_at > now, Opening.starts_at < now + AHEAD)
        .where(Opening.opens_at <= now, Opening.closes_at >= now)
        .group_by(Opening.theme_id)
        .order_by(func.count(func.distinct(Opening.mentor_id)).desc(), Opening.theme_id)
        .limit(1)
    )
    theme_id = db.scalars(query).first()
    return db.get(Theme, theme_id) if theme_id else None


def _write(db: Session, member: Member, theme: Theme, people: list[Suggestion], *, now: datetime) -> None:
    send(
        db,
        subject=f"encouragement:{member.id}",
        version=0,
        recipient_id=member.id,
        channel=ChannelName.MAIL,
        message=ENCOURAGEMENT.saying({"theme": theme.names, "slug": theme.slug, "people": suggestion_payloads(people)}),
        now=now,
        not_after=now + timedelta(days=2),
    )
