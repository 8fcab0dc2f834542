"""Hides mentors' hours after the grace period for new terms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from flashmeet.identity.models import Member
from flashmeet.people.models import TermsAcceptance
from flashmeet.people.queries import in_force
from flashmeet.people.rules.terms import GRACE
from flashmeet.schedule.models import Opening
from flashmeet.schedule.queries.openings import ALL_THEMES
from flashmeet.schedule.service.openings import refresh_openings


def to_be_hidden(db: Session, *, now: datetime, limit: int) -> Sequence[int]:
    """Returns mentors with open hours whose grace period has ended without an acceptance."""
    terms = in_force(db, now=now - GRACE)
    if terms is None:
        return []
    accepted = exists().where(TermsAcceptance.member_id == Member.id, TermsAcceptance.version >= terms.version)
    listed = exists().where(Opening.mentor_id == Member.id, Opening.theme_id == ALL_THEMES, Opening.starts_at >= now)
    return db.scalars(select(Member.id).where(Member.mentor, listed, ~accepted).order_by(Member.id).limit(limit)).all()


HIDDEN_AT_ONCE = 50


def hide_after_grace(db: Session, *, now: datetime) -> int:
    """Hides the hours of mentors who have not accepted the terms, a batch at a time; returns how many mentors."""
    late = to_be_hidden(db, now=now, limit=HIDDEN_AT_ONCE)
    for mentor_id in late:
        refresh_openings(db, mentor_id, now=now)
    return len(late)
