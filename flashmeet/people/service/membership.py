"""Membership, as administrators decide it: approval, roles, suspension."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.errors import LastAdministrator, Missing, Refusal
from flashmeet.identity.acts import Act, Audited
from flashmeet.identity.models import Member
from flashmeet.identity.queries import joined_member
from flashmeet.identity.rules import ROLES, AgreedHours, Departure
from flashmeet.identity.service.events import cannot_come, mentor_changed, security_happened
from flashmeet.identity.service.revoke import end_access
from flashmeet.messages.outbox.write import mail
from flashmeet.people.rules.facts import read_email
from flashmeet.people.rules.messages import MENTOR_DECIDED
from flashmeet.people.service.addresses import set_address


def approve(db: Session, member_id: int, *, now: datetime) -> Member:
    """Approves a mentor, so that their hours are shown, and tells them. Raises NotFound."""
    waited = not _is_approved(db, member_id)
    member = _change(db, member_id, approved=True, held_at=None, now=now)
    if waited and member.mentor:
        _tell(db, member, "approved", now=now)
    return member


def pause(db: Session, member_id: int, *, hours: AgreedHours = AgreedHours.KEEP, now: datetime) -> Member:
    """Hides a mentor's hours until an administrator approves them again; what is asked of them goes on to others.

    The mentor is told. `hours` says what becomes of those agreed. Raises NotFound.
    """
    stood = _is_approved(db, member_id)
    member = _change(db, member_id, approved=False, held_at=now, now=now)
    if stood and member.mentor:
        _tell(db, member, "held", now=now)
    cannot_come(db, member, Departure.HELD, hours, now)
    return member


def _is_approved(db: Session, member_id: int) -> bool:
    member = db.get(Member, member_id)
    return member is not None and member.approved


def _tell(db: Session, member: Member, action: str, *, now: datetime) -> None:
    mail(db, member.id, MENTOR_DECIDED.saying({"action": action}), f"mentor:{member.id}:{now.isoformat()}", now=now)


def change_roles(
    db: Session,
    member_id: int,
    roles: Collection[str],
    *,
    hours: AgreedHours = AgreedHours.KEEP,
    now: datetime,
) -> Member:
    """Sets the roles; `hours` says what becomes of those agreed with somebody who is no mentor any more, and is told.

    Raises NotFound, Missing without any role, LastAdministrator.
    """
    if not set(roles) & set(ROLES):
        raise Missing("roles")
    if "administrator" not in roles:
        keep_an_administrator(db, member_id)
    before = db.get(Member, member_id)
    gave = before is not None and before.mentor
    member = _change(db, member_id, now=now, **{role: role in roles for role in ROLES})
    if gave and not member.mentor:
        cannot_come(db, member, Departure.ROLE_TAKEN, hours, now)
        _tell(db, member, "ended", now=now)
    return member


def put_back(db: Session, member_id: int, *, now: datetime, **before: bool | datetime | None) -> Member:
    """Gives a member the roles, or the approval, that they had before; a mentor is told of it, as of any approval.

    Hours agreed meanwhile are kept. Raises NotFound.
    """
    was = db.get(Member, member_id)
    gave, stood = was is not None and was.mentor, was is not None and was.approved
    member = _change(db, member_id, now=now, **before)
    if gave and member.mentor and stood != member.approved:
        _tell(db, member, "approved" if member.approved else "held", now=now)
    if gave and not member.mentor:
        cannot_come(db, member, Departure.ROLE_TAKEN, AgreedHours.KEEP, now)
    elif stood and not member.approved:
        cannot_come(db, member, Departure.HELD, AgreedHours.KEEP, now)
    return member


def stop_mentoring(db: Session, member: Member, *, hours: AgreedHours, now: datetime) -> None:
    """Ends being a mentor, by the member's own decision; `hours` says what becomes of those agreed."""
    member.mentor = False
    member.mentee = member.mentee or not member.administrator
    db.flush()
    mentor_changed(db, member.id, now)
    cannot_come(db, member, Departure.STOPPED, hours, now)


def change_address(db: Session, member_id: int, email: str, *, by: Member, now: datetime) -> Member:
    """Gives a member who lost their address another; both are told. Raises NotFound, BadEmail, AddressTaken."""
    member = joined_member(db, member_id)
    set_address(db, member, read_email("email", email), by=by.id, now=now)
    return member


def keep_an_administrator(db: Session, member_id: int) -> None:
    """Checks that another administrator remains; concurrent checks wait for each other.

    Raises LastAdministrator.
    """
    running = select(Member.id).where(Member.administrator, ~Member.suspended).order_by(Member.id).with_for_update()
    left = db.scalars(running).all()
    if list(left) == [member_id]:
        raise LastAdministrator


def suspend(db: Session, member_id: int, *, by: Member, now: datetime) -> Member:
    """Suspends a member, who can do nothing and shows no hours. Their hours are cancelled, since they cannot come.

    Every login, code and API token of theirs ends for good: reinstated, they sign in anew.

    Raises NotFound; Refusal for oneself.
    """
    if member_id == by.id:
        raise Refusal
    keep_an_administrator(db, member_id)
    member = _change(db, member_id, suspended=True, now=now)
    end_access(db, member, now=now)
    cannot_come(db, member, Departure.SUSPENDED, AgreedHours.CANCEL, now)
    security_happened(db, Audited(act=Act.MEMBER_SUSPENDED, by=by.id, to=member.id), now)
    return member


def reinstate(db: Session, member_id: int, *, now: datetime) -> Member:
    """Ends a suspension. Raises NotFound."""
    return _change(db, member_id, suspended=False, now=now)


def _change(db: Session, member_id: int, *, now: datetime, **values: bool | datetime | None) -> Member:
    member = joined_member(db, member_id)
    for name, value in values.items():
        setattr(member, name, value)
    db.flush()
    mentor_changed(db, member.id, now)
    return member
