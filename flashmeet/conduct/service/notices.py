"""What conduct has people told. None of it stands on the page of a session, where both would read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.outcome import Confirmation, NoShow
from flashmeet.bookings.rules.messages import Action
from flashmeet.bookings.rules.outcomes import AbsenceState
from flashmeet.bookings.service.payloads import payload_for
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
from flashmeet.messages.outbox.write import send
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.kinds import AnyKind
from flashmeet.people.models import ConductCase
from flashmeet.schedule.service.suggestions import suggestions

OTHERS, LOOKED_AT = 3, 12


def _send(
    db: Session,
    subject: str,
    member: Member,
    kind: AnyKind,
    payload: Mapping[str, Any],
    *,
    now: datetime,
    version: int = 0,
    not_after: datetime | None = None,
) -> None:
    send(
        db,
        subject=subject,
        version=version,
        recipient_id=member.id,
        channel=ChannelName.MAIL,
        message=kind.saying(payload),
        now=now,
        not_after=not_after,
    )


def absence_said(db: Session, row: NoShow, *, now: datetime) -> None:
    """Who is said not to have come hears of it, and how to say otherwise."""
    facts: dict[str, Any] = {
        "absence_id": row.id,
        "absence_nonce": row.nonce,
        "until": row.until.isoformat(),
        "seen": row.state == AbsenceState.CONTESTED,
    }
    payload = payload_for(row.booking, row.about, **facts)
    _send(db, f"absence:{row.id}", row.about, ABSENCE_SAID, payload, now=now)


def absence_settled(db: Session, row: NoShow, people: Iterable[Member], *, now: datetime) -> None:
    """How it ended: it stands, it is dropped, or it was taken back."""
    action: Action = row.state  # type: ignore[assignment]  # the three states in which it is settled are actions
    for member in people:
        payload = payload_for(row.booking, member, action=action, about_me=member.id == row.about_id)
        _send(db, f"absence:{row.id}", member, ABSENCE_SETTLED, payload, now=now)


def mentor_absent(db: Session, row: NoShow, *, now: datetime) -> None:
    """An apology to the mentee, and who else could give the hour."""
    booking = row.booking
    facts: dict[str, Any] = {"slug": booking.theme.slug, "people": _others(db, booking, now=now)}
    payload = payload_for(booking, booking.mentee, **facts)
    _send(db, f"absence:{row.id}", booking.mentee, MENTOR_ABSENT, payload, now=now)


def _others(db: Session, booking: Booking, *, now: datetime) -> list[dict[str, Any]]:
    """Of the theme, else of any."""
    found: dict[int, dict[str, Any]] = {}
    for theme in (booking.theme, None):
        for each in suggestions(db, booking.mentee, theme=theme, need=booking.need, now=now, limit=LOOKED_AT):
            if each.mentor.id != booking.mentor_id and len(found) < OTHERS:
                told = {"id": each.mentor.id, "name": each.mentor.name, "soonest": each.match.soonest.isoformat()}
                found.setdefault(each.mentor.id, told)
    return list(found.values())


def bookings_rest(db: Session, case: ConductCase, *, now: datetime) -> None:
    """A mentee books nothing until somebody has talked to them, or again does."""
    facts = {"first_name": case.about.first_name, "over": case.closed_at is not None}
    version = int(case.closed_at is not None)
    _send(db, f"case:{case.id}", case.about, BOOKINGS_REST, facts, version=version, now=now)


def received(db: Session, case: ConductCase, *, ended: int, now: datetime) -> None:
    """The receipt to who reported."""
    if case.by is not None:
        _send(db, f"case:{case.id}", case.by, REPORT_RECEIVED, {"ended": ended}, now=now)


def closed(db: Session, case: ConductCase, *, now: datetime) -> None:
    """One sentence to who reported, the same whatever was decided."""
    if case.by is not None:
        _send(db, f"case:{case.id}", case.by, REPORT_CLOSED, {"apart": case.frozen}, now=now)


def notify_administrators(db: Session, case: ConductCase, *, now: datetime) -> None:
    """A case waits, says no more than that; not to somebody who is part of it."""
    running = select(Member).where(Member.administrator, ~Member.suspended).order_by(Member.id)
    for each in db.scalars(running).all():
        if each.id not in (case.about_id, case.by_id):
            _send(db, f"case:{case.id}", each, CASE_OPENED, {"case_id": case.id}, now=now)


def word(db: Session, case: ConductCase, text: str, *, now: datetime) -> None:
    """What an administrator writes to who was reported."""
    _send(db, f"case:{case.id}", case.about, NETWORK_WORD, {"text": text}, now=now)


def confirm(db: Session, asked: Confirmation, *, now: datetime) -> None:
    booking = asked.booking
    payload = payload_for(booking, booking.mentee, until=asked.until.isoformat())
    subject, version = f"confirm:{booking.id}", booking.sequence
    _send(db, subject, booking.mentee, CONFIRM_HOUR, payload, version=version, not_after=asked.until, now=now)


def released(db: Session, asked: Confirmation, *, now: datetime) -> None:
    booking = asked.booking
    payload = payload_for(booking, booking.mentee, slug=booking.theme.slug)
    subject, version = f"confirm:{booking.id}", booking.sequence
    _send(db, subject, booking.mentee, HOUR_RELEASED, payload, version=version, now=now)
