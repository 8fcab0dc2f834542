"""Messages about conduct. None is listed on the page of a booking, which both people read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.outcome import Confirmation, NoShow
from flashmeet.bookings.rules.messages import Action
from flashmeet.bookings.rules.outcomes import ABSENCE_UNDO, AbsenceState
from flashmeet.bookings.service.messages.payloads import payload_for
from flashmeet.conduct.rules.messages import (
    ABSENCE_SAID,
    ABSENCE_SETTLED,
    BOOKINGS_REST,
    CASE_OPENED,
    CONFIRM_HOUR,
    HOUR_RELEASED,
    MENTOR_ABSENT,
    NETWORK_WORD,
    REPORT_CLOSED,
    REPORT_RECEIVED,
)
from flashmeet.identity.models import Member
from flashmeet.identity.rules import OfficeRole
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.write import drop_waiting, mail
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.people.models import ConductCase
from flashmeet.schedule.service.suggestions import suggestions
from flashmeet.themes.rules.messages import SuggestionPayload

OTHERS, LOOKED_AT = 3, 12


def absence_said(db: Session, row: NoShow, *, now: datetime) -> None:
    """Tells the person reported absent, and how to contest it, once it can no longer be taken back unseen."""
    message = ABSENCE_SAID.saying(
        {
            **payload_for(row.booking, row.about),
            "absence_id": row.id,
            "absence_nonce": row.nonce,
            "until": row.until.isoformat(),
            "seen": row.state == AbsenceState.CONTESTED,
        }
    )
    mail(db, row.about.id, message, f"absence:{row.id}", now=now, due_at=now + ABSENCE_UNDO)


def recall_absence(db: Session, row: NoShow, *, now: datetime) -> bool:
    """Drops what was to tell the person reported absent; whether that was in time."""
    subject, kinds = f"absence:{row.id}", (ABSENCE_SAID,)
    drop_waiting(db, subject=subject, kinds=kinds, reason="withdrawn", now=now, recipient_id=row.about_id)
    dropped = select(OutboxMessage.id).where(
        OutboxMessage.subject == subject,
        OutboxMessage.kind == str(ABSENCE_SAID),
        OutboxMessage.recipient_id == row.about_id,
        OutboxMessage.state == OutboxState.DROPPED,
    )
    return db.scalar(dropped.limit(1)) is not None


def absence_settled(db: Session, row: NoShow, people: Iterable[Member], *, now: datetime) -> None:
    """Tells how the absence ended: standing, dropped or withdrawn."""
    action = Action(row.state)
    for member in people:
        message = ABSENCE_SETTLED.saying(
            {**payload_for(row.booking, member, action=action), "about_me": member.id == row.about_id}
        )
        mail(db, member.id, message, f"absence:{row.id}", now=now)


def mentor_absent(db: Session, row: NoShow, *, now: datetime) -> None:
    """Sends the mentee an apology, with other mentors who could give the hour."""
    booking = row.booking
    message = MENTOR_ABSENT.saying(
        {
            **payload_for(booking, booking.mentee),
            "slug": booking.theme.slug,
            "people": _others(db, booking, now=now),
        }
    )
    mail(db, booking.mentee.id, message, f"absence:{row.id}", now=now)


def _others(db: Session, booking: Booking, *, now: datetime) -> list[SuggestionPayload]:
    """Returns other mentors: of the theme, else of any."""
    found: dict[int, SuggestionPayload] = {}
    for theme in (booking.theme, None):
        for each in suggestions(db, booking.mentee, theme=theme, need=booking.need, now=now, limit=LOOKED_AT):
            if each.mentor.id != booking.mentor_id and len(found) < OTHERS:
                soonest = each.match.soonest.isoformat()
                found.setdefault(each.mentor.id, {"id": each.mentor.id, "name": each.mentor.name, "soonest": soonest})
    return list(found.values())


def bookings_rest(db: Session, case: ConductCase, *, now: datetime) -> None:
    """Tells a mentee that bookings are paused until a talk, or possible again."""
    over = case.closed_at is not None
    message = BOOKINGS_REST.saying({"first_name": case.about.first_name, "over": over})
    mail(db, case.about.id, message, f"case:{case.id}", version=int(over), now=now)


def received(db: Session, case: ConductCase, *, ended: int, now: datetime) -> None:
    """Sends the receipt to the member who reported."""
    if case.by is not None:
        mail(db, case.by.id, REPORT_RECEIVED.saying({"ended": ended}), f"case:{case.id}", now=now)


def closed(db: Session, case: ConductCase, *, now: datetime) -> None:
    """Tells the member who reported that the case is decided, in one sentence that is the same for every decision."""
    if case.by is not None:
        mail(db, case.by.id, REPORT_CLOSED.saying({"apart": case.frozen}), f"case:{case.id}", now=now)


def notify_administrators(db: Session, case: ConductCase, *, now: datetime) -> None:
    """Tells whoever decides cases that one waits, and no more; not those who are part of it."""
    decides = or_(Member.administrator, Member.office == OfficeRole.CASES)
    running = select(Member).where(decides, ~Member.suspended).order_by(Member.id)
    for each in db.scalars(running).all():
        if each.id not in (case.about_id, case.by_id):
            mail(db, each.id, CASE_OPENED.saying({"case_id": case.id}), f"case:{case.id}", now=now)


def word(db: Session, case: ConductCase, text: str, *, now: datetime) -> None:
    """Sends an administrator's text to the reported member."""
    mail(db, case.about.id, NETWORK_WORD.saying({"text": text}), f"case:{case.id}", now=now)


def confirm(db: Session, asked: Confirmation, *, now: datetime) -> None:
    booking = asked.booking
    message = CONFIRM_HOUR.saying({**payload_for(booking, booking.mentee), "until": asked.until.isoformat()})
    subject, version = f"confirm:{booking.id}", booking.agreed_sequence
    mail(db, booking.mentee.id, message, subject, version=version, not_after=asked.until, now=now)


def released(db: Session, asked: Confirmation, *, now: datetime) -> None:
    booking = asked.booking
    message = HOUR_RELEASED.saying({**payload_for(booking, booking.mentee), "slug": booking.theme.slug})
    subject, version = f"confirm:{booking.id}", booking.agreed_sequence
    mail(db, booking.mentee.id, message, subject, version=version, now=now)
