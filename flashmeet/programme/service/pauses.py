"""The pause offered by mail, taken with one tap and without signing in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.core.errors import NotFound
from flashmeet.core.link_kinds import PAUSE
from flashmeet.core.links import Links
from flashmeet.identity.rules import AgreedHours
from flashmeet.identity.service.links import PersonalLink, resolve_link
from flashmeet.programme.models import Nudge
from flashmeet.programme.rules.nudges import NudgeKind
from flashmeet.schedule.service.pauses import pause, resume

PAUSE_LINK = PersonalLink(
    PAUSE,
    find=lambda db, number: db.get(Nudge, number),
    facts=lambda nudge: (nudge.nonce,),
    owner=lambda nudge: nudge.member,
)


def pause_offer(db: Session, token: str, *, links: Links, viewer_id: int | None) -> Nudge:
    """Returns the offer of a signed link. Raises NotFound, also for another viewer, a suspended member, one undone."""
    nudge = resolve_link(db, PAUSE_LINK, token, links=links, viewer_id=viewer_id)
    if nudge.kind != NudgeKind.PAUSE_OFFER or nudge.undone_at is not None:
        raise NotFound
    return nudge


def take_pause(db: Session, nudge: Nudge, *, hours: AgreedHours, now: datetime) -> None:
    """Pauses the member for three months, with hours hidden; an existing pause keeps its end."""
    if not is_paused(nudge, now=now):
        pause(db, nudge.member, hours=hours, now=now)


def end_pause(db: Session, nudge: Nudge, *, now: datetime) -> None:
    """Ends the pause at once."""
    resume(db, nudge.member, now=now)


def is_paused(nudge: Nudge, *, now: datetime) -> bool:
    return nudge.member.paused(now)
