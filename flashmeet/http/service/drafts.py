"""Stores forms that were sent before signing in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from flashmeet.core.secrets import hashed, new_secret
from flashmeet.http.models import Draft

KEPT_FOR = timedelta(hours=1)
VALUES, NAME_CHARACTERS, CHARACTERS = 600, 60, 48_000


def keep_draft(db: Session, *, path: str, fields: Mapping[str, Sequence[str]], now: datetime) -> str:
    """Stores a form's fields for an hour; returns the key to them. Fields beyond the limits are cut."""
    key = new_secret()
    db.add(Draft(key_hash=hashed(key), path=path, fields=_kept(fields), expires_at=now + KEPT_FOR))
    db.flush()
    return key


def _kept(fields: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    kept: dict[str, list[str]] = {}
    values, characters = VALUES, CHARACTERS
    for name, said in fields.items():
        for value in said:
            if len(name) <= NAME_CHARACTERS and values and characters:
                kept.setdefault(name, []).append(value[:characters])
                values, characters = values - 1, characters - len(value[:characters])
    return kept


def draft_for(db: Session, key: str, path: str, *, now: datetime) -> dict[str, list[str]] | None:
    """Returns the fields stored under that key for that form; None when missing or expired."""
    draft = db.get(Draft, hashed(key))
    if draft is None or draft.path != path or draft.expires_at <= now:
        return None
    return draft.fields


def forget_draft(db: Session, key: str) -> None:
    db.execute(delete(Draft).where(Draft.key_hash == hashed(key)))
