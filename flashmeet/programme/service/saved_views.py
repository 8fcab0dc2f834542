"""Saved views of a list, shared by all administrators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_new
from flashmeet.identity.models import Member
from flashmeet.programme.models import SavedView
from flashmeet.programme.rules.registrants import View, checked_name

PAGE, MOST = "registrants", 50


def saved_views(db: Session) -> Sequence[SavedView]:
    """Returns the saved views by name."""
    query = select(SavedView).where(SavedView.page == PAGE).order_by(SavedView.name, SavedView.id)
    return db.scalars(query.limit(MOST)).all()


def save_view(db: Session, name: str, view: View, *, by: Member, now: datetime) -> None:
    """Saves the view, replacing one of the same name. Raises Missing, TooLong."""
    name = checked_name(name)
    db.execute(delete(SavedView).where(SavedView.page == PAGE, SavedView.name == name))
    row = {"page": PAGE, "name": name, "fields": view.fields(), "by_id": by.id, "created_at": now}
    insert_new(db, cast(Table, SavedView.__table__), [row])


def forget_view(db: Session, view_id: int) -> None:
    """Deletes the view. Idempotent."""
    db.execute(delete(SavedView).where(SavedView.page == PAGE, SavedView.id == view_id))
