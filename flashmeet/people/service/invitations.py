"""Invitations: links for joining, made, counted and revoked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from flashmeet.core.errors import JoiningClosed, NotFound
from flashmeet.core.link_kinds import INVITATION
from flashmeet.core.links import Links, number_in
from flashmeet.core.secrets import new_secret
from flashmeet.identity.models import Member
from flashmeet.people.models import Invitation
from flashmeet.people.rules.joining import JoiningRole, Offer

SHOWN = 100


def make_invitation(db: Session, offer: Offer, *, by: Member, now: datetime) -> Invitation:
    made = Invitation(
        nonce=new_secret(),
        label=offer.label,
        role=JoiningRole(offer.role),
        approves=offer.approves,
        most=offer.uses,
        uses=0,
        created_at=now,
        expires_at=now + timedelta(days=offer.days),
        created_by_id=by.id,
    )
    db.add(made)
    db.flush()
    return made


def invitations(db: Session) -> Sequence[Invitation]:
    """Returns the latest invitations, newest first."""
    return db.scalars(select(Invitation).order_by(Invitation.id.desc()).limit(SHOWN)).all()


def find_invitation(db: Session, token: str, *, links: Links, now: datetime) -> Invitation:
    """Returns the invitation of a link. Raises NotFound for an invalid link, JoiningClosed for an ended one."""
    found = db.get(Invitation, number_in(token))
    if found is None or not links.opens(INVITATION, token, found.nonce):
        raise NotFound
    if not found.live(now):
        raise JoiningClosed
    return found


def use_invitation(db: Session, invitation_id: int, *, now: datetime) -> Invitation:
    """Counts one use; a single UPDATE decides who is last. Raises JoiningClosed."""
    used = db.scalar(
        update(Invitation)
        .where(
            Invitation.id == invitation_id,
            Invitation.uses < Invitation.most,
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now,
        )
        .values(uses=Invitation.uses + 1)
        .returning(Invitation.id)
    )
    if used is None:
        raise JoiningClosed
    return db.get_one(Invitation, invitation_id, populate_existing=True)


def revoke_invitation(db: Session, invitation_id: int, *, now: datetime) -> None:
    """Revokes the invitation; members who joined by it stay. Raises NotFound."""
    found = db.get(Invitation, invitation_id)
    if found is None:
        raise NotFound
    found.revoked_at = found.revoked_at or now
    db.flush()
