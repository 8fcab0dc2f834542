"""The invitation of one person, sent from their page or as they are added."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.core.errors import CameAlready
from flashmeet.identity.models import Member
from flashmeet.messages.outbox.write import mail
from flashmeet.outreach.rules.campaigns import InvitationWords
from flashmeet.outreach.service.messages import invitation, open_themes, role_of


def invite_member(db: Session, member: Member, *, by: Member, now: datetime) -> None:
    """Mails how to sign in, and what the network is, to somebody who never came. Raises CameAlready."""
    if member.signed_in_at is not None:
        raise CameAlready
    words = invitation(InvitationWords(), role_of(member), by=by, themes=open_themes(db, now=now))
    mail(db, member.id, words, f"invited:{member.id}:{now.isoformat()}", now=now)
