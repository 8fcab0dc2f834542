"""Queries on which mentors were asked and what they answered; one statement for any number of mentors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, or_, select
from sqlalchemy.orm import Session

from flashmeet.core.database.lists import among
from flashmeet.core.database.prepared import columns, prepared
from flashmeet.core.intervals import Interval
from flashmeet.requests.models import MentoringRequest, RequestAsk
from flashmeet.requests.rules.responses import WINDOW, AskedMentor
from flashmeet.themes.queries import became

_FACTS = (RequestAsk.state, RequestAsk.wave, RequestAsk.asked_at, RequestAsk.answered_at)


def asked_of(db: Session, mentor_ids: Collection[int], *, now: datetime) -> Mapping[int, list[AskedMentor]]:
    """Returns what each mentor was asked within the window."""
    query = select(RequestAsk.mentor_id, *_FACTS).where(
        among(RequestAsk.mentor_id, mentor_ids), RequestAsk.asked_at > now - WINDOW, RequestAsk.asked_at <= now
    )
    found: defaultdict[int, list[AskedMentor]] = defaultdict(list)
    for mentor_id, state, wave, asked_at, answered_at in db.execute(query):
        found[mentor_id].append(AskedMentor(state, wave, asked_at, answered_at))
    return found


def asked_between(db: Session, span: Interval) -> list[AskedMentor]:
    """Returns what was asked in the whole network."""
    query = select(*_FACTS).where(RequestAsk.asked_at >= span.start, RequestAsk.asked_at < span.end)
    return [AskedMentor(*row) for row in db.execute(query)]


def have_asked(db: Session, one_id: int, other_id: int) -> bool:
    """Whether either of these two ever asked the other for an hour."""
    sides = or_(
        and_(MentoringRequest.mentee_id == one_id, RequestAsk.mentor_id == other_id),
        and_(MentoringRequest.mentee_id == other_id, RequestAsk.mentor_id == one_id),
    )
    return db.scalar(select(RequestAsk.id).join(RequestAsk.request).where(sides).limit(1)) is not None


def add_unfit_for(db: Session, mentee_id: int, theme_id: int, found: set[int]) -> None:
    """Adds the mentors who said that one of the member's needs on the theme is not for them."""
    found |= {mentor_id for (mentor_id,) in columns(db, *_unfit_for(mentee_id, theme_id))}


@prepared
def said_unfit_to(mentee_id: int) -> Select[int]:
    """Who said so of a need on any theme, for a page that asks for several kinds at once (`any_rows`)."""
    theirs = MentoringRequest.mentee_id == mentee_id, RequestAsk.unfit
    return select(RequestAsk.mentor_id).join(RequestAsk.request).where(*theirs)


@prepared
def _unfit_for(mentee_id: int, theme_id: int) -> Select[int]:
    theirs = (MentoringRequest.mentee_id == mentee_id, on_theme(theme_id), RequestAsk.unfit)
    return select(RequestAsk.mentor_id).join(RequestAsk.request).where(*theirs)


def unfit_for(mentee_id: int, theme_id: int, mentor_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """The same of one mentor, as a condition."""
    theirs = (MentoringRequest.mentee_id == mentee_id, on_theme(theme_id), RequestAsk.unfit)
    asked = select(RequestAsk.id).join(RequestAsk.request).where(*theirs, RequestAsk.mentor_id == mentor_id)
    return asked.exists()


def on_theme(theme_id: int) -> ColumnElement[bool]:
    """Whether a request is on the theme, or was on one that was merged into it."""
    return MentoringRequest.theme_id.in_(became(theme_id))
