"""Joining: an address is recorded, proved by the code mailed to it, and becomes a member.

Known and unknown addresses look the same: an existing member gets a code as for signing in, and nothing about them
changes.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_new
from flashmeet.core.errors import NotFound
from flashmeet.core.settings.entries import MAIL_DOMAINS
from flashmeet.core.settings.policies import JoiningMode
from flashmeet.core.settings.service import network_settings, setting
from flashmeet.identity.models import Member
from flashmeet.identity.rules import JoiningState, MemberSource, text_keys
from flashmeet.identity.service.events import mentor_changed
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.write import mail
from flashmeet.people import queries as stored
from flashmeet.people.rules.facts import FactKind, FactSource, facts_of
from flashmeet.people.rules.joining import UNPROVED_FOR, Newcomer, check_joining_open
from flashmeet.people.rules.messages import JOINED
from flashmeet.people.service.invitations import use_invitation
from flashmeet.people.service.sign_in import Attempt, redeem_code, send_code
from flashmeet.people.service.terms import accept_terms

FORGOTTEN_AT_ONCE = 100


def ask_to_join(db: Session, newcomer: Newcomer, *, invited: bool, now: datetime) -> str:
    """Mails a code to that address; returns the code's nonce, as `people.service.sign_in.ask_code` does.

    Without an invitation raises JoiningClosed, OtherDomain.
    """
    if not invited:
        check_joining_open(network_settings(db).joining, setting(db, MAIL_DOMAINS), newcomer.email)
    member = _write_down(db, newcomer, now=now) or _write_down(db, newcomer, now=now)
    assert member is not None  # noqa: S101  # a row that was just forgotten is written anew, and not forgotten for days
    awaited = not member.suspended or member.joining == JoiningState.PROOF
    return send_code(db, member if awaited else None, now=now)


def _write_down(db: Session, newcomer: Newcomer, *, now: datetime) -> Member | None:
    """Inserts a row for a new address: it can do nothing, and has no name until it is proved.

    Returns the address's row, locked; where it waits for proof, the days in which to prove it begin anew. Returns None
    where it was being forgotten meanwhile.
    """
    row = {
        "email": newcomer.email,
        "mentee": False,
        "mentor": False,
        "administrator": False,
        "approved": False,
        "suspended": True,
        "joining": JoiningState.PROOF,
        "source": MemberSource.JOINED,
        "tzid": newcomer.tzid,
        "locale": newcomer.locale,
        "sms_opt_in": False,
        "languages": [newcomer.locale],
        "created_at": now,
        **{fact.name: "" for fact in facts_of(FactSource.PROFILE) if fact.kind == FactKind.LINE},
        **text_keys(first_name="", last_name="", headline="", company="", sector=""),
    }
    insert_new(db, Member.__table__, [row])  # type: ignore[arg-type]  # a declarative class has a Table
    query = select(Member).where(Member.email == newcomer.email).with_for_update(key_share=True)
    member = db.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if member is not None and member.joining == JoiningState.PROOF:
        member.created_at = now
    return member


def join(
    db: Session,
    attempt: Attempt,
    code: str,
    newcomer: Newcomer,
    *,
    invitation_id: int | None,
    terms_version: int | None,
    now: datetime,
) -> Member:
    """Returns the member whose address is now proved; `joining` is APPROVAL if an administrator must approve.

    An existing member stays unchanged. Raises WrongCode, JoiningClosed, OtherDomain.
    """
    member = redeem_code(db, attempt, code, now=now, joining=True)
    if member.joining != JoiningState.PROOF:
        return member
    approves, waits = _pass(db, member, newcomer, invitation_id, now=now)
    for name in ("first_name", "last_name", "graduation_year", "mentee", "mentor", "locale", "tzid"):
        setattr(member, name, getattr(newcomer, name))
    member.languages = [newcomer.locale]
    member.approved = approves or not newcomer.mentor
    member.joining, member.suspended = (JoiningState.APPROVAL, True) if waits else (None, False)
    member.confirmed_at = member.created_at = now
    db.flush()
    if terms_version is not None and terms_version == _binding(db, now=now):
        accept_terms(db, member, terms_version, locale=newcomer.locale, now=now)
    return member


def _pass(
    db: Session, member: Member, newcomer: Newcomer, invitation_id: int | None, *, now: datetime
) -> tuple[bool, bool]:
    """Returns whether a mentor is approved at once, and whether an administrator must approve first.

    Notes by which invitation they came.
    """
    if invitation_id is not None:
        used = use_invitation(db, invitation_id, now=now)
        member.source, member.source_name = MemberSource.INVITED, used.label
        return used.approves, False
    mode = network_settings(db).joining
    check_joining_open(mode, setting(db, MAIL_DOMAINS), newcomer.email)
    return False, mode == JoiningMode.APPROVAL


def _binding(db: Session, *, now: datetime) -> int | None:
    terms = stored.terms_in_force(db, now=now)
    return None if terms is None else terms.version


def admit(db: Session, member_id: int, *, now: datetime) -> Member:
    """Approves an application and informs the member. Raises NotFound."""
    member = _applicant(db, member_id)
    member.joining, member.suspended, member.approved = None, False, True
    db.flush()
    mentor_changed(db, member.id, now)
    mail(db, member.id, JOINED.saying({"first_name": member.first_name}), f"joined:{member.id}", now=now)
    return member


def decline_applicant(db: Session, member_id: int) -> None:
    """Rejects an application and deletes its data. Raises NotFound."""
    _forget(db, _applicant(db, member_id))


def forget_unproved(db: Session, *, now: datetime) -> int:
    """Deletes newcomers who did not prove their address; returns how many. Who is proving theirs is left alone."""
    late = select(Member).where(Member.joining == JoiningState.PROOF, Member.created_at < now - UNPROVED_FOR)
    query = late.order_by(Member.id).limit(FORGOTTEN_AT_ONCE).with_for_update(skip_locked=True)
    found = db.scalars(query.execution_options(populate_existing=True)).all()
    for member in found:
        _forget(db, member)
    return len(found)


def give_up_address(db: Session, email: str) -> None:
    """Forgets a newcomer who wrote this address down and did not prove it: they keep it from nobody else."""
    unproved = select(Member).where(Member.email == email, Member.joining == JoiningState.PROOF).with_for_update()
    for member in db.scalars(unproved.execution_options(populate_existing=True)).all():
        _forget(db, member)


def _applicant(db: Session, member_id: int) -> Member:
    member = db.get(Member, member_id, with_for_update=True)
    if member is None or member.joining != JoiningState.APPROVAL:
        raise NotFound
    return member


def _forget(db: Session, member: Member) -> None:
    """Deletes a newcomer; only mails with codes refer to one."""
    db.execute(delete(OutboxMessage).where(OutboxMessage.recipient_id == member.id))
    db.delete(member)
    db.flush()
