"""Administrators, as an operator with a shell makes them and lets them in again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.core.errors import NotFound
from flashmeet.core.mail_addresses import comparable
from flashmeet.core.settings.service import network_settings
from flashmeet.identity.acts import Act, Audited
from flashmeet.identity.models import Member
from flashmeet.identity.service.events import mentor_changed, security_happened
from flashmeet.identity.service.revoke import end_access
from flashmeet.people.rules.facts import read_email
from flashmeet.people.service.sign_in import open_one_time
from flashmeet.security.service.factors import reset_factors


@dataclass(frozen=True, slots=True)
class MadeAdministrator:
    """An administrator's one-time sign-in token, valid for ten minutes, and what became of whoever has the address."""

    token: str
    created: bool
    promoted: bool


def make_administrator(db: Session, email: str, *, name: str = "", now: datetime) -> MadeAdministrator:
    """Makes whoever has the address an administrator; a new member where nobody has it. Raises BadEmail.

    Somebody who was joining, or was suspended, is in again. `name` is for a new member, or for one without a name.
    """
    address = read_email("email", email)
    found = db.scalar(select(Member).where(Member.email == address))
    member = _new(db, address, now=now) if found is None else found
    promoted = not member.administrator
    member.administrator, member.suspended, member.joining = True, False, None
    if name and not member.name:
        member.first_name, _, member.last_name = name.strip().partition(" ")
    if not member.name:
        member.first_name = address.partition("@")[0]
    db.flush()
    if found is not None:
        mentor_changed(db, member.id, now)
    if promoted:
        security_happened(db, Audited(act=Act.ROLES_CHANGED, to=member.id, about="administrator"), now)
    return MadeAdministrator(open_one_time(db, member, now=now), created=found is None, promoted=promoted)


def _new(db: Session, address: str, *, now: datetime) -> Member:
    settings = network_settings(db)
    member = Member(
        email=address,
        first_name="",
        last_name="",
        tzid=settings.tzid,
        locale=settings.locale,
        languages=[settings.locale],
        created_at=now,
    )
    db.add(member)
    return member


def reset_administrator(db: Session, email: str, *, now: datetime) -> str:
    """Ends every login, code and token of an administrator; returns a sign-in link's token, valid for ten minutes.

    Second factors and recovery codes are removed, a suspension is lifted, and the hours that they offer as a mentor are
    open again. Raises NotFound if the address is not an administrator's.
    """
    member = db.scalar(select(Member).where(Member.email == comparable(email), Member.administrator))
    if member is None:
        raise NotFound
    end_access(db, member, now=now)
    reset_factors(db, member, by=None, now=now)
    member.suspended = False
    db.flush()
    mentor_changed(db, member.id, now)
    security_happened(db, Audited(act=Act.ADMINISTRATOR_RESET, to=member.id), now)
    return open_one_time(db, member, now=now)


def administrators(db: Session) -> int:
    """Returns how many administrators can sign in."""
    return db.scalar(select(func.count()).select_from(Member).where(Member.administrator, ~Member.suspended)) or 0
