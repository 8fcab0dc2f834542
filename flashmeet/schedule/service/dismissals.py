"""Mentors whom a member does not want suggested; nobody else learns of it."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import Select, Table, delete, select
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_new
from flashmeet.core.database.prepared import columns, prepared
from flashmeet.identity.models import Member
from flashmeet.schedule.service.events import said_unfit
from flashmeet.themes.models import Dismissal


def dismissed(db: Session, member_id: int) -> set[int]:
    return {mentor_id for (mentor_id,) in columns(db, *dismissals(member_id))}


def unwanted(db: Session, member_id: int, theme_id: int | None) -> set[int]:
    """Returns whom not to suggest to the member: mentors they dismissed, and those who said of a need of theirs on the
    theme that it is not for them."""
    found = dismissed(db, member_id)
    if theme_id is not None:
        said_unfit(db, member_id, theme_id, found)
    return found


@prepared
def dismissals(member_id: int) -> Select[int]:
    """What `dismissed` reads, for a page that asks for several kinds at once (`any_rows`)."""
    return select(Dismissal.mentor_id).where(Dismissal.member_id == member_id)


def dismiss(db: Session, member: Member, mentor_id: int, *, now: datetime) -> None:
    """Stops suggesting this mentor to the member."""
    if db.get(Member, mentor_id) is None:
        return
    row = {"member_id": member.id, "mentor_id": mentor_id, "at": now}
    insert_new(db, cast(Table, Dismissal.__table__), [row])


def take_back_dismissal(db: Session, member: Member, mentor_id: int) -> None:
    """Takes a dismissal back."""
    db.execute(delete(Dismissal).where(Dismissal.member_id == member.id, Dismissal.mentor_id == mentor_id))
