"""Mentors and demand per theme, counted by the database: one statement per figure, whatever the number of members.

Supply is in `schedule.queries.supply`. Merged themes count as the theme they were merged into.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    String,
    Subquery,
    and_,
    cast,
    exists,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session, joinedload

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.elapsed import epoch_seconds
from flashmeet.core.database.lists import among
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.messages.models import OutboxMessage, SwitchedOff
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.kinds import Category
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.programme.models import Nudge, NudgeRest
from flashmeet.programme.rules.nudges import Earlier, Heard, LeftAlone
from flashmeet.requests.models import MentoringRequest, RequestAsk
from flashmeet.requests.rules.requests import ANSWERED, RequestKind, RequestState
from flashmeet.schedule.models import Opening
from flashmeet.schedule.queries.leave import away
from flashmeet.schedule.queries.openings import ALL_THEMES
from flashmeet.schedule.rules.quotas import WINDOW
from flashmeet.themes.models import Theme, UnmetNeed
from flashmeet.themes.queries import today_of
from flashmeet.themes.rules.changes import UnmetCause


@dataclass(frozen=True, slots=True)
class Demand:
    """Hours booked within the window, and the mentor most of them were asked of."""

    booked: int
    busiest_id: int
    busiest_share: int


@dataclass(frozen=True, slots=True)
class Missed:
    """Demand within the window that no booking shows. `unmet` came to nothing, once per member and day; `asked` are the
    searches in vain, the wishes to be told, and the requests to a mentor or a theme."""

    unmet: int
    asked: int


def mentors_by_theme(db: Session) -> dict[int, int]:
    """Returns the number of approved mentors of each theme."""
    query = (
        select(MentorTheme.theme_id, func.count())
        .join(Member, Member.id == MentorTheme.mentor_id)
        .where(Member.bookable)
        .group_by(MentorTheme.theme_id)
    )
    return dict(db.execute(query).all())


def demand_by_theme(db: Session, *, now: datetime) -> dict[int, Demand]:
    """Returns the bookings made within the window, whatever their status now."""
    theme_id = today_of(Theme)
    asked = (
        select(theme_id.label("theme_id"), Booking.mentor_id, func.count().label("asked"))
        .join(Theme, Theme.id == Booking.theme_id)
        .where(Booking.created_at > now - WINDOW, Booking.created_at <= now)
        .group_by(theme_id, Booking.mentor_id)
        .subquery()
    )
    of_the_theme = asked.c.theme_id
    ranked = select(
        asked,
        func.sum(asked.c.asked).over(partition_by=of_the_theme).label("booked"),
        func.row_number()
        .over(partition_by=of_the_theme, order_by=(asked.c.asked.desc(), asked.c.mentor_id))
        .label("place"),
    ).subquery()
    query = select(ranked.c.theme_id, ranked.c.booked, ranked.c.mentor_id, ranked.c.asked).where(ranked.c.place == 1)
    return {row[0]: Demand(int(row[1]), row[2], row[3]) for row in db.execute(query)}


def missed_by_theme(db: Session, *, now: datetime) -> dict[int, Missed]:
    asked = asked_in_vain(since=now - WINDOW, now=now)
    expired = select(UnmetNeed.theme_id, literal(1), literal(0)).where(
        UnmetNeed.cause == UnmetCause.EXPIRED, UnmetNeed.at > now - WINDOW, UnmetNeed.at <= now
    )
    rows = union_all(select(asked.c.theme_id, asked.c.unmet, literal(1).label("asked")), expired).subquery()
    unmet, wanted = (func.count(func.nullif(each, 0)) for each in (rows.c.unmet, rows.c.asked))
    query = select(rows.c.theme_id, unmet, wanted).group_by(rows.c.theme_id)
    return {row[0]: Missed(row[1], row[2]) for row in db.execute(query)}


def asked_in_vain(*, since: datetime, now: datetime) -> Subquery:
    """Selects theme and time of what was asked for and is no booking; `unmet` is 1 for what came to nothing at once.

    That is searches in vain, wishes to be told, and requests to a mentor or a theme that are not withdrawn, unless one
    follows such a search within a day. What a mentor is asked to confirm is a booking.
    """
    request = MentoringRequest
    searched = exists().where(
        UnmetNeed.member_id == request.mentee_id,
        UnmetNeed.theme_id == today_of(Theme),
        UnmetNeed.cause != UnmetCause.EXPIRED,
        UnmetNeed.at <= request.created_at,
        epoch_seconds(UnmetNeed.at) > epoch_seconds(request.created_at) - int(A_DAY.total_seconds()),
    )
    requests = (
        select(today_of(Theme), request.created_at, literal(0))
        .join(Theme, Theme.id == request.theme_id)
        .where(request.created_at > since, request.created_at <= now, ~searched)
        .where(request.kind != RequestKind.HOUR, request.booking_id.is_(None), request.state != RequestState.WITHDRAWN)
    )
    searches = select(UnmetNeed.theme_id, UnmetNeed.at, literal(1).label("unmet")).where(
        UnmetNeed.cause != UnmetCause.EXPIRED, UnmetNeed.at > since, UnmetNeed.at <= now
    )
    return union_all(searches, requests).subquery()


AHEAD, A_DAY = timedelta(days=28), timedelta(days=1)
NEVER_LEFT = (OutboxState.DROPPED, OutboxState.REFUSED)
"""States of mails that nobody received."""


def left_alone(db: Session, members: Sequence[Member], *, category: Category, now: datetime) -> dict[int, LeftAlone]:
    """Returns members not to be mailed, and why: they opted out, are paused, or are away in their own zone."""
    ids = [member.id for member in members]
    off = select(SwitchedOff.member_id).where(
        among(SwitchedOff.member_id, ids), SwitchedOff.category == category, SwitchedOff.channel == ChannelName.MAIL
    )
    found: dict[int, LeftAlone] = dict.fromkeys(
        away(db, {each.id: each.tzid for each in members}, now=now), LeftAlone.AWAY
    )
    found |= {each.id: LeftAlone.PAUSED for each in members if each.paused(now)}
    return found | dict.fromkeys(db.scalars(off), LeftAlone.OPTED_OUT)


def rested(db: Session, ids: Collection[int], *, now: datetime) -> set[int]:
    """Returns the members who were nudged within the last week."""
    return set(db.scalars(select(NudgeRest.member_id).where(among(NudgeRest.member_id, ids), NudgeRest.until > now)))


def earlier_of(db: Session, ids: Collection[int]) -> Mapping[int, list[Earlier]]:
    """Returns earlier nudges by member, without those undone or never sent."""
    query = (
        select(Nudge.member_id, Nudge.sent_at, Nudge.kind, Nudge.idle)
        .outerjoin(OutboxMessage, OutboxMessage.subject == _subject())
        .where(among(Nudge.member_id, ids), Nudge.undone_at.is_(None))
        .where(func.coalesce(OutboxMessage.state, OutboxState.SENT).not_in(NEVER_LEFT))
    )
    found: defaultdict[int, list[Earlier]] = defaultdict(list)
    for member_id, sent_at, kind, idle in db.execute(query):
        found[member_id].append(Earlier(sent_at, kind, idle))
    return found


def heard_of(db: Session, members: Sequence[Member], *, now: datetime) -> dict[int, Heard]:
    """Returns what each member has done lately."""
    ids = [member.id for member in members]
    answers = select(RequestAsk.mentor_id, func.max(RequestAsk.answered_at)).where(
        among(RequestAsk.mentor_id, ids), RequestAsk.state.in_(ANSWERED)
    )
    answered = dict(db.execute(answers.group_by(RequestAsk.mentor_id)).all())
    opening = select(Opening.mentor_id).where(
        Opening.theme_id == ALL_THEMES,
        among(Opening.mentor_id, ids),
        Opening.starts_at >= now,
        Opening.starts_at < now + AHEAD,
        Opening.opens_at <= now,
        Opening.closes_at >= now,
    )
    open_now = set(db.scalars(opening.distinct()))
    return {
        each.id: Heard(signed_in_at=each.signed_in_at, answered_at=answered.get(each.id), open_now=each.id in open_now)
        for each in members
    }


@dataclass(frozen=True, slots=True)
class Written:
    """One line of the log: the nudge, with its mail's state in the outbox and the reason."""

    nudge: Nudge
    state: str
    reason: str

    @property
    def can_be_undone(self) -> bool:
        return self.nudge.undone_at is None and self.state == OutboxState.WAITING

    @property
    def followed(self) -> bool:
        """Whether the member has signed in since."""
        at = self.nudge.member.signed_in_at
        return at is not None and at > self.nudge.sent_at


def log_of(db: Session, *, limit: int, offset: int = 0) -> tuple[list[Written], int]:
    """Returns nudges, latest first, and their total number."""
    query = (
        select(Nudge, OutboxMessage.state, OutboxMessage.reason)
        .outerjoin(OutboxMessage, and_(OutboxMessage.subject == _subject(), OutboxMessage.channel == ChannelName.MAIL))
        .options(joinedload(Nudge.member), joinedload(Nudge.by), joinedload(Nudge.theme))
        .order_by(Nudge.id.desc())
        .limit(limit)
        .offset(offset)
    )
    rows = [Written(nudge, state or "sent", reason or "") for nudge, state, reason in db.execute(query)]
    return rows, db.scalar(select(func.count()).select_from(Nudge)) or 0


def _subject() -> ColumnElement[str]:
    """Returns the outbox subject of a nudge."""
    return literal("nudge:") + cast(Nudge.id, String)


def locked_theme(db: Session, theme_id: int) -> Theme | None:
    return db.get(Theme, theme_id, with_for_update=True, populate_existing=True)
