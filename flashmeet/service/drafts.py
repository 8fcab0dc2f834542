"""What somebody typed before signing in, kept for them on our side."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from flashmeet.domain.hashing import hashed, new_secret
from flashmeet.store.models import Draft

KEPT_FOR = timedelta(hours=1)
FIELDS, NAME_CHARACTERS, CHARACTERS = 30, 60, 12_000


def keep_draft(session: Session, *, path: str, fields: Mapping[str, str], now: datetime) -> str:
    """Keeps the fields of one form for an hour; returns the key that gives them back. What is too long is cut."""
    key = new_secret()
    kept = {name: value[:CHARACTERS] for name, value in list(fields.items())[:FIELDS] if len(name) <= NAME_CHARACTERS}
    session.add(Draft(key_hash=hashed(key), path=path, fields=kept, expires_at=now + KEPT_FOR))
    session.flush()
    return key


def draft_for(session: Session, key: str, path: str, *, now: datetime) -> dict[str, str] | None:
    """The fields kept under that key for that form; None when there are none, or not any more."""
    draft = session.get(Draft, hashed(key))
    if draft is None or draft.path != path or draft.expires_at <= now:
        return None
    return draft.fields


def forget_draft(session: Session, key: str) -> None:
    session.execute(delete(Draft).where(Draft.key_hash == hashed(key)))
