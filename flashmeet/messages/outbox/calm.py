"""One person cannot make another's mailbox ring: after some mails within an hour, about one thing or about all of them,
the next ones wait a while together.

What waits gives way to what follows it, so that one mail says where things stand in the end.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true, update
from sqlalchemy.orm import Session

from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.kinds import KINDS, AnyKind
from flashmeet.messages.rules.outbox import OutboxState

AT_ONCE = 4
"""Mails that one person may cause another about one hour within `WITHIN`, each at once: book, move, move, cancel."""
IN_ALL = 12
"""The same about all of them: three such lives of an hour."""
WITHIN, PAUSE = timedelta(hours=1), timedelta(minutes=10)
SUPERSEDED = "superseded"
"""The drop reason of a mail that waited, and that a later one made needless."""


def mails_caused(*, by: int, to: int, since: datetime, about: str | None = None) -> ColumnElement[int]:
    """Selects how many mails that `by` caused were written to `to` since then (`WITHIN`), about that subject or any."""
    fields = sorted({each.caused_by for each in KINDS.values() if each.caused_by})
    theirs = [
        OutboxMessage.kind.in_([each for each in KINDS.values() if each.caused_by == field])
        & (OutboxMessage.payload[field].as_integer() == by)
        for field in fields
    ]
    return (
        select(func.count())
        .select_from(OutboxMessage)
        .where(OutboxMessage.recipient_id == to, OutboxMessage.created_at > since, or_(*theirs))
        .where(true() if about is None else OutboxMessage.subject == about)
        .scalar_subquery()
    )


def due_after(*, about: int = 0, in_all: int = 0, now: datetime) -> datetime:
    """Returns when the next mail leaves, so many having been caused about its subject, and in all."""
    return now if about < AT_ONCE and in_all < IN_ALL else now + PAUSE


def supersede(
    db: Session, *, kind: AnyKind | None, ordering_keys: Collection[str], now: datetime
) -> dict[str, dict[str, Any]]:
    """Drops the mails of that kind, or of any, that still wait out their pause; returns ordering key → payload."""
    waiting = (
        select(OutboxMessage.id)
        .where(OutboxMessage.ordering_key.in_(ordering_keys), _of(kind))
        .where(OutboxMessage.state == OutboxState.WAITING, OutboxMessage.due_at > now)
        .order_by(OutboxMessage.id)
        .with_for_update()
        .cte("waiting")
    )
    dropped = db.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(select(waiting.c.id)), OutboxMessage.state == OutboxState.WAITING)
        .values(state=OutboxState.DROPPED, reason=SUPERSEDED, settled_at=now)
        .returning(OutboxMessage.ordering_key, OutboxMessage.payload)
        .execution_options(synchronize_session=False)
    )
    return {key: payload for key, payload in dropped if key is not None}


def heard_of(db: Session, *, kind: AnyKind | None, ordering_keys: Collection[str]) -> set[str]:
    """Returns those ordering keys with a mail of that kind, or of any, that has left, or will."""
    found = db.scalars(
        select(OutboxMessage.ordering_key)
        .where(OutboxMessage.ordering_key.in_(ordering_keys), _of(kind))
        .where(OutboxMessage.state != OutboxState.DROPPED)
        .distinct()
    )
    return {key for key in found if key is not None}


def _of(kind: AnyKind | None) -> ColumnElement[bool]:
    return true() if kind is None else OutboxMessage.kind == kind
