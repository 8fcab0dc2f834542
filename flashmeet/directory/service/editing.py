"""A member's facts, as an administrator changes them; and members who are added one at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from flashmeet.core.errors import AddressTaken, KeyTaken, Missing
from flashmeet.core.settings.service import network_settings
from flashmeet.identity.models import Member
from flashmeet.identity.rules import ROLES
from flashmeet.identity.service.events import mentor_changed
from flashmeet.people.rules.facts import Facts
from flashmeet.people.service.joining import give_up_address
from flashmeet.people.service.profile import change_facts, save_offers, set_facts

GIVEN_TO_NEWCOMERS = ROLES[:2]
"""An administrator is made by a change of roles, which asks for a fresh proof."""


def edit_member(db: Session, member: Member, facts: Facts, proofs: Mapping[int, str], *, now: datetime) -> list[str]:
    """Sets the facts, and a mentor's themes; returns the names of changed facts.

    A new phone number must be verified by its owner; coming reminders follow zone and number. Whether the profile is
    still right remains for the member to say. Raises KeyTaken, UnknownTheme.
    """
    key = facts.get("external_id")
    if key and db.scalar(select(Member.id).where(Member.external_id == key, Member.id != member.id)) is not None:
        raise KeyTaken("external_id")
    changed = change_facts(db, member, facts, now=now)
    if member.mentor:
        save_offers(db, member, proofs, now=now)
    return changed


def add_member(db: Session, facts: Facts, roles: Collection[str], *, approved: bool, now: datetime) -> Member:
    """Adds one person, who has joined from now on. `approved` shows a mentor's hours at once.

    Raises Missing without a role, AddressTaken.
    """
    if not set(roles) & set(GIVEN_TO_NEWCOMERS):
        raise Missing("roles")
    settings = network_settings(db)
    give_up_address(db, str(facts["email"]))
    member = Member(
        last_name="",
        tzid=settings.tzid,
        locale=settings.locale,
        languages=[settings.locale],
        created_at=now,
    )
    set_facts(member, facts)
    for role in GIVEN_TO_NEWCOMERS:
        setattr(member, role, role in roles)
    member.approved = approved
    try:
        with db.begin_nested():
            db.add(member)
            db.flush()
    except IntegrityError as error:
        raise AddressTaken from error
    mentor_changed(db, member.id, now)
    return member
