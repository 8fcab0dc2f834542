"""Claims on members' time: taken by inserting, never by checking first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Select, Table, and_, case, delete, false, or_, select
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_new
from flashmeet.core.database.kept import once
from flashmeet.core.database.prepared import columns, prepared
from flashmeet.core.intervals import TICK_SECONDS, Interval, from_ticks, merged, tick, ticks
from flashmeet.core.settings.policies import MAX_HORIZON_DAYS
from flashmeet.schedule.models import Claim, Holder, QuotaUse
from flashmeet.schedule.rules.booked_hour import HolderKind

_CLAIM = cast(Table, Claim.__table__)
AHEAD = (MAX_HORIZON_DAYS + 2) * 86_400 // TICK_SECONDS
"""Nobody's time is taken further ahead, in ticks."""
Own = Set[tuple[int, int]]
"""What a holder claims: member and tick."""


def own_claims(db: Session, holder_id: int) -> Own:
    return {(member_id, number) for member_id, number in columns(db, *_claims_of(holder_id))}


def members_claimed(db: Session, holders: Collection[int]) -> Sequence[int]:
    """Returns whose time these holders claim."""
    query = select(Claim.member_id).where(Claim.holder_id.in_(holders)).distinct()
    return db.scalars(query).all() if holders else []


@prepared
def _claims_of(holder_id: int) -> Select[int, int]:
    return select(Claim.member_id, Claim.tick).where(Claim.holder_id == holder_id)


def take(db: Session, holder_id: int, wanted: Mapping[int, Interval], *, own: Own = frozenset()) -> bool:
    """Claims the time of each member (id → span) for the holder, all of it in one statement; whether it could be had.

    Rows go in ordered by member and tick, so that two who want the same never wait for each other in a circle. What
    the holder has already (`own`) is kept; what it no longer wants must be let go of by `keep_only`, afterwards.
    """
    rows = [row for row in claim_rows(holder_id, wanted) if (row["member_id"], row["tick"]) not in own]
    return not rows or insert_new(db, _CLAIM, rows) == len(rows)


def claim_rows(holder_id: int, wanted: Mapping[int, Interval]) -> list[dict[str, int]]:
    """Returns what the holder has of each member's time (id → span), ordered by member and tick."""
    return [
        {"member_id": member_id, "tick": number, "holder_id": holder_id}
        for member_id in sorted(wanted)
        for number in ticks(wanted[member_id])
    ]


def keep_only(db: Session, holder_id: int, wanted: Mapping[int, Interval], *, own: Own) -> None:
    """Lets go of whatever the holder claims beyond `wanted`; `own` is what it claimed before."""
    if all(member_id in wanted and number in ticks(wanted[member_id]) for member_id, number in own):
        return
    db.execute(delete(Claim).where(Claim.holder_id == holder_id, ~_within(wanted)))


def _within(spans: Mapping[int, Interval]) -> ColumnElement[bool]:
    """Of one of these members, in their span."""
    each = (
        and_(Claim.member_id == member_id, Claim.tick >= ticks(span).start, Claim.tick < ticks(span).stop)
        for member_id, span in spans.items()
    )
    return or_(false(), *each)


def taken(db: Session, member_id: int, span: Interval, *, except_holder: int | None = None) -> list[Interval]:
    """Returns the member's claims in `span`, widened to whole ticks."""
    first, stop = tick(span.start), ticks(span).stop
    if except_holder is None:
        asked = _taken(member_id, first, stop)
    else:
        asked = _taken_by_others(member_id, first, stop, except_holder)
    return from_ticks([number for (number,) in columns(db, *asked)])


def taken_beside(db: Session, member_id: int, span: Interval, *, request_id: int) -> list[Interval]:
    """The same without what is held for that request, which is let go of as the request is answered."""
    asked = _taken_beside(member_id, tick(span.start), ticks(span).stop, request_id)
    return from_ticks([number for (number,) in columns(db, *asked)])


def taken_ahead(db: Session, member_id: int, *, except_holder: int | None = None, now: datetime) -> list[Interval]:
    """Returns what stands in the way of another hour of the member, now and to come, as few intervals in order.

    What has expired, and what an earlier try of theirs left, is given up by whoever takes the time. It is read once in
    a unit of work that only reads.
    """
    held = once(db, held_from, member_id, tick(now))
    live = (each for each in held if each.holder_id != except_holder and (each.until is None or each.until > now))
    return merged(span for each in live for span in each.spans)


@dataclass(frozen=True, slots=True)
class Held:
    """What one holder claims of the member, and until when."""

    holder_id: int
    until: datetime | None
    spans: Sequence[Interval]


def held_from(db: Session, member_id: int, first: int) -> Sequence[Held]:
    return by_holder((*row,) for row in columns(db, *_held(member_id, first, first + AHEAD)))


def by_holder(rows: Iterable[tuple[int, int, datetime | None]]) -> Sequence[Held]:
    """Returns what each holder claims, of the rows of `held_ticks`."""
    found: dict[tuple[int, datetime | None], list[int]] = defaultdict(list)
    for number, holder_id, until in rows:
        found[holder_id, until].append(number)
    return [Held(holder_id, until, from_ticks(numbers)) for (holder_id, until), numbers in found.items()]


@prepared
def _held(member_id: int, first: int, stop: int) -> Select[int, int, datetime | None]:
    return held_ticks(member_id, first, stop)


def held_ticks(member_id: int, first: int, stop: int) -> Select[int, int, datetime | None]:
    """Selects each tick that is claimed of the member, by which holder, and until when."""
    return (
        select(Claim.tick, Claim.holder_id, Holder.expires_at)
        .join(Holder, Holder.id == Claim.holder_id)
        .where(Claim.member_id == member_id, Claim.tick >= first, Claim.tick < stop)
        .where(or_(Holder.kind != HolderKind.HOLD, Holder.member_id != member_id))
    )


@prepared
def _taken(member_id: int, first: int, stop: int) -> Select[int]:
    return select(Claim.tick).where(Claim.member_id == member_id, Claim.tick >= first, Claim.tick < stop)


@prepared
def _taken_by_others(member_id: int, first: int, stop: int, holder_id: int) -> Select[int]:
    of_member = select(Claim.tick).where(Claim.member_id == member_id, Claim.tick >= first, Claim.tick < stop)
    return of_member.where(Claim.holder_id != holder_id)


@prepared
def _taken_beside(member_id: int, first: int, stop: int, request_id: int) -> Select[int]:
    of_member = select(Claim.tick).where(Claim.member_id == member_id, Claim.tick >= first, Claim.tick < stop)
    held = of_member.join(Holder, Holder.id == Claim.holder_id)
    return held.where(Holder.request_id.is_distinct_from(request_id))


def holder_at(db: Session, member_id: int, span: Interval, *, except_holder: int) -> Holder | None:
    """Returns the holder of the member's earliest claim in `span`."""
    numbers = ticks(span)
    query = (
        select(Holder)
        .join(Claim, Claim.holder_id == Holder.id)
        .where(Claim.member_id == member_id, Claim.tick >= numbers.start, Claim.tick < numbers.stop)
        .where(Holder.id != except_holder)
        .order_by(Claim.tick)
    )
    return db.scalars(query.limit(1)).first()


Claimant = tuple[int, int | None, int | None, datetime | None]
"""Whose time it is, the booking that has it, whom an earlier try was for, and until when."""


def claimants(db: Session, wanted: Mapping[int, Interval]) -> Sequence[Claimant]:
    """Returns what claims the time of two members (id → span), in order of time; nothing is locked. One member alone,
    who opens their own hour, counts as both."""
    spans = [(member_id, ticks(span)) for member_id, span in wanted.items()]
    (one_id, one), (other_id, other) = spans[0], spans[-1]
    asked = _claimants(one_id, other_id, first=one.start, stop=one.stop, begin=other.start, end=other.stop)
    return [(*row,) for row in columns(db, *asked)]


@prepared
def _claimants(
    one_id: int, other_id: int, *, first: int, stop: int, begin: int, end: int
) -> Select[int, int | None, int | None, datetime | None]:
    """The one's from `first` to `stop`, the other's from `begin` to `end`."""
    left_by = case((Holder.kind == HolderKind.HOLD, Holder.member_id), else_=None)
    return (
        select(Claim.member_id, Holder.booking_id, left_by, Holder.expires_at)
        .join(Holder, Holder.id == Claim.holder_id)
        .where(
            or_(
                and_(Claim.member_id == one_id, Claim.tick >= first, Claim.tick < stop),
                and_(Claim.member_id == other_id, Claim.tick >= begin, Claim.tick < end),
            )
        )
        .order_by(Claim.tick)
    )


def spans_of(own: Own) -> dict[int, Interval]:
    """Returns those claims as member → the whole interval."""
    by_member: dict[int, list[int]] = defaultdict(list)
    for member_id, number in own:
        by_member[member_id].append(number)
    return {member_id: from_ticks(range(min(numbers), max(numbers) + 1))[0] for member_id, numbers in by_member.items()}


def release(db: Session, holder_id: int) -> None:
    """Deletes a holder with its claims and quota uses."""
    db.execute(delete(Claim).where(Claim.holder_id == holder_id))
    db.execute(delete(QuotaUse).where(QuotaUse.holder_id == holder_id))
    db.execute(delete(Holder).where(Holder.id == holder_id))


def expired_holders(db: Session, *, now: datetime, claiming: Mapping[int, Interval] | None = None) -> Sequence[int]:
    """Returns expired holders, locked; with `claiming`, only those that hold that time.

    A holder that another transaction is deleting is skipped.
    """
    query = select(Holder.id).where(Holder.expires_at <= now).order_by(Holder.id)
    if claiming is not None:
        query = query.where(Holder.id.in_(_those_who_claim(claiming)))
    return db.scalars(query.limit(500).with_for_update(skip_locked=True)).all()


def _those_who_claim(claiming: Mapping[int, Interval]) -> Select[int]:
    return select(Claim.holder_id).where(_within(claiming))
