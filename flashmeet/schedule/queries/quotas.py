"""Quota uses: what counts towards a limit, taken by inserting, never by checking first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence, Set
from functools import cache
from typing import cast

from sqlalchemy import Select, Table, and_, bindparam, delete, func, or_, select
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_new
from flashmeet.core.database.lists import among
from flashmeet.core.database.prepared import columns, prepared
from flashmeet.schedule.models import QuotaUse
from flashmeet.schedule.rules.quotas import Period, Quota, QuotaRule

_QUOTA_USE = cast(Table, QuotaUse.__table__)


def use_quotas(db: Session, holder_id: int, wanted: Sequence[tuple[int, Quota]]) -> Quota | None:
    """Makes the holder count towards these limits (owner and quota) and no others; returns the first that is used up.

    Each use is a row with an ordinal from 1 to the limit: two who want the last one meet at its key.
    """
    there, ordinals = _uses_around(db, holder_id, wanted)
    fresh = [(owner_id, quota) for owner_id, quota in wanted if (owner_id, quota.period) not in there]
    rows = []
    for owner_id, quota in fresh:
        ordinal = _first_free(quota, ordinals[owner_id, quota.period])
        if ordinal is None:
            return quota
        rows.append(use_row(holder_id, owner_id, quota.period, ordinal))
    if rows and insert_new(db, _QUOTA_USE, rows) < len(rows):  # somebody was faster with one of them
        had = quota_uses(db, holder_id)
        for owner_id, quota in fresh:
            if (owner_id, quota.period) not in had and not _use_quota(db, holder_id, owner_id, quota):
                return quota
    drop_quota_uses(db, holder_id, there - {(owner_id, quota.period) for owner_id, quota in wanted})
    return None


Uses = dict[tuple[int, Period], set[int]]


def _uses_around(
    db: Session, holder_id: int, wanted: Sequence[tuple[int, Quota]]
) -> tuple[set[tuple[int, Period]], Uses]:
    """What the holder counts towards; and which ordinals of the wanted limits are used, by whomever."""
    values: dict[str, object] = {"holder_id": holder_id}
    for number, (owner_id, quota) in enumerate(wanted):
        values |= {f"owner{number}": owner_id, f"rule{number}": quota.period.rule, f"name{number}": quota.period.name}
    there: set[tuple[int, Period]] = set()
    ordinals: Uses = defaultdict(set)
    for owner_id, rule, name, ordinal, user_id in columns(db, _uses(len(wanted)), values):
        ordinals[owner_id, Period(rule, name)].add(ordinal)
        if user_id == holder_id:
            there.add((owner_id, Period(rule, name)))
    return there, ordinals


@cache
def _uses(periods: int) -> Select[int, QuotaRule, str, int, int]:
    """Selects the uses of a holder, and of so many owners' periods, by whomever."""
    same = [
        and_(
            QuotaUse.owner_id == bindparam(f"owner{number}"),
            QuotaUse.rule == bindparam(f"rule{number}"),
            QuotaUse.period == bindparam(f"name{number}"),
        )
        for number in range(periods)
    ]
    facts = (QuotaUse.owner_id, QuotaUse.rule, QuotaUse.period, QuotaUse.ordinal, QuotaUse.holder_id)
    return select(*facts).where(or_(QuotaUse.holder_id == bindparam("holder_id"), *same))


def _first_free(quota: Quota, used: Set[int]) -> int | None:
    """The lowest ordinal that nobody has; None where as many are used as there are."""
    if len(used) >= quota.limit:
        return None
    return next((each for each in range(1, quota.limit + 1) if each not in used), None)


def use_row(holder_id: int, owner_id: int, period: Period, ordinal: int) -> dict[str, object]:
    """Returns the row by which the holder counts as the owner's first, second … hour in that period."""
    return {
        "owner_id": owner_id,
        "rule": period.rule,
        "period": period.name,
        "ordinal": ordinal,
        "holder_id": holder_id,
    }


def _use_quota(db: Session, holder_id: int, owner_id: int, quota: Quota) -> bool:
    """The same for one, whose ordinals others are taking at this moment; False when none is left."""
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
        if ordinal not in there and insert_new(db, _QUOTA_USE, [use_row(holder_id, owner_id, period, ordinal)]):
            return True
    return False


def quota_uses(db: Session, holder_id: int) -> set[tuple[int, Period]]:
    """Returns the holder's quota uses: owner and period."""
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


def counts_of(db: Session, owner_id: int, *, except_holder: int | None = None) -> dict[Period, int]:
    """Returns how many bookings count towards each period of one member."""
    asked = _used(owner_id) if except_holder is None else _used_by_others(owner_id, except_holder)
    return {Period(rule, name): count for rule, name, count in columns(db, *asked)}


@prepared
def _used(owner_id: int) -> Select[QuotaRule, str, int]:
    query = select(QuotaUse.rule, QuotaUse.period, func.count()).where(QuotaUse.owner_id == owner_id)
    return query.group_by(QuotaUse.rule, QuotaUse.period)


@prepared
def _used_by_others(owner_id: int, holder_id: int) -> Select[QuotaRule, str, int]:
    query = select(QuotaUse.rule, QuotaUse.period, func.count()).where(QuotaUse.owner_id == owner_id)
    return query.where(QuotaUse.holder_id != holder_id).group_by(QuotaUse.rule, QuotaUse.period)


def counts_of_each(db: Session, ids: Collection[int]) -> dict[int, dict[Period, int]]:
    """The same for several members, in one statement; whoever has no booking is left out."""
    found: dict[int, dict[Period, int]] = defaultdict(dict)
    query = select(QuotaUse.owner_id, QuotaUse.rule, QuotaUse.period, func.count()).where(among(QuotaUse.owner_id, ids))
    if ids:
        for owner_id, rule, name, count in db.execute(
            query.group_by(QuotaUse.owner_id, QuotaUse.rule, QuotaUse.period)
        ):
            found[owner_id][Period(rule, name)] = count
    return found
