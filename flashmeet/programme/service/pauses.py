"""The offer of a pause: taken from a mail with one tap, without a sign-in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.core.errors import NotFound
from flashmeet.core.link_kinds import PAUSE
from flashmeet.core.links import Links
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
    """What a signed link offers. Raises NotFound, for somebody else who is signed in, a suspended member and one that
    was taken back too."""
    nudge = resolve_link(db, PAUSE_LINK, token, links=links, viewer_id=viewer_id)
    if nudge.kind != NudgeKind.PAUSE_OFFER or nudge.undone_at is not None:
        raise NotFound
    return nudge


def take_pause(db: Session, nudge: Nudge, *, now: datetime) -> None:
    """Three months of quiet, hours hidden; who pauses already keeps the day they come back."""
    if not is_paused(nudge, now=now):
        pause(db, nudge.member, now=now)


def end_pause(db: Session, nudge: Nudge, *, now: datetime) -> None:
    """Back at once."""
    resume(db, nudge.member, now=now)


def is_paused(nudge: Nudge, *, now: datetime) -> bool:
    return nudge.member.paused(now)
