"""A year of past bookings for a large network, as rows only: what pages and tasks have to leave aside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, cast

from sqlalchemy import Table, select

from bench.stage import Stage
from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.core.database.bulk import insert_all, reserve_ids
from flashmeet.identity.models import MentorTheme
from flashmeet.schedule.rules.booked_hour import BookingStatus, Mode, SeatRole

PER_MENTOR, AT_ONCE = 10, 20_000


def write(stage: Stage) -> int:
    """Writes ten hours of each mentor, spread over the year; returns how many."""
    now, made = datetime.now(UTC).replace(minute=0, second=0, microsecond=0), 0
    rows = _rows(stage, now)
    while some := list(islice(rows, AT_ONCE)):
        with stage.database.writing() as db:
            table, seat = cast(Table, Booking.__table__), cast(Table, Seat.__table__)
            ids = reserve_ids(db, table, len(some))
            insert_all(db, table, [{**row, "id": id} for id, row in zip(ids, some, strict=True)])
            seats = [
                {"booking_id": id, "member_id": row[f"{role}_id"], "role": role, "nonce": f"{id}-{role}"}
                for id, row in zip(ids, some, strict=True)
                for role in SeatRole
            ]
            numbers = reserve_ids(db, seat, len(seats))
            insert_all(db, seat, [{**each, "id": number} for number, each in zip(numbers, seats, strict=True)])
        made += len(some)
    return made


def _rows(stage: Stage, now: datetime) -> Iterator[dict[str, Any]]:
    mentors, mentees = stage.seeded.mentors, stage.seeded.mentees
    with stage.database.reading() as db:
        themes = dict(db.execute(select(MentorTheme.mentor_id, MentorTheme.theme_id)).all())
    for place, mentor_id in enumerate(mentors):
        for turn in range(PER_MENTOR):
            number = place * PER_MENTOR + turn
            starts_at = now - timedelta(days=50 + 31 * turn + place % 31, hours=place % 12)
            yield {
                "uid": f"year-{number}@bench",
                "sequence": 0,
                "status": BookingStatus.COMPLETED,
                "mentor_id": mentor_id,
                "mentee_id": mentees[number % len(mentees)],
                "theme_id": themes[mentor_id],
                "starts_at": starts_at,
                "ends_at": starts_at + timedelta(hours=1),
                "buffer_before": 0,
                "buffer_after": 15,
                "agreed_tzid": "Europe/Paris",
                "agreed_wall": starts_at.isoformat(timespec="minutes"),
                "mode": Mode.VIDEO,
                "need": "Relire mes statuts avant le dépôt.",
                "room": f"year-{number}",
                "created_at": starts_at - timedelta(days=5),
                "agreed_at": starts_at - timedelta(days=5),
                "stamped_at": starts_at - timedelta(days=5),
                "answer_due_at": None,
                "cancelled_at": None,
                "cancelled_by_id": None,
                "relation": None,
            }
