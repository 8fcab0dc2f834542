"""What is known of people before they are written to, and the log of what was written; one statement a fact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, select
from sqlalchemy.orm import Session, joinedload

from flashmeet.identity.models.member import Member
from flashmeet.messages.models.notification import SwitchedOff
from flashmeet.messages.models.outbox import OutboxMessage
from flashmeet.programme.models.nudge import Nudge, NudgeRest
from flashmeet.programme.rules.nudges import Earlier, Heard, Left
from flashmeet.requests.models.request import RequestAsk
from flashmeet.requests.rules.requests import ANSWERED
from flashmeet.schedule.models.availability import Opening
from flashmeet.schedule.queries.leave import away
from flashmeet.schedule.queries.openings import ALL_THEMES

AHEAD = timedelta(days=28)
NEVER_LEFT = ("dropped", "refused")
"""States of mails that nobody read."""


def left_alone(session: Session, members: Sequence[Member], *, category: str, now: datetime) -> dict[int, Left]:
    """Who is not to be written to, and why: they do not want these mails, pause, or are away on their own wall."""
    ids = [member.id for member in members]
    off = select(SwitchedOff.member_id).where(
        SwitchedOff.member_id.in_(ids), SwitchedOff.category == category, SwitchedOff.channel == "mail"
    )
    found: dict[int, Left] = dict.fromkeys(away(session, members, now=now), "away")
    found |= {each.id: "paused" for each in members if each.paused(now)}
    return found | dict.fromkeys(session.scalars(off), "opted_out")


def rested(session: Session, ids: Collection[int], *, now: datetime) -> set[int]:
    """Who was written to within the week."""
    return set(session.scalars(select(NudgeRest.member_id).where(NudgeRest.member_id.in_(ids), NudgeRest.until > now)))


def earlier_of(session: Session, ids: Collection[int]) -> Mapping[int, list[Earlier]]:
    """What was written to each before; taken back, and what never left, is not counted."""
    query = (
        select(Nudge.member_id, Nudge.sent_at, Nudge.kind, Nudge.idle)
        .outerjoin(OutboxMessage, OutboxMessage.subject == _subject())
        .where(Nudge.member_id.in_(ids), Nudge.undone_at.is_(None))
        .where(func.coalesce(OutboxMessage.state, "sent").not_in(NEVER_LEFT))
    )
    found: defaultdict[int, list[Earlier]] = defaultdict(list)
    for member_id, sent_at, kind, idle in session.execute(query):
        found[member_id].append(Earlier(sent_at, "pause_offer" if kind == "pause_offer" else "nudge", idle))
    return found


def heard_of(session: Session, members: Sequence[Member], *, now: datetime) -> dict[int, Heard]:
    """What each has done of late."""
    ids = [member.id for member in members]
    answers = select(RequestAsk.mentor_id, func.max(RequestAsk.answered_at)).where(
        RequestAsk.mentor_id.in_(ids), RequestAsk.state.in_(ANSWERED)
    )
    answered = dict(session.execute(answers.group_by(RequestAsk.mentor_id)).all())
    opening = select(Opening.mentor_id).where(
        Opening.theme_id == ALL_THEMES,
        Opening.mentor_id.in_(ids),
        Opening.starts_at >= now,
        Opening.starts_at < now + AHEAD,
        Opening.opens_at <= now,
        Opening.closes_at >= now,
    )
    open_now = set(session.scalars(opening.distinct()))
    return {
        each.id: Heard(signed_in_at=each.signed_in_at, answered_at=answered.get(each.id), open_now=each.id in open_now)
        for each in members
    }


@dataclass(frozen=True, slots=True)
class Written:
    """One line of the log: the nudge, and how its mail stands (a state of the outbox, and the reason)."""

    nudge: Nudge
    state: str
    reason: str

    @property
    def can_be_undone(self) -> bool:
        return self.nudge.undone_at is None and self.state == "waiting"

    @property
    def followed(self) -> bool:
        """They have signed in since."""
        at = self.nudge.member.signed_in_at
        return at is not None and at > self.nudge.sent_at


def log_of(session: Session, *, limit: int, offset: int = 0) -> tuple[list[Written], int]:
    """The latest first, and how many there are."""
    query = (
        select(Nudge, OutboxMessage.state, OutboxMessage.reason)
        .outerjoin(OutboxMessage, and_(OutboxMessage.subject == _subject(), OutboxMessage.channel == "mail"))
        .options(joinedload(Nudge.member), joinedload(Nudge.by), joinedload(Nudge.theme))
        .order_by(Nudge.id.desc())
        .limit(limit)
        .offset(offset)
    )
    rows = [Written(nudge, state or "sent", reason or "") for nudge, state, reason in session.execute(query)]
    return rows, session.scalar(select(func.count()).select_from(Nudge)) or 0


def _subject() -> ColumnElement[str]:
    """What the outbox calls a nudge."""
    return literal("nudge:") + cast(Nudge.id, String)
