"""Mentors first: until the network opens to mentees, whoever is nothing else can neither book nor ask."""

from __future__ import annotations

from sqlalchemy.orm import Session

from flashmeet.core.errors import NotOpenYet
from flashmeet.core.settings.service import network_settings
from flashmeet.identity.models import Member


def require_open(db: Session, mentee: Member) -> None:
    """Raises NotOpenYet to a member who is only a mentee while mentors come first."""
    if network_settings(db).mentors_first and not (mentee.mentor or mentee.administrator):
        raise NotOpenYet
