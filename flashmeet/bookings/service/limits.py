"""Hours that are agreed already count towards the limits that a mentor has from now on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, delete, func, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.bulk import insert_many
from flashmeet.core.database.lists import among
from flashmeet.core.zones import local_date
from flashmeet.schedule.models import Holder, QuotaUse
from flashmeet.schedule.queries.schedules import policies_of
from flashmeet.schedule.rules.availability import Schedule
from flashmeet.schedule.rules.booked_hour import HolderKind
from flashmeet.schedule.rules.quotas import MENTOR_RULES, Period, mentor_quotas

THIS_MONTH = timedelta(days=33)
"""Whatever began longer ago is in no day, week or month that goes on, in any zone."""


def count_anew(db: Session, mentor_ids: Collection[int], now: datetime) -> None:
    """Counts all that takes an hour of these mentors by their policies as they are now, also what is beyond a limit.

    Whoever changes a policy has locked it: nobody takes an hour of theirs meanwhile.
    """
    policies, counted = policies_of(db, mentor_ids), Counter[tuple[int, Period]]()
    rows = []
    for mentor_id, holder_id, starts_at in _hours(db, mentor_ids, since=now - THIS_MONTH):
        tzid, policy = policies[mentor_id]
        for quota in mentor_quotas(policy, local_date(starts_at, tzid)):
            counted[mentor_id, quota.period] += 1
            rows.append(
                {
                    "owner_id": mentor_id,
                    "rule": quota.period.rule,
                    "period": quota.period.name,
                    "ordinal": counted[mentor_id, quota.period],
                    "holder_id": holder_id,
                }
            )
    theirs = among(QuotaUse.owner_id, mentor_ids), QuotaUse.rule.in_(MENTOR_RULES)
    db.execute(delete(QuotaUse).where(*theirs).execution_options(synchronize_session=False))
    insert_many(db, cast(Table, QuotaUse.__table__), rows)


def weigh(db: Session, mentor_id: int, meant: Schedule, counted: dict[Period, int], now: datetime) -> None:
    """Adds what would count towards the limits of a schedule if it were saved."""
    for _, _, starts_at in _hours(db, [mentor_id], since=now - THIS_MONTH):
        for quota in mentor_quotas(meant.policy, local_date(starts_at, meant.tzid)):
            counted[quota.period] = counted.get(quota.period, 0) + 1


def _hours(db: Session, mentor_ids: Collection[int], *, since: datetime) -> Iterator[tuple[int, int, datetime]]:
    """Yields mentor, holder and start of what is booked with these mentors, waits for them or is kept for a queue."""
    mentor_id = func.coalesce(Booking.mentor_id, Holder.mentor_id)
    starts_at = func.coalesce(Booking.starts_at, Holder.starts_at)
    query = (
        select(mentor_id, Holder.id, starts_at)
        .outerjoin(Booking, Booking.id == Holder.booking_id)
        .where(Holder.kind.in_((HolderKind.BOOKING, HolderKind.PENDING, HolderKind.OFFER)))
        .where(among(mentor_id, mentor_ids), starts_at > since)
    )
    for row in db.execute(query.order_by(starts_at, Holder.id)):
        yield row[0], row[1], row[2]
