"""Recruiting: missing themes that members proposed, who could help with a theme, and inviting them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, Table, case, delete, exists, false, func, or_, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.bulk import insert_new
from flashmeet.core.errors import NobodyChosen, NotFound
from flashmeet.identity.models import Member
from flashmeet.messages.models import SwitchedOff
from flashmeet.messages.outbox.write import mail
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.programme.models import NudgeRest
from flashmeet.programme.rules.messages import MENTOR_WANTED
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.themes.models import Theme, ThemeInvitation, ThemeProposal, ThemeTerm
from flashmeet.themes.queries import became
from flashmeet.themes.rules.recognition import weigh
from flashmeet.themes.rules.understanding import ByWords, Understanding
from flashmeet.themes.service import recognise_need

BY_WORDS = ByWords()
MOST_PROPOSALS, MOST_MEMBERS, LOOKED_AT, MOST_TERMS, MOST_ASKED = 20, 12, 200, 60, 20
REST = timedelta(days=28)
"""How long a member who was invited to help with any theme is not invited again."""
RECENT = 2
"""Years since graduation within which somebody is younger than most: reverse mentoring lives of them."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A missing theme, in the words of the first who proposed it, and how many people did."""

    term: str
    text: str
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A member who could help with a theme. `helped`: they had an hour on it; `words`: their profile mentions it;
    `near`: what they say of themselves is about it; `recent`: they graduated lately."""

    member: Member
    words: bool
    helped: bool
    near: bool = False
    recent: bool = False

    @property
    def is_one(self) -> bool:
        return self.words or self.helped or self.near


def proposals(db: Session) -> list[Proposal]:
    """Returns the proposals, most wanted first."""
    query = (
        select(ThemeProposal.term, func.min(ThemeProposal.text), func.count())
        .group_by(ThemeProposal.term)
        .order_by(func.count().desc(), ThemeProposal.term)
        .limit(MOST_PROPOSALS)
    )
    return [Proposal(*row) for row in db.execute(query)]


def put_aside(db: Session, term: str) -> None:
    """Deletes a proposal that was answered, by a theme or by a no."""
    db.execute(delete(ThemeProposal).where(ThemeProposal.term == term))


def who_could_help(db: Session, theme: Theme, *, by: Understanding = BY_WORDS, now: datetime) -> list[Fit]:
    """Returns members who do not mentor and fit the theme; a constant number of statements.

    Those are left out who were invited to this theme, to any or written to in the last weeks, who have switched such
    mails off, take a break, or still study. Among the best fits those come first who graduated longest ago.
    """
    terms = dict.fromkeys(db.scalars(select(ThemeTerm.term).where(ThemeTerm.theme_id == theme.id)), theme.id)
    words = sorted((term for term in terms if len(term) > 2), key=lambda term: (-len(term), term))
    helped = exists().where(
        Booking.mentee_id == Member.id,
        Booking.theme_id.in_(became(theme.id)),
        Booking.status == BookingStatus.COMPLETED,
    )
    speaks = or_(*_speaks_of(words[:MOST_TERMS])) if words else false()
    query = select(Member, helped).where(
        *_free_to_be_asked(theme.id, now), or_(helped, Member.headline != "", Member.sector != "")
    )
    likely = case((helped, 0), (speaks, 1), else_=2)
    rows = db.execute(query.order_by(likely, Member.graduation_year, Member.id).limit(LOOKED_AT)).all()
    fits = [_fit(db, member, theme, terms, helped=had_one, by=by, now=now) for member, had_one in rows]
    ranked = sorted(fits, key=lambda fit: (-_weight(fit), fit.member.graduation_year or now.year, fit.member.id))
    return [fit for fit in ranked if fit.is_one][:MOST_MEMBERS]


def _weight(fit: Fit) -> int:
    return 2 * (fit.words or fit.near) + fit.helped


def _speaks_of(words: Sequence[str]) -> list[ColumnElement[bool]]:
    """Preselects by word beginnings; `themes.rules.recognition`, which knows stems, decides."""
    beginnings = sorted({word[:5] for word in words})
    return [Member.search_profile.contains(each, autoescape=True) for each in beginnings]


def _free_to_be_asked(theme_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    invited = exists().where(
        ThemeInvitation.member_id == Member.id,
        or_(ThemeInvitation.theme_id == theme_id, ThemeInvitation.at > now - REST),
    )
    stopped = exists().where(
        SwitchedOff.member_id == Member.id,
        SwitchedOff.category == MENTOR_WANTED.category,
        SwitchedOff.channel == ChannelName.MAIL,
    )
    return (
        ~Member.mentor,
        ~Member.suspended,
        Member.joining.is_(None),
        ~Member.paused(now),
        or_(Member.graduation_year.is_(None), Member.graduation_year <= now.year),
        ~invited,
        ~stopped,
        ~exists().where(NudgeRest.member_id == Member.id, NudgeRest.until > now),
    )


def _fit(
    db: Session,
    member: Member,
    theme: Theme,
    terms: Mapping[str, int],
    *,
    helped: bool,
    by: Understanding,
    now: datetime,
) -> Fit:
    return Fit(
        member=member,
        words=bool(weigh(f"{member.sector} {member.headline}", terms)),
        helped=helped,
        near=bool(member.headline) and recognise_need(db, member.headline, by=by).theme_id == theme.id,
        recent=member.graduation_year is not None and member.graduation_year >= now.year - RECENT,
    )


def invite_to_mentor(db: Session, theme: Theme, member_id: int, *, by: Member, now: datetime) -> bool:
    """Invites a member by mail to help with the theme; returns False where that was done before. Raises NotFound."""
    member = db.get(Member, member_id)
    if member is None or member.suspended or member.mentor:
        raise NotFound
    row = {"member_id": member.id, "theme_id": theme.id, "by_id": by.id, "at": now}
    if not insert_new(db, cast(Table, ThemeInvitation.__table__), [row]):
        return False
    mail(
        db,
        member.id,
        MENTOR_WANTED.saying(
            {"theme": theme.names, "slug": theme.slug, "theme_id": theme.id, "by_id": by.id, "by_name": by.name}
        ),
        f"theme:{theme.id}:invitation",
        now=now,
    )
    return True


def chosen_fits(
    db: Session, theme: Theme, member_ids: Collection[int], *, by: Understanding = BY_WORDS, now: datetime
) -> list[Fit]:
    """Returns those of the members who may still be asked, and fit; at most `MOST_ASKED`. Raises NobodyChosen."""
    wanted = set(member_ids)
    found = [fit for fit in who_could_help(db, theme, by=by, now=now) if fit.member.id in wanted]
    if not found:
        raise NobodyChosen
    return found[:MOST_ASKED]


def invite_all(db: Session, theme: Theme, fits: Sequence[Fit], *, by: Member, now: datetime) -> int:
    """Invites each by mail, and returns how many; who was invited meanwhile gets no second one."""
    return sum(invite_to_mentor(db, theme, fit.member.id, by=by, now=now) for fit in fits)


@dataclass(frozen=True, slots=True)
class Invited:
    """A member who was invited, when, and when they said that the theme is not for them, if they did."""

    member: Member
    at: datetime
    unfit_at: datetime | None


def invited_to(db: Session, theme_id: int) -> list[Invited]:
    """Returns the members invited, latest first."""
    query = (
        select(Member, ThemeInvitation.at, ThemeInvitation.unfit_at)
        .join(ThemeInvitation, ThemeInvitation.member_id == Member.id)
        .where(ThemeInvitation.theme_id == theme_id)
        .order_by(ThemeInvitation.at.desc(), Member.id)
        .limit(20)
    )
    return [Invited(*row) for row in db.execute(query)]
