"""Claims and quota uses: taken by inserting, never by looking first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete, func, select
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_new
from flashmeet.core.intervals import Interval, from_ticks, tick, ticks
from flashmeet.schedule.models import Claim, Holder, QuotaUse
from flashmeet.schedule.rules.quotas import Period, Quota

_CLAIM, _QUOTA_USE = cast(Table, Claim.__table__), cast(Table, QuotaUse.__table__)


def take(db: Session, holder_id: int, wanted: Mapping[int, Interval]) -> int | None:
    """Claims the time of each member (id → span) for the holder. Returns the member who could not be had, or None.

    Rows go in ordered by member and tick, so that two who want the same never wait for each other in a circle. What
    the holder has already is kept; what it no longer wants must be let go of by `keep_only`, afterwards.
    """
    own = set(db.execute(select(Claim.member_id, Claim.tick).where(Claim.holder_id == holder_id)))
    for member_id in sorted(wanted):
        rows = [
            {"member_id": member_id, "tick": number, "holder_id": holder_id}
            for number in ticks(wanted[member_id])
            if (member_id, number) not in own
        ]
        if rows and insert_new(db, _CLAIM, rows) < len(rows):
            return member_id
    return None


def keep_only(db: Session, holder_id: int, wanted: Mapping[int, Interval]) -> None:
    """Lets go of whatever the holder claims beyond `wanted`."""
    db.execute(delete(Claim).where(Claim.holder_id == holder_id, Claim.member_id.not_in(wanted)))
    for member_id, span in wanted.items():
        numbers = ticks(span)
        db.execute(
            delete(Claim).where(
                Claim.holder_id == holder_id,
                Claim.member_id == member_id,
                (Claim.tick < numbers.start) | (Claim.tick >= numbers.stop),
            )
        )


def taken(db: Session, member_id: int, span: Interval, *, except_holder: int | None = None) -> list[Interval]:
    """What of `span` the member has claimed, widened to whole ticks."""
    query = select(Claim.tick).where(
        Claim.member_id == member_id, Claim.tick >= tick(span.start), Claim.tick < ticks(span).stop
    )
    if except_holder is not None:
        query = query.where(Claim.holder_id != except_holder)
    return from_ticks(db.scalars(query).all())


def holder_at(db: Session, member_id: int, span: Interval, *, except_holder: int) -> Holder | None:
    """What the member's earliest claim in `span` is held for."""
    numbers = ticks(span)
    query = (
        select(Holder)
        .join(Claim, Claim.holder_id == Holder.id)
        .where(Claim.member_id == member_id, Claim.tick >= numbers.start, Claim.tick < numbers.stop)
        .where(Holder.id != except_holder)
        .order_by(Claim.tick)
    )
    return db.scalars(query.limit(1)).first()


def use_quota(db: Session, holder_id: int, owner_id: int, quota: Quota) -> bool:
    """Counts one more session towards the quota; False when none is left.

    Each use is a row with an ordinal from 1 to the limit: two who want the last one meet at its key.
    """
    period = quota.period
    there = set(
        db.scalars(
            select(QuotaUse.ordinal).where(
                QuotaUse.owner_id == owner_id, QuotaUse.rule == period.rule, QuotaUse.period == period.name
            )
        )
    )
    if len(there) >= quota.limit:
        return False
    for ordinal in range(1, quota.limit + 1):
        row = {
            "owner_id": owner_id,
            "rule": period.rule,
            "period": period.name,
            "ordinal": ordinal,
            "holder_id": holder_id,
        }
        if ordinal not in there and insert_new(db, _QUOTA_USE, [row]):
            return True
    return False


def quota_uses(db: Session, holder_id: int) -> set[tuple[int, Period]]:
    """What the holder counts towards: owner and period."""
    rows = db.execute(select(QuotaUse.owner_id, QuotaUse.rule, QuotaUse.period).where(QuotaUse.holder_id == holder_id))
    return {(owner_id, Period(rule, name)) for owner_id, rule, name in rows}


def drop_quota_uses(db: Session, holder_id: int, uses: Iterable[tuple[int, Period]]) -> None:
    for owner_id, period in uses:
        db.execute(
            delete(QuotaUse).where(
                QuotaUse.holder_id == holder_id,
                QuotaUse.owner_id == owner_id,
                QuotaUse.rule == period.rule,
                QuotaUse.period == period.name,
            )
        )


def used(db: Session, owner_id: int, *, except_holder: int | None = None) -> dict[Period, int]:
    """How many sessions count towards each period of one person."""
    query = (
        select(QuotaUse.rule, QuotaUse.period, func.count())
        .where(QuotaUse.owner_id == owner_id)
        .group_by(QuotaUse.rule, QuotaUse.period)
    )
    if except_holder is not None:
        query = query.where(QuotaUse.holder_id != except_holder)
    return {Period(rule, name): count for rule, name, count in db.execute(query)}


def claimed_by(db: Session, holder_id: int) -> dict[int, Interval]:
    """What the holder claims: member → the whole of it."""
    rows = db.execute(
        select(Claim.member_id, func.min(Claim.tick), func.max(Claim.tick))
        .where(Claim.holder_id == holder_id)
        .group_by(Claim.member_id)
    )
    return {member_id: from_ticks(range(low, high + 1))[0] for member_id, low, high in rows}


def release(db: Session, holder_id: int) -> None:
    """Ends a holder: its claims and quota uses go with it."""
    db.execute(delete(Claim).where(Claim.holder_id == holder_id))
    db.execute(delete(QuotaUse).where(QuotaUse.holder_id == holder_id))
    db.execute(delete(Holder).where(Holder.id == holder_id))


def expired_holders(db: Session, *, now: datetime, claiming: Mapping[int, Interval] | None = None) -> Sequence[int]:
    """Holders whose time has run out, locked; with `claiming`, only those in the way of that time.

    One that somebody else is ending at this moment is left to them.
    """
    query = select(Holder.id).where(Holder.expires_at <= now).order_by(Holder.id)
    if claiming is not None:
        query = query.where(Holder.id.in_(_claimants(db, claiming)))
    return db.scalars(query.limit(500).with_for_update(skip_locked=True)).all()


def _claimants(db: Session, claiming: Mapping[int, Interval]) -> set[int]:
    found: set[int] = set()
    for member_id, span in claiming.items():
        numbers = ticks(span)
        found.update(
            db.scalars(
                select(Claim.holder_id)
                .where(Claim.member_id == member_id, Claim.tick >= numbers.start, Claim.tick < numbers.stop)
                .distinct()
            )
        )
    return found
