"""Terms of use for the tests: two commitments, in force when told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.people.models import Terms
from flashmeet.people.rules.terms import Draft
from flashmeet.people.service.terms import announce_terms
from tests.people import NOW, member

DRAFT_TEXTS = {"fr": "Nous nous aidons.", "en": "We help each other."}
COMMITMENTS = ({"fr": "J’ai 18 ans ou plus.", "en": "I am 18 or older."}, {"fr": "Je viens.", "en": "I come."})


def announced(db: Session, *, in_force_at: datetime, now: datetime = NOW) -> Terms:
    """The next version, announced by an administrator."""
    odile = member(db, f"Odile{int(in_force_at.timestamp())}", administrator=True)
    draft = Draft(texts=DRAFT_TEXTS, commitments=COMMITMENTS, in_force_at=in_force_at)
    return announce_terms(db, draft, by=odile, now=now)
