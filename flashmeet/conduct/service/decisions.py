"""An administrator's decision of a case: made once, with every consequence recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.conduct.rules.conduct import STORY_CHARACTERS, WORD_CHARACTERS, checked_decision
from flashmeet.conduct.service import notices
from flashmeet.conduct.service.cases import case_for, close_case, record_step
from flashmeet.conduct.service.no_shows import decide_absence
from flashmeet.conduct.service.separation import keep_apart
from flashmeet.core.errors import CaseClosed, NotFound
from flashmeet.identity.models import Member
from flashmeet.people.models import ConductCase
from flashmeet.people.rules.cases import CaseKind, CaseStep, Decision
from flashmeet.people.service.membership import suspend
from flashmeet.schedule.rules.booked_hour import checked_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision as received. `note` is for the administrators; `word` is sent to the reported member, and is all that
    they learn. Without `apart` the two may meet again."""

    decision: str
    note: str = ""
    word: str = ""
    apart: bool = True


def decide(db: Session, administrator: Member, case_id: int, said: Decided, *, now: datetime) -> ConductCase:
    """Closes the case with its decision. Raises NotFound, CaseClosed, BadInput and its subclasses, Missing for a
    warning without a text, LastAdministrator."""
    case = case_for(db, administrator, case_id, lock=True)
    if case.closed_at is not None:
        raise CaseClosed
    kind = case.kind
    decision = checked_decision(kind, said.decision)
    note = checked_text("note", said.note, most=STORY_CHARACTERS)
    word = checked_text("word", said.word, most=WORD_CHARACTERS, required=decision == Decision.WARNED)
    record_step(db, case, CaseStep(decision), by=administrator, now=now, text=note)
    close_case(db, case, decision, now=now)
    if kind == CaseKind.REPORT:
        _end_report(db, case, administrator, word, apart=said.apart, now=now)
    elif kind == CaseKind.NO_SHOW:
        decide_absence(db, case, decision, now=now)
    elif kind == CaseKind.PAUSE:
        notices.bookings_rest(db, case, now=now)
    return case


def _end_report(
    db: Session, case: ConductCase, administrator: Member, word: str, *, apart: bool, now: datetime
) -> None:
    if case.decision == Decision.SUSPENDED:
        suspend(db, case.about_id, by=administrator, now=now)
    _separate(db, case, administrator, apart=apart, now=now)
    if word:
        notices.word(db, case, word, now=now)
        record_step(db, case, CaseStep.WRITTEN, by=administrator, now=now, text=word)
    notices.closed(db, case, now=now)


def separate_pair(db: Session, administrator: Member, case_id: int, *, apart: bool, now: datetime) -> None:
    """Sets whether the two people of a report are kept apart, at any time; what they have ahead then ends, as it did
    with the report. Raises NotFound."""
    case = case_for(db, administrator, case_id, lock=True)
    if case.kind != CaseKind.REPORT:
        raise NotFound
    _separate(db, case, administrator, apart=apart, now=now)


def _separate(db: Session, case: ConductCase, administrator: Member, *, apart: bool, now: datetime) -> None:
    again, case.frozen = apart and not case.frozen, apart
    record_step(db, case, CaseStep.KEPT_APART if apart else CaseStep.LET_MEET, by=administrator, now=now)
    if again and case.by is not None:
        keep_apart(db, case.by, case.about, now=now)
