"""Saved views of a list, shared by all administrators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_new
from flashmeet.core.errors import NotFound
from flashmeet.directory.models import SavedView
from flashmeet.directory.rules.views import ViewedPage, checked_name
from flashmeet.identity.models import Member

MOST = 50


def saved_views(db: Session, page: ViewedPage) -> Sequence[SavedView]:
    """Returns the saved views of the page by name."""
    query = select(SavedView).where(SavedView.page == page).order_by(SavedView.name, SavedView.id)
    return db.scalars(query.limit(MOST)).all()


def save_view(
    db: Session, page: ViewedPage, name: str, fields: Mapping[str, str], *, by: Member, now: datetime
) -> None:
    """Saves the view, replacing one of the same name. Raises Missing, TooLong."""
    name = checked_name(name)
    db.execute(delete(SavedView).where(SavedView.page == page, SavedView.name == name))
    row = {"page": page, "name": name, "fields": dict(fields), "by_id": by.id, "created_at": now}
    insert_new(db, cast(Table, SavedView.__table__), [row])


def rename_view(db: Session, page: ViewedPage, view_id: int, name: str) -> SavedView:
    """Gives the view another name, replacing one that has it. Raises NotFound, Missing, TooLong."""
    name = checked_name(name)
    found = db.get(SavedView, view_id)
    if found is None or found.page != page:
        raise NotFound
    db.execute(delete(SavedView).where(SavedView.page == page, SavedView.name == name, SavedView.id != view_id))
    found.name = name
    db.flush()
    return found


def forget_view(db: Session, page: ViewedPage, view_id: int) -> tuple[str, dict[str, str]] | None:
    """Deletes the view; returns its name and its fields, None where there was none."""
    found = db.get(SavedView, view_id)
    if found is None or found.page != page:
        return None
    db.delete(found)
    db.flush()
    return found.name, found.fields
