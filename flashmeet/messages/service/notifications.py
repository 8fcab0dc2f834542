"""What a member wants to receive, and pausing all of it for a while."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_new
from flashmeet.identity.models import Member
from flashmeet.identity.queries import blocked_reason
from flashmeet.identity.service.events import contact_changed
from flashmeet.messages.models import SwitchedOff
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.kinds import Category
from flashmeet.messages.rules.notifications import BY_MAIL

MAIL = ChannelName.MAIL


def wanted_mails(db: Session, member: Member) -> list[Category]:
    """The categories that reach this member by mail, of those that can be switched off."""
    query = select(SwitchedOff.category).where(SwitchedOff.member_id == member.id, SwitchedOff.channel == MAIL)
    off = set(db.scalars(query))
    return [category for category in BY_MAIL if category not in off]


def switch_mail(db: Session, member_id: int, category: Category, *, on: bool) -> None:
    """Takes effect on what waits to be sent, too: it is asked at the moment of sending."""
    row = {"member_id": member_id, "category": category, "channel": MAIL}
    if not on:
        insert_new(db, cast(Table, SwitchedOff.__table__), [row])
        return
    db.execute(delete(SwitchedOff).filter_by(**row))


def save_wishes(db: Session, member: Member, *, mails: Collection[Category], sms: bool, now: datetime) -> None:
    """All of a member's wishes at once; their coming reminders follow.

    Whose number cannot get SMS says nothing about them: the wish from before comes back with the number.
    """
    for category in BY_MAIL:
        switch_mail(db, member.id, category, on=category in mails)
    if member.phone_verified_at is not None and not blocked_reason(db, member):
        member.sms_opt_in = sms
    db.flush()
    contact_changed(db, member, now)
