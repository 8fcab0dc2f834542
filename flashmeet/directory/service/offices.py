"""Parts of an administrator's office, given to members who are none."""

from __future__ import annotations

from sqlalchemy.orm import Session

from flashmeet.core.errors import BadInput
from flashmeet.identity.models import Member
from flashmeet.identity.rules import OfficeRole


def give_office(db: Session, member: Member, text: str) -> str:
    """Gives the member that part, or none for ""; returns what it is now. A second factor is asked for as they enter.

    Raises BadInput for an unknown part.
    """
    try:
        member.office = OfficeRole(text) if text else None
    except ValueError:
        raise BadInput("office", value=text[:40]) from None
    db.flush()
    return str(member.office or "none")
