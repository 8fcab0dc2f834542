"""Sending nudges: at most one per member and week, never while they are away, undoable within a minute."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_new
from flashmeet.core.errors import Missing, NobodyChosen, NotFound, TooLateToUndo
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.write import drop_waiting, mail
from flashmeet.messages.rules.kinds import MessageKind
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.programme.models import Nudge, NudgeRest
from flashmeet.programme.queries import earlier_of, heard_of, left_alone, rested
from flashmeet.programme.rules.messages import NUDGE, PAUSE_OFFER, NudgePayload
from flashmeet.programme.rules.nudges import (
    MOST_PEOPLE,
    NOTE_CHARACTERS,
    REST,
    UNDO,
    USEFUL,
    LeftAlone,
    NudgeAbout,
    NudgeKind,
    checked_about,
    next_kind,
)
from flashmeet.schedule.rules.booked_hour import checked_text
from flashmeet.themes.models import Theme

CATEGORY = NUDGE.category
KINDS_OF_NUDGES: dict[NudgeKind, MessageKind[NudgePayload]] = {
    NudgeKind.NUDGE: NUDGE,
    NudgeKind.PAUSE_OFFER: PAUSE_OFFER,
}


@dataclass(frozen=True, slots=True)
class Words:
    """A nudge's subject and the administrator's own lines. `theme` is set only where `about` is theme."""

    about: NudgeAbout
    note: str = ""
    theme: Theme | None = None

    @classmethod
    def checked(cls, about: str, note: str, theme: Theme | None) -> Words:
        """Returns the checked words. Raises BadInput, TooLong, Missing."""
        wanted = checked_about(about)
        if wanted == NudgeAbout.THEME and theme is None:
            raise Missing("theme")
        text = checked_text("note", note, most=NOTE_CHARACTERS)
        return cls(wanted, text, theme if wanted == NudgeAbout.THEME else None)

    def payload(self, by: Member, *, nudge_id: int = 0, nonce: str = "") -> NudgePayload:
        payload: NudgePayload = {
            "nudge_id": nudge_id,
            "nonce": nonce,
            "about": self.about,
            "by_id": by.id,
            "by_name": by.name,
            "note": self.note,
        }
        if self.theme is not None:
            payload |= {"theme": self.theme.names, "slug": self.theme.slug}
        return payload


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chosen member, and the `kind` of mail to send, or None and the reason (`left`)."""

    member: Member
    kind: NudgeKind | None
    left: LeftAlone | None
    idle: bool = False


def candidates(db: Session, member_ids: Collection[int], *, now: datetime) -> list[Candidate]:
    """Returns the chosen members by id, and what may be sent to each; constant statements. Raises NobodyChosen."""
    wanted = sorted(set(member_ids))[:MOST_PEOPLE]
    found = db.scalars(
        select(Member).where(Member.id.in_(wanted), ~Member.suspended, Member.joining.is_(None)).order_by(Member.id)
    ).all()
    if not found:
        raise NobodyChosen
    ids = [member.id for member in found]
    left = left_alone(db, found, category=CATEGORY, now=now)
    resting = rested(db, ids, now=now)
    earlier, heard = earlier_of(db, ids), heard_of(db, found, now=now)
    chosen = []
    for member in found:
        reason: LeftAlone | None = left.get(member.id) or (LeftAlone.RESTED if member.id in resting else None)
        kind = None if reason else next_kind(earlier.get(member.id, ()), heard[member.id])
        chosen.append(
            Candidate(member, kind, reason or (None if kind else LeftAlone.OFFERED), not heard[member.id].open_now)
        )
    return chosen


def send_nudges(db: Session, member_ids: Collection[int], words: Words, *, by: Member, now: datetime) -> list[Nudge]:
    """Queues one mail to each member who may be nudged, to be sent in a minute; the same form sent twice adds none.

    Raises NobodyChosen.
    """
    return [
        _write(db, each, each.kind, words, by=by, now=now)
        for each in candidates(db, member_ids, now=now)
        if each.kind is not None and _takes_rest(db, each.member.id, now=now)
    ]


def _takes_rest(db: Session, member_id: int, *, now: datetime) -> bool:
    """Whether this mail takes the member's slot of the week; a simultaneous one waits here and finds it taken."""
    db.execute(delete(NudgeRest).where(NudgeRest.member_id == member_id, NudgeRest.until <= now))
    row = {"member_id": member_id, "until": now + REST}
    return insert_new(db, cast(Table, NudgeRest.__table__), [row]) == 1


def _write(db: Session, to: Candidate, kind: NudgeKind, words: Words, *, by: Member, now: datetime) -> Nudge:
    nudge = Nudge(
        member=to.member,
        by=by,
        kind=kind,
        about=words.about,
        theme=words.theme,
        note=words.note,
        idle=to.idle,
        nonce=secrets.token_urlsafe(16),
        sent_at=now,
        due_at=now + UNDO,
    )
    db.add(nudge)
    db.flush()
    mail(
        db,
        to.member.id,
        KINDS_OF_NUDGES[kind].saying(words.payload(by, nudge_id=nudge.id, nonce=nudge.nonce)),
        subject_of(nudge.id),
        due_at=nudge.due_at,
        not_after=nudge.due_at + USEFUL,
        now=now,
    )
    return nudge


def undo_nudge(db: Session, nudge_id: int, *, now: datetime) -> Nudge:
    """Takes the mail back, so that the member can be nudged again. Idempotent.

    Raises NotFound, TooLateToUndo.
    """
    nudge = db.get(Nudge, nudge_id, with_for_update={"of": Nudge}, populate_existing=True)
    if nudge is None:
        raise NotFound
    if nudge.undone_at is not None:
        return nudge
    drop_waiting(db, subject=subject_of(nudge.id), kinds=(NUDGE, PAUSE_OFFER), reason="undone", now=now)
    state = db.scalar(select(OutboxMessage.state).where(OutboxMessage.subject == subject_of(nudge.id)))
    if state != OutboxState.DROPPED:
        raise TooLateToUndo
    nudge.undone_at = now
    until = nudge.sent_at + REST
    db.execute(delete(NudgeRest).where(NudgeRest.member_id == nudge.member_id, NudgeRest.until == until))
    db.flush()
    return nudge


def subject_of(nudge_id: int) -> str:
    return f"nudge:{nudge_id}"
