"""Reports: the two are kept apart at once, and a case waits for an administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.conduct.rules.conduct import STORY_CHARACTERS, checked_what
from flashmeet.conduct.service import notices
from flashmeet.conduct.service.cases import open_case, record_step
from flashmeet.conduct.service.separation import keep_apart, member_known_to
from flashmeet.core.errors import NotFound
from flashmeet.identity.models import Member
from flashmeet.people.models import ConductCase
from flashmeet.people.rules.cases import CaseKind, CaseStep
from flashmeet.schedule.rules.booked_hour import checked_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report as received. With `share` the administrators are given the booking's brief."""

    what: str
    story: str
    booking_id: int | None = None
    share: bool = False


def report(db: Session, member: Member, other_id: int, said: Report, *, now: datetime) -> ConductCase:
    """Keeps the two apart, ends what they had ahead, and opens the case; a second report is added to the open one.

    Raises BadInput and its subclasses; NotFound, also for a booking that is not theirs.
    """
    what = checked_what(said.what)
    story = checked_text("story", said.story, most=STORY_CHARACTERS, required=True)
    other = member_known_to(db, member, other_id)
    booking = reported_booking(db, member, other, said.booking_id)
    shared = "\n\n".join(filter(None, (booking.need, booking.good_hour))) if booking and said.share else ""
    case, new = open_case(
        db,
        key=f"report:{member.id}:{other.id}",
        kind=CaseKind.REPORT,
        about=other,
        by=member,
        booking=booking,
        what=what,
        story=story,
        shared=shared,
        frozen=True,
        now=now,
    )
    if not new:
        _add(db, case, member, story, shared, now=now)
    ended = keep_apart(db, member, other, now=now)
    if new:
        notices.received(db, case, ended=ended, now=now)
        notices.notify_administrators(db, case, now=now)
    return case


def reported_booking(db: Session, member: Member, other: Member, booking_id: int | None) -> Booking | None:
    """Returns the reported booking. Raises NotFound."""
    if booking_id is None:
        return None
    booking = db.get(Booking, booking_id)
    if booking is None or {booking.mentor_id, booking.mentee_id} != {member.id, other.id}:
        raise NotFound
    return booking


def _add(db: Session, case: ConductCase, member: Member, story: str, shared: str, *, now: datetime) -> None:
    """Adds to an open case; the same form sent twice adds nothing."""
    case.frozen = True
    text = "\n\n".join(filter(None, (story, shared)))
    if (story, shared or case.shared) != (case.story, case.shared):
        record_step(db, case, CaseStep.ADDED, by=member, now=now, text=text)
