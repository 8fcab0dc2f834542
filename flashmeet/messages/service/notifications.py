"""A member's notification preferences."""

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
    """Returns the mail categories that the member has not switched off."""
    query = select(SwitchedOff.category).where(SwitchedOff.member_id == member.id, SwitchedOff.channel == MAIL)
    off = set(db.scalars(query))
    return [category for category in BY_MAIL if category not in off]


def switch_mail(db: Session, member_id: int, category: Category, *, on: bool) -> None:
    """Switches a mail category on or off, waiting messages included: the choice is read when sending."""
    row = {"member_id": member_id, "category": category, "channel": MAIL}
    if not on:
        insert_new(db, cast(Table, SwitchedOff.__table__), [row])
        return
    db.execute(delete(SwitchedOff).filter_by(**row))


def save_wishes(db: Session, member: Member, *, mails: Collection[Category], sms: bool, now: datetime) -> None:
    """Saves all preferences of a member and adjusts their coming reminders.

    The SMS preference is kept unchanged while the member's number cannot get SMS.
    """
    for category in BY_MAIL:
        switch_mail(db, member.id, category, on=category in mails)
    if member.phone_verified_at is not None and not blocked_reason(db, member):
        member.sms_opt_in = sms
    db.flush()
    contact_changed(db, member, now)
