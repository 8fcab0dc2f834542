"""Hides mentors' hours after the grace period for new terms, and tells their mentors some days before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from flashmeet.identity.models import Member
from flashmeet.messages.outbox.write import mail
from flashmeet.people.models import Terms, TermsAcceptance
from flashmeet.people.queries import terms_in_force
from flashmeet.people.rules.messages import TERMS_HIDING
from flashmeet.people.rules.terms import GRACE, WARNING
from flashmeet.people.service.terms_notices import terms_payload, terms_subject, was_told
from flashmeet.schedule.models import Opening
from flashmeet.schedule.queries.openings import ALL_THEMES
from flashmeet.schedule.service.openings import refresh_openings


def to_be_hidden(db: Session, *, now: datetime, limit: int) -> Sequence[int]:
    """Returns mentors with open hours whose grace period has ended without an acceptance."""
    terms = terms_in_force(db, now=now - GRACE)
    return db.scalars(_owing_mentors(terms, now=now).limit(limit)).all() if terms is not None else []


def _owing_mentors(terms: Terms, *, now: datetime) -> Select[int]:
    """Selects mentors with open hours who have not accepted that version."""
    accepted = exists().where(TermsAcceptance.member_id == Member.id, TermsAcceptance.version >= terms.version)
    listed = exists().where(Opening.mentor_id == Member.id, Opening.theme_id == ALL_THEMES, Opening.starts_at >= now)
    return select(Member.id).where(Member.mentor, listed, ~accepted).order_by(Member.id)


HIDDEN_AT_ONCE, WARNED_AT_ONCE = 50, 500


def hide_after_grace(db: Session, *, now: datetime) -> int:
    """Hides the hours of mentors who have not accepted the terms, a batch at a time; returns how many mentors."""
    late = to_be_hidden(db, now=now, limit=HIDDEN_AT_ONCE)
    for mentor_id in late:
        refresh_openings(db, mentor_id, now=now)
    return len(late)


def warn_before_hiding(db: Session, *, now: datetime) -> int:
    """Tells mentors with open hours, once, that these are about to be hidden; returns how many mentors."""
    terms = terms_in_force(db, now=now - GRACE + WARNING)
    if terms is None:
        return 0
    untold = _owing_mentors(terms, now=now).where(~was_told(terms.version, TERMS_HIDING))
    late = db.scalars(untold.limit(WARNED_AT_ONCE)).all()
    for mentor_id in late:
        message = TERMS_HIDING.saying({**terms_payload(terms), "hides_at": (terms.in_force_at + GRACE).isoformat()})
        mail(db, mentor_id, message, terms_subject(terms.version), now=now)
    return len(late)
