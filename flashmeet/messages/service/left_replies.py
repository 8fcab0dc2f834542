"""Replies that are left to a person: administrators see them until one of them has dealt with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete, func, select
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_new
from flashmeet.core.errors import NotFound
from flashmeet.core.links import without_personal_links
from flashmeet.core.text import one_line
from flashmeet.messages.models import LeftReply
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.left_replies import (
    EXCERPT_CHARACTERS,
    KEPT,
    MOST_KEPT,
    SENDER_CHARACTERS,
    SUBJECT_CHARACTERS,
    LeftWhy,
)

SHOWN = 100


def note_left(
    db: Session,
    *,
    channel: ChannelName,
    ref: str,
    sender: str,
    subject: str = "",
    words: str,
    why: LeftWhy,
    now: datetime,
) -> None:
    """Stores the first lines of a reply, once however often it is read: `ref` names it at its provider."""
    row = {
        "channel": channel,
        "ref": ref,
        "sender": one_line(sender, most=SENDER_CHARACTERS),
        "subject": one_line(subject, most=SUBJECT_CHARACTERS),
        "excerpt": one_line(without_personal_links(words), most=EXCERPT_CHARACTERS),
        "why": why,
        "at": now,
    }
    insert_new(db, cast(Table, LeftReply.__table__), [row])


def left_replies(db: Session) -> Sequence[LeftReply]:
    """Returns what waits for a person, the latest first."""
    return db.scalars(select(LeftReply).order_by(LeftReply.at.desc(), LeftReply.id.desc()).limit(SHOWN)).all()


def count_left(db: Session) -> int:
    return db.scalar(select(func.count()).select_from(LeftReply)) or 0


def end_left(db: Session, reply_id: int) -> None:
    """Forgets a reply that somebody has dealt with. Raises NotFound."""
    reply = db.get(LeftReply, reply_id)
    if reply is None:
        raise NotFound
    db.delete(reply)
    db.flush()


def purge_left(db: Session, *, now: datetime) -> None:
    """Deletes replies after 30 days, and the oldest of more than 500."""
    db.execute(delete(LeftReply).where(LeftReply.at <= now - KEPT))
    newest = select(LeftReply.id).order_by(LeftReply.id.desc()).limit(1).offset(MOST_KEPT)
    last = db.scalar(newest)
    if last is not None:
        db.execute(delete(LeftReply).where(LeftReply.id <= last))
