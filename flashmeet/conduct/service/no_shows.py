"""Absences: reported by the other from minute 10 on, contested within 72 hours, settled by the clock or a decision."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.outcome import NoShow
from flashmeet.bookings.queries.absences import select_absence
from flashmeet.bookings.rules.outcomes import AbsenceState, Happened
from flashmeet.bookings.service.answers import Said, answer_booking, answers_to
from flashmeet.bookings.service.outcomes import presence_of
from flashmeet.bookings.service.reliability import says_until, standing_as
from flashmeet.conduct.rules.conduct import STORY_CHARACTERS, Consequence, contest_until, follows, was_there
from flashmeet.conduct.service import notices
from flashmeet.conduct.service.cases import close_case, open_case, record_step
from flashmeet.core.database.bulk import insert_new
from flashmeet.core.errors import ContestOver, TooLateToSay
from flashmeet.core.link_kinds import NO_SHOW
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.identity.service.links import PersonalLink, resolve_link
from flashmeet.people.models import ConductCase
from flashmeet.people.rules.cases import CaseKind, CaseStep, Decision
from flashmeet.schedule.rules.booked_hour import SeatRole, checked_text

AT_ONCE = 100
OPEN = (AbsenceState.SAID, AbsenceState.CONTESTED)


def take_back_unless_absent(db: Session, booking: Booking, member: Member, happened: str, now: datetime) -> None:
    """Withdraws the member's absence report once they say that the hour took place or was moved."""
    if happened != Happened.NO:
        _take_back(db, booking, member, now=now)


def say_absent(db: Session, booking: Booking, member: Member, *, now: datetime) -> NoShow:
    """Reports, once, that the other did not come. Raises TooEarlyToSay, TooLateToSay."""
    if now >= says_until(booking.ends_at):
        raise TooLateToSay("happened")
    answer_booking(db, booking, member, Said(Happened.NO), now=now)
    other = booking.other(member.id)
    row = {
        "booking_id": booking.id,
        "about_id": other.id,
        "by_id": member.id,
        "role": booking.seat_of(other.id).role,
        "state": AbsenceState.SAID,
        "said_at": now,
        "until": contest_until(now),
        "starts_at": booking.starts_at,
        "answer": "",
        "answered_at": None,
        "nonce": secrets.token_urlsafe(16),
        "case_id": None,
    }
    new = insert_new(db, cast(Table, NoShow.__table__), [row])
    found = _locked(db, booking.id, other.id)
    if new and found is not None:
        _begin(db, found, now=now)
    return cast(NoShow, found)


def _locked(db: Session, booking_id: int, about_id: int) -> NoShow | None:
    return db.scalars(select_absence(booking_id, about_id).with_for_update(of=NoShow)).first()


def _begin(db: Session, row: NoShow, *, now: datetime) -> None:
    """Opens the absence; contested from the start where the other contradicts it, or the room saw them."""
    theirs = _locked(db, row.booking_id, row.by_id)
    if theirs is not None and theirs.state == AbsenceState.SAID:
        _contest(db, theirs, by=None, now=now)
    if theirs is not None or _seen(db, row, now=now) or _says_it_took_place(db, row):
        _contest(db, row, by=None, now=now)
    elif row.role == SeatRole.MENTOR:
        row.case_id = _open(db, row, CaseKind.CALL, now=now).id
        notices.mentor_absent(db, row, now=now)
    db.flush()
    notices.absence_said(db, row, now=now)


def _says_it_took_place(db: Session, row: NoShow) -> bool:
    said = answers_to(db, row.booking_id).get(row.about_id)
    return said is not None and said.happened == Happened.YES


def _seen(db: Session, row: NoShow, *, now: datetime) -> bool:
    return was_there(presence_of(db, row.booking, now=now), row.role)


def _open(db: Session, row: NoShow, kind: CaseKind, *, now: datetime) -> ConductCase:
    case, _ = open_case(
        db, key=f"absence:{row.id}", kind=kind, about=row.about, by=row.by, booking=row.booking, now=now
    )
    return case


def _contest(db: Session, row: NoShow, *, by: Member | None, now: datetime) -> None:
    """Leaves the decision to an administrator, in a new case or in that of the mentor who was to be called."""
    row.state, row.answered_at = AbsenceState.CONTESTED, now
    case = _case_of(db, row)
    if case is None:
        case = _open(db, row, CaseKind.NO_SHOW, now=now)
        row.case_id = case.id
    else:
        case.kind, case.decision = CaseKind.NO_SHOW, Decision.OPEN
        case.open_key, case.closed_at = f"absence:{row.id}", None
    record_step(db, case, CaseStep.CONTESTED if by else CaseStep.SEEN, by=by, now=now)
    notices.notify_administrators(db, case, now=now)


def _case_of(db: Session, row: NoShow) -> ConductCase | None:
    """Returns the absence's case, locked."""
    if row.case_id is None:
        return None
    return db.get(ConductCase, row.case_id, with_for_update={"of": ConductCase}, populate_existing=True)


NO_SHOW_LINK = PersonalLink(
    NO_SHOW,
    find=lambda db, number: db.get(NoShow, number),
    facts=lambda row: (row.nonce,),
    owner=lambda row: row.about,
)


def no_show_of_link(db: Session, token: str, *, links: Links, viewer_id: int | None) -> NoShow:
    """Returns the absence of a signed link. Raises NotFound, also for another signed-in member."""
    return resolve_link(db, NO_SHOW_LINK, token, links=links, viewer_id=viewer_id)


def contest(db: Session, row: NoShow, text: str, *, now: datetime) -> None:
    """Contests the absence, with a text for an administrator. Raises Missing, TooLong, ContestOver."""
    answer = checked_text("answer", text, most=STORY_CHARACTERS, required=True)
    db.refresh(row, with_for_update={"of": NoShow})
    if row.state != AbsenceState.SAID or now >= row.until:
        raise ContestOver(row.until)
    row.answer = answer
    _contest(db, row, by=row.about, now=now)


def _take_back(db: Session, booking: Booking, member: Member, *, now: datetime) -> None:
    """Withdraws the member's report that the other did not come."""
    row = db.scalars(select_absence(booking.id, booking.other(member.id).id)).first()
    if row is None:
        return
    case = _case_of(db, row)
    db.refresh(row, with_for_update={"of": NoShow})  # after its case, the order of decisions too
    if row.state not in OPEN:
        return
    row.state = AbsenceState.WITHDRAWN
    told = not notices.recall_absence(db, row, now=now) or bool(row.answer)
    if case is not None:
        record_step(db, case, CaseStep.WITHDRAWN, by=member, now=now)
        if case.closed_at is None:
            close_case(db, case, Decision.WITHDRAWN, now=now)
    db.flush()
    if told:
        notices.absence_settled(db, row, [row.about], now=now)


def settle_absences(db: Session, *, now: datetime) -> int:
    """Makes absences stand that nobody contested in time, except where the room saw the person; returns how many."""
    query = (
        select(NoShow).where(NoShow.state == AbsenceState.SAID, NoShow.until <= now).order_by(NoShow.until, NoShow.id)
    )
    rows = db.scalars(query.limit(AT_ONCE).with_for_update(skip_locked=True, of=NoShow)).all()
    for row in rows:
        if _seen(db, row, now=now):
            _contest(db, row, by=None, now=now)
        else:
            _settle(db, row, AbsenceState.STANDING, now=now)
    db.flush()
    return len(rows)


def decide_absence(db: Session, case: ConductCase, decision: Decision, *, now: datetime) -> None:
    """Settles the absence as an administrator decided; both are told."""
    row = db.scalars(select(NoShow).where(NoShow.case_id == case.id).with_for_update(of=NoShow)).one()
    _settle(db, row, AbsenceState(decision), now=now)
    notices.absence_settled(db, row, (row.about, row.by), now=now)


def _settle(db: Session, row: NoShow, state: AbsenceState, *, now: datetime) -> None:
    row.state = state
    db.flush()
    role = row.role
    if state != AbsenceState.STANDING:
        return
    if role == SeatRole.MENTOR:
        notices.mentor_absent(db, row, now=now)  # not sent before if the room had seen them
    if follows(role, standing_as(db, row.about_id, role, now=now)) == Consequence.PAUSE:
        case, new = open_case(db, key=f"pause:{row.about_id}", kind=CaseKind.PAUSE, about=row.about, now=now)
        if new:
            notices.bookings_rest(db, case, now=now)
            notices.notify_administrators(db, case, now=now)
