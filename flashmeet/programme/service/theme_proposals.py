"""What could become a theme, and who could help with one: offered to the administrator, decided by people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import cast

from sqlalchemy import ColumnElement, Table, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.inserts import insert_new
from flashmeet.core.errors import NotFound
from flashmeet.identity.models.member import Member
from flashmeet.messages.outbox.write import send
from flashmeet.programme.rules.messages import MENTOR_WANTED
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.themes.models.theme import Theme, ThemeInvitation, ThemeProposal, ThemeTerm
from flashmeet.themes.rules.recognition import weigh

MOST_PROPOSALS, MOST_MEMBERS, LOOKED_AT, MOST_TERMS = 20, 12, 200, 60
REST = timedelta(days=28)
"""Who was asked to help with any theme is left alone for so long."""
GRADUATED = 3
"""Years after graduation, from which on somebody is thought of."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A theme that people missed, in the words of the first, and how many they are."""

    term: str
    text: str
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A member who could help with a theme. `words` say so in their profile; `helped` themselves had an hour in it."""

    member: Member
    words: bool
    helped: bool


def proposals(session: Session) -> list[Proposal]:
    """The most wanted first."""
    query = (
        select(ThemeProposal.term, func.min(ThemeProposal.text), func.count())
        .group_by(ThemeProposal.term)
        .order_by(func.count().desc(), ThemeProposal.term)
        .limit(MOST_PROPOSALS)
    )
    return [Proposal(*row) for row in session.execute(query)]


def put_aside(session: Session, term: str) -> None:
    """A proposal that was answered, by a theme or by a no."""
    session.execute(delete(ThemeProposal).where(ThemeProposal.term == term))


def who_could_help(session: Session, theme: Theme, *, now: datetime) -> list[Fit]:
    """Members who do not mentor and fit the theme: their profile speaks of it, or they had an hour in it.

    Those who were invited to this theme, or to any in the last four weeks, are left out; the best fits come first.
    """
    terms = dict.fromkeys(session.scalars(select(ThemeTerm.term).where(ThemeTerm.theme_id == theme.id)), theme.id)
    typed = {word.lower() for word in (*theme.names.values(), *chain(*theme.synonyms.values()))}
    words = sorted((term for term in typed | set(terms) if len(term) > 2), key=lambda term: (-len(term), term))
    helped = exists().where(
        Booking.mentee_id == Member.id, Booking.theme_id == theme.id, Booking.status == BookingStatus.COMPLETED
    )
    query = select(Member, helped).where(
        *_free_to_be_asked(theme.id, now), or_(helped, *_speaks_of(words[:MOST_TERMS]))
    )
    rows = session.execute(query.order_by(Member.graduation_year, Member.id).limit(LOOKED_AT)).all()
    fits = [_fit(member, terms, had_one) for member, had_one in rows]
    ranked = sorted(fits, key=lambda fit: (-(2 * fit.words + fit.helped), fit.member.graduation_year or now.year))
    return [fit for fit in ranked if fit.words or fit.helped][:MOST_MEMBERS]


def _speaks_of(words: Sequence[str]) -> list[ColumnElement[bool]]:
    """A first sieve, by how words begin; `themes.rules.recognition` decides, which knows stems and accents."""
    beginnings = sorted({word[:5] for word in words})
    columns = (Member.sector, Member.headline)
    return [column.icontains(each, autoescape=True) for each in beginnings for column in columns]


def _free_to_be_asked(theme_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    invited = exists().where(
        ThemeInvitation.member_id == Member.id,
        or_(ThemeInvitation.theme_id == theme_id, ThemeInvitation.at > now - REST),
    )
    return (
        ~Member.mentor,
        ~Member.suspended,
        ~Member.paused(now),
        or_(Member.graduation_year.is_(None), Member.graduation_year <= now.year - GRADUATED),
        ~invited,
    )


def _fit(member: Member, terms: Mapping[str, int], helped: bool) -> Fit:
    return Fit(member=member, words=bool(weigh(f"{member.sector} {member.headline}", terms)), helped=helped)


def invite_to_mentor(session: Session, theme: Theme, member_id: int, *, by: Member, now: datetime) -> bool:
    """Asks a member by mail to help with the theme; False where that was done before. Raises NotFound."""
    member = session.get(Member, member_id)
    if member is None or member.suspended or member.mentor:
        raise NotFound
    row = {"member_id": member.id, "theme_id": theme.id, "by_id": by.id, "at": now}
    if not insert_new(session, cast(Table, ThemeInvitation.__table__), [row]):
        return False
    send(
        session,
        subject=f"theme:{theme.id}:invitation",
        version=0,
        recipient_id=member.id,
        channel="mail",
        message=MENTOR_WANTED.saying({"theme": theme.names, "slug": theme.slug, "by_name": by.name}),
        now=now,
    )
    return True


@dataclass(frozen=True, slots=True)
class Invited:
    """Who was asked, when, and whether they mentor by now."""

    member: Member
    at: datetime


def invited_to(session: Session, theme_id: int) -> list[Invited]:
    """The latest first."""
    query = (
        select(Member, ThemeInvitation.at)
        .join(ThemeInvitation, ThemeInvitation.member_id == Member.id)
        .where(ThemeInvitation.theme_id == theme_id)
        .order_by(ThemeInvitation.at.desc(), Member.id)
        .limit(20)
    )
    return [Invited(*row) for row in session.execute(query)]
