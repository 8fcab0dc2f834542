"""Requests of the demo's past year with their answers, and those open today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.bulk import insert_all, reserve_ids
from flashmeet.core.zones import instant, local_date
from flashmeet.identity.models import Member
from flashmeet.requests.models import MentoringRequest, RequestAsk
from flashmeet.requests.rules.requests import AskState, RequestKind, RequestState
from flashmeet.requests.service.create import Asking, ask
from flashmeet.requests.service.questions import ask_back, reply
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.seed.people import random_for

Row = dict[str, object]

ASKED_FIRST = 0.4
"""The share of hours held that began with a request."""
ENDS: tuple[tuple[AskState, RequestState, int], ...] = (
    (AskState.DECLINED, RequestState.DECLINED, 5),
    (AskState.COUNTERED, RequestState.DECLINED, 2),
    (AskState.EXPIRED, RequestState.EXPIRED, 3),
    (AskState.WITHDRAWN, RequestState.WITHDRAWN, 1),
)
"""How requests without an hour ended, out of eleven."""


def seed_requests(db: Session, mentor_ids: Sequence[int], *, seed: int, now: datetime) -> int:
    """Creates a year of requests beside the hours held; returns how many. The same arguments give the same year."""
    query = select(Booking).where(Booking.mentor_id.in_(mentor_ids), Booking.status == BookingStatus.COMPLETED)
    rows = [
        row
        for number, booking in enumerate(db.scalars(query.order_by(Booking.id)).unique())
        for row in _beside(random_for(seed, "requests", number), booking, now=now)
    ]
    table = cast(Table, MentoringRequest.__table__)
    ids = list(reserve_ids(db, table, len(rows)))
    insert_all(db, table, [{**request, "id": id} for id, (request, _) in zip(ids, rows, strict=True)])
    asks = cast(Table, RequestAsk.__table__)
    numbers = list(reserve_ids(db, asks, len(rows)))
    insert_all(
        db,
        asks,
        [
            {**asked, "id": number, "request_id": id, "nonce": f"{seed}-{number}"}
            for number, id, (_, asked) in zip(numbers, ids, rows, strict=True)
        ],
    )
    return len(rows)


def _beside(random: Random, booking: Booking, *, now: datetime) -> Iterator[tuple[Row, Row]]:
    """Yields the request that led to the hour, and sometimes one that led to none."""
    if random.random() < ASKED_FIRST:
        yield _row(
            random,
            booking,
            AskState.ACCEPTED,
            RequestState.ACCEPTED,
            before=timedelta(),
            booking_id=booking.id,
            now=now,
        )
    if random.random() < ASKED_FIRST / 2:
        states = [(each, end) for each, end, count in ENDS for _ in range(count)]
        state, end = random.choice(states)
        yield _row(
            random, booking, state, end, before=timedelta(days=random.randrange(3, 40)), booking_id=None, now=now
        )


def _row(
    random: Random,
    booking: Booking,
    state: AskState,
    end: RequestState,
    *,
    before: timedelta,
    booking_id: int | None,
    now: datetime,
) -> tuple[Row, Row]:
    ended_at = min(booking.created_at - before, now)
    asked_at = ended_at - timedelta(minutes=random.randrange(40, 2_600))
    answered = state in (AskState.ACCEPTED, AskState.DECLINED, AskState.COUNTERED)
    request: Row = {
        "kind": RequestKind.MENTOR,
        "state": end,
        "mentee_id": booking.mentee_id,
        "theme_id": booking.theme_id,
        "mentor_id": booking.mentor_id,
        "booking_id": booking_id,
        "need": booking.need,
        "any_time": True,
        "created_at": asked_at,
        "due_at": None,
        "queued_at": None,
        "ended_at": ended_at,
        "promised_at": None,
    }
    asked: Row = {
        "mentor_id": booking.mentor_id,
        "wave": 0,
        "state": state,
        "asked_at": asked_at,
        "due_at": ended_at if state == AskState.EXPIRED else asked_at + timedelta(days=4),
        "answered_at": ended_at if answered else None,
    }
    return request, asked


def ask_today(db: Session, karim: Member, camille: Member, somebody: Member, *, now: datetime) -> None:
    """Has somebody ask Karim, who asked back and has the reply, and Camille ask a theme, as on the page."""
    day = local_date(now, karim.tzid) + timedelta(days=6)
    times = tuple(instant(day + timedelta(days=each), 18 * 60 + 30, karim.tzid) for each in (0, 2))
    need = "Mon associé part : que prévoit-on dans le pacte avant de signer ?"
    wanted = Asking(theme="droit", need=need, mentor_id=karim.id, times=times, good_hour="Savoir quoi demander.")
    request = ask(db, somebody, wanted, now=now - timedelta(hours=5))
    for each in request.asks:
        ask_back(db, each, "Êtes-vous à parts égales, et qui garde les clients ?", now=now - timedelta(hours=4))
        reply(db, request, each.id, "À parts égales. Rien d’écrit sur les clients.", now=now - timedelta(hours=3))
    need = "Passer d’un laboratoire à une entreprise : par où commencer ?"
    ask(db, camille, Asking(theme="recherche-et-these", need=need, any_time=True), now=now)
