"""Stores forms that could not be done when they were sent."""

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


def draft_of(db: Session, key: str, *, now: datetime) -> Draft | None:
    """Returns the form stored under that key; None when missing or expired."""
    draft = db.get(Draft, hashed(key))
    return None if draft is None or draft.expires_at <= now else draft


def forget_draft(db: Session, key: str, *, path: str | None = None) -> bool:
    """Deletes the form stored under that key, if it is the one at `path`; tells whether there was one."""
    found = delete(Draft).where(Draft.key_hash == hashed(key))
    if path is not None:
        found = found.where(Draft.path == path)
    return db.scalar(found.returning(Draft.key_hash)) is not None
