"""Encouragement of mentees who have neither booked nor asked: once, a week after joining, with three mentors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Select, exists, func, select, union
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.agenda import current_theme
from flashmeet.core.numbers import number_or_none
from flashmeet.identity.models import LoginSession, Member, MentorTheme
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.write import mail
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
PEOPLE, LOOKED_AT = 3, 25
"""Mentors in a mail, and people looked at in one transaction: each takes a few reads."""
INVITATION = "invited"
"""The kind of mail by which `outreach`, a later feature, calls members in."""


def encourage(db: Session, *, now: datetime) -> int:
    """Mails mentees without a booking, where three mentors of one theme have an hour; returns how many."""
    sent, reached = _encourage_from(db, 0, now=now)
    while reached:
        more, reached = _encourage_from(db, reached, now=now)
        sent += more
    return sent


def encourage_some(db: Session, reached: str, *, now: datetime) -> str:
    """The same for the next few of them, from where the last call ended ("" at first); returns where this one did, ""
    after the last."""
    _, ended = _encourage_from(db, number_or_none(reached) or 0, now=now)
    return str(ended or "")


def _encourage_from(db: Session, after_id: int, *, now: datetime) -> tuple[int, int]:
    """Returns how many were mailed, and the id of the last who was looked at; 0 where nobody comes after them."""
    shy = db.scalars(_shy(now, after_id)).all()
    if not shy:
        return 0, 0
    themes = _Themes(db, now)
    sent = sum(_encourage(db, member, themes, now=now) for member in shy)
    return sent, shy[-1].id if len(shy) == LOOKED_AT else 0


@dataclass(slots=True)
class _Themes:
    """Finds the theme to suggest, and which themes have enough mentors; each is queried once."""

    db: Session
    now: datetime
    _enough: dict[int, bool] = field(default_factory=dict)
    _lively: list[Theme | None] = field(default_factory=list)

    def offered(self, member: Member) -> Iterator[Theme]:
        """Yields the theme they looked at last, then the one with most mentors."""
        own = current_theme(self.db, member)
        if own is not None and self.have_mentors(own):
            yield own
        lively = self._fallback()
        if lively is not None and lively is not own and self.have_mentors(lively):
            yield lively

    def _fallback(self) -> Theme | None:
        if not self._lively:
            self._lively.append(_lively_theme(self.db, now=self.now))
        return self._lively[0]

    def have_mentors(self, theme: Theme) -> bool:
        if theme.id not in self._enough:
            self._enough[theme.id] = active_mentors(self.db, theme.id) >= ENOUGH_MENTORS
        return self._enough[theme.id]


def _encourage(db: Session, member: Member, themes: _Themes, *, now: datetime) -> bool:
    """Mails one mentee about the theme they looked at last, else the theme with the most mentors."""
    for theme in themes.offered(member):
        people = suggestions(db, member, theme=theme, now=now, limit=PEOPLE)
        if len(people) == PEOPLE:
            _write(db, member, theme, people, now=now)
            return True
    return False


def _shy(now: datetime, after_id: int) -> Select[Member]:
    """Selects the next mentees who joined a week ago and neither booked nor asked.

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
            Member.id > after_id,
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
    """The theme with most mentors, three or more, of those with an open hour: hours are looked for by theme, not
    counted."""
    mentors = func.count()
    enough = (
        select(MentorTheme.theme_id, mentors.label("mentors"))
        .join(Member, Member.id == MentorTheme.mentor_id)
        .where(Member.bookable)
        .group_by(MentorTheme.theme_id)
        .having(mentors >= ENOUGH_MENTORS)
        .subquery()
    )
    has_hours = exists().where(
        Opening.theme_id == enough.c.theme_id,
        Opening.starts_at > now,
        Opening.starts_at < now + AHEAD,
        Opening.opens_at <= now,
        Opening.closes_at >= now,
    )
    query = select(enough.c.theme_id).where(has_hours).order_by(enough.c.mentors.desc(), enough.c.theme_id).limit(1)
    theme_id = db.scalars(query).first()
    return db.get(Theme, theme_id) if theme_id else None


def _write(db: Session, member: Member, theme: Theme, people: list[Suggestion], *, now: datetime) -> None:
    mail(
        db,
        member.id,
        ENCOURAGEMENT.saying({"theme": theme.names, "slug": theme.slug, "people": suggestion_payloads(people)}),
        f"encouragement:{member.id}",
        not_after=now + timedelta(days=2),
        now=now,
    )
