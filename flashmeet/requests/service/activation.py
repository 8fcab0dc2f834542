"""A word to who has not dared yet: once, a week after they came, with three people who have an hour."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.agenda import current_theme
from flashmeet.identity.models import LoginSession, Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.write import send
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.people.queries import mentors_of
from flashmeet.requests.models import MentoringRequest
from flashmeet.requests.rules.messages import ENCOURAGEMENT
from flashmeet.requests.rules.requests import ENOUGH_MENTORS
from flashmeet.requests.service.notices import suggestion_payloads
from flashmeet.requests.service.waves import active_mentors
from flashmeet.schedule.models import Opening
from flashmeet.schedule.service.suggestions import Suggestion, suggestions
from flashmeet.themes.models import Theme

AFTER, UNTIL = timedelta(days=7), timedelta(days=28)
PEOPLE, AT_ONCE, LOOKED_AT = 3, 100, 1_000


def encourage(db: Session, *, now: datetime) -> int:
    """Writes to mentees without an hour, where three people of one theme could give one; returns how many."""
    sent = 0
    fallback = _lively_theme(db, now=now)
    for member in db.scalars(_shy(now)).all():
        if sent < AT_ONCE:
            sent += _encourage(db, member, fallback, now=now)
    return sent


def _encourage(db: Session, member: Member, fallback: Theme | None, *, now: datetime) -> bool:
    """For the theme they looked at last, else for the one where most is to be had."""
    own = current_theme(db, member)
    for theme in (own, fallback):
        if theme is None or active_mentors(db, theme.id) < ENOUGH_MENTORS:
            continue
        people = suggestions(db, member, theme=theme, now=now, limit=PEOPLE)
        if len(people) == PEOPLE:
            _write(db, member, theme, people, now=now)
            return True
    return False


def _shy(now: datetime) -> Select[Member]:
    """Who came a week ago, and neither booked nor asked since. Who was imported comes when they first sign in."""
    first_login = select(func.min(LoginSession.created_at)).where(LoginSession.member_id == Member.id)
    came_at = func.coalesce(first_login.correlate(Member).scalar_subquery(), Member.confirmed_at)
    return (
        select(Member)
        .where(
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
    """The theme with most open hours, of those with three mentors or more."""
    query = (
        select(Opening.theme_id)
        .where(Opening.theme_id > 0, Opening.starts_at > now, Opening.opens_at <= now, Opening.closes_at >= now)
        .where(_has_enough_mentors())
        .group_by(Opening.theme_id)
        .order_by(func.count(func.distinct(Opening.mentor_id)).desc(), Opening.theme_id)
        .limit(1)
    )
    theme_id = db.scalars(query).first()
    return db.get(Theme, theme_id) if theme_id else None


def _has_enough_mentors() -> ColumnElement[bool]:
    mentors = mentors_of(Opening.theme_id).with_only_columns(func.count()).correlate(Opening).scalar_subquery()
    return mentors >= ENOUGH_MENTORS


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
