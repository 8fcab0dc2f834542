"""Cases that an administrator decides, with every step recorded. People who are part of a case cannot see it here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Table, exists, func, or_, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.conduct.rules.conduct import LOOK_FOR, STORY_CHARACTERS
from flashmeet.core.database.bulk import insert_new
from flashmeet.core.errors import NotFound
from flashmeet.identity.models import Member
from flashmeet.people.models import CaseEvent, ConductCase
from flashmeet.people.rules.cases import CaseKind, CaseStep, Decision, ReportReason
from flashmeet.schedule.rules.booked_hour import checked_text

MOST_SHOWN = 100


def open_case(
    db: Session,
    *,
    key: str,
    kind: CaseKind,
    about: Member,
    now: datetime,
    by: Member | None = None,
    booking: Booking | None = None,
    what: ReportReason = ReportReason.NONE,
    story: str = "",
    shared: str = "",
    frozen: bool = False,
) -> tuple[ConductCase, bool]:
    """Returns the case, and whether it is new: while one with that `key` is open, no second one is opened."""
    row = {
        "kind": kind,
        "about_id": about.id,
        "by_id": by.id if by else None,
        "booking_id": booking.id if booking else None,
        "open_key": key,
        "what": what,
        "story": story,
        "shared": shared,
        "frozen": frozen,
        "opened_at": now,
        "closed_at": None,
        "decision": Decision.OPEN,
    }
    new = bool(insert_new(db, cast(Table, ConductCase.__table__), [row]))
    case = db.scalars(select(ConductCase).where(ConductCase.open_key == key).with_for_update(of=ConductCase)).one()
    if new:
        record_step(db, case, CaseStep.OPENED, by=by, now=now)
    return case, new


def record_step(
    db: Session, case: ConductCase, kind: CaseStep, *, by: Member | None, now: datetime, text: str = ""
) -> None:
    """Records a step, which is never changed or deleted."""
    db.add(CaseEvent(case_id=case.id, kind=kind, by_id=by.id if by else None, at=now, text=text))
    db.flush()


def close_case(db: Session, case: ConductCase, decision: Decision, *, now: datetime) -> None:
    case.decision, case.closed_at, case.open_key = decision, now, None
    db.flush()


def open_cases(db: Session, *, viewer_id: int | None = None) -> int:
    """Returns how many cases wait for a decision; for one administrator, only those they may see."""
    query = select(func.count()).select_from(ConductCase).where(ConductCase.closed_at.is_(None))
    return db.scalar(query.where(_not_of(viewer_id)) if viewer_id is not None else query) or 0


def cases(db: Session, administrator: Member, *, closed: bool = False) -> Sequence[ConductCase]:
    """Returns open cases, oldest first; or closed ones, latest first."""
    query = select(ConductCase).where(_not_of(administrator.id)).limit(MOST_SHOWN)
    if closed:
        query = query.where(ConductCase.closed_at.is_not(None)).order_by(ConductCase.closed_at.desc(), ConductCase.id)
    else:
        query = query.where(ConductCase.closed_at.is_(None)).order_by(ConductCase.opened_at, ConductCase.id)
    return db.scalars(query).all()


def _not_of(member_id: int) -> ColumnElement[bool]:
    """Selects cases that the member neither opened nor is the subject of."""
    return (ConductCase.about_id != member_id) & or_(ConductCase.by_id.is_(None), ConductCase.by_id != member_id)


def case_for(db: Session, administrator: Member, case_id: int, *, lock: bool = False) -> ConductCase:
    """Returns the case. Raises NotFound, also for a case of their own."""
    of = {"of": ConductCase} if lock else None
    case = db.get(ConductCase, case_id, with_for_update=of, populate_existing=lock)
    if case is None or administrator.id in (case.about_id, case.by_id):
        raise NotFound
    return case


def steps_of(db: Session, case: ConductCase) -> Sequence[CaseEvent]:
    """Returns every step in order."""
    return db.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)).all()


def open_evidence(db: Session, administrator: Member, case_id: int, *, now: datetime) -> None:
    """Records that the administrator opens the evidence, which is then shown to them for a quarter of an hour.

    Raises NotFound.
    """
    record_step(db, case_for(db, administrator, case_id), CaseStep.LOOKED, by=administrator, now=now)


def is_evidence_open(db: Session, administrator: Member, case: ConductCase, *, now: datetime) -> bool:
    looked = (CaseEvent.case_id == case.id, CaseEvent.kind == CaseStep.LOOKED, CaseEvent.by_id == administrator.id)
    return bool(db.scalar(select(exists().where(*looked, CaseEvent.at > now - LOOK_FOR))))


def write_note(db: Session, administrator: Member, case_id: int, text: str, *, now: datetime) -> None:
    """Adds a note for the administrators. Raises NotFound, Missing, TooLong."""
    words = checked_text("note", text, most=STORY_CHARACTERS, required=True)
    record_step(db, case_for(db, administrator, case_id), CaseStep.NOTED, by=administrator, now=now, text=words)
