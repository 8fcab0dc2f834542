"""Takes an hour for two people, and releases it: claims, quotas and openings in one transaction.

The order is always the same, which avoids deadlocks: holders that are there already, by id; the mentors among the
people, by id, before anything of theirs changes; then claims by member and tick, quotas, openings. Whoever takes or
releases several hours at once holds all their mentors from the beginning (`lock_people`). New claims are taken before
old ones are released.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from flashmeet.core.database.new_rows import write_new
from flashmeet.core.database.prepared import columns, prepared
from flashmeet.core.errors import NotBookable, NotOffered, QuotaReached, SlotTaken, TooLate, YouAreBusy
from flashmeet.core.intervals import Interval
from flashmeet.core.settings.service import network_settings
from flashmeet.core.zones import local_date
from flashmeet.identity.models import Member
from flashmeet.people.queries import are_separated
from flashmeet.schedule.models import Holder, MemberCalendar, MentorPolicy
from flashmeet.schedule.queries import claims
from flashmeet.schedule.queries.calendars import is_busy
from flashmeet.schedule.queries.holds import is_held_for_another
from flashmeet.schedule.queries.openings import lock_mentors
from flashmeet.schedule.queries.quotas import counts_of, drop_quota_uses, quota_uses, use_quotas
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.rules.availability import Schedule
from flashmeet.schedule.rules.booked_hour import claimed_by_mentor
from flashmeet.schedule.rules.quotas import Quota, mentee_quotas, mentor_quotas, open_quota, pending_quota
from flashmeet.schedule.rules.slots import require_offered
from flashmeet.schedule.service.gate import can_both_come, require_can_meet, require_not_on_leave
from flashmeet.schedule.service.openings import refresh_each


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """An hour of a mentor, wanted by a mentee."""

    mentor: Member
    mentee: Member
    schedule: Schedule
    starts_at: datetime
    minutes: int

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def wanted(self) -> dict[int, Interval]:
        """Returns the time it claims: the mentor's with buffers, the mentee's without."""
        policy = self.schedule.policy
        return {
            self.mentor.id: claimed_by_mentor(
                self.starts_at, self.ends_at, before=policy.buffer_before, after=policy.buffer_after
            ),
            self.mentee.id: Interval(self.starts_at, self.ends_at),
        }


def offered_hour(
    db: Session,
    *,
    mentor: Member,
    mentee: Member,
    starts_at: datetime,
    minutes: int,
    now: datetime,
    met: bool = False,
) -> Hour:
    """The hour, when the mentor's schedule holds it. Raises TooLate, BeyondHorizon, NotOffered, NotBookable.

    Where something stands between the two it reads as an hour that nobody gives; `met` where it is known already that
    nothing does.
    """
    require_can_meet(db, mentor, mentee, starts_at=starts_at, met=met, now=now)
    schedule = read_schedule(db, mentor.id)
    if schedule is None:
        raise NotOffered(starts_at=starts_at)
    require_offered(schedule, starts_at=starts_at, minutes=minutes, now=now)
    return Hour(mentor=mentor, mentee=mentee, schedule=schedule, starts_at=starts_at, minutes=minutes)


def agreed_hour(
    db: Session, *, mentor: Member, mentee: Member, starts_at: datetime, minutes: int, now: datetime
) -> Hour:
    """Returns an hour that both have agreed to, whatever the mentor's schedule.

    Raises TooLate; NotOffered if the two are hidden from each other; NotBookable, OnLeave as booking refuses it.
    """
    require_can_meet(db, mentor, mentee, starts_at=starts_at, now=now)
    require_not_on_leave(db, mentor, starts_at)
    schedule = read_schedule(db, mentor.id) or Schedule(mentor.tzid, network_settings(db).policy)
    if starts_at <= now:
        raise TooLate(starts_at=starts_at, notice_minutes=0)
    return Hour(mentor=mentor, mentee=mentee, schedule=schedule, starts_at=starts_at, minutes=minutes)


def require_free(db: Session, hour: Hour, *, you: Member, now: datetime) -> bool:
    """Refuses an hour that somebody has, by reading alone; returns whether something expired stands in its way.

    What an earlier try of `you` left does not count. Raises SlotTaken, YouAreBusy, as `take_hour` does.
    """
    other = hour.mentor if you.id == hour.mentee.id else hour.mentee
    expired, busy_with = False, list[int | None]()
    for member_id, booking_id, left_by, until in claims.claimants(db, hour.wanted):
        if until is not None and until <= now:
            expired = True
        elif left_by == you.id:
            continue
        elif member_id == other.id:
            raise SlotTaken(hour.starts_at)
        else:
            busy_with.append(booking_id)
    if busy_with:
        raise YouAreBusy(busy_with[0])
    return expired


def take_hour(
    db: Session, holder: Holder, hour: Hour, *, you: Member, now: datetime, waits: bool = False
) -> Sequence[MemberCalendar] | None:
    """Makes the hour the holder's, and only that hour. `you` is who asks; one that `waits` for the mentor's answer
    counts as such. Returns the mentor's calendars that are checked, where they were read for it (`require_read`).

    Raises SlotTaken when the other's time is gone, YouAreBusy when only one's own is, QuotaReached; NotOffered where
    something stands between the two.
    """
    quotas = limits_of(db, hour)
    if waits:
        quotas = sorted([*quotas, (hour.mentor.id, pending_quota()), (hour.mentee.id, open_quota())])
    return _take(db, holder, hour, quotas, you=you, now=now, heeds_holds=True)


def take_proposal(db: Session, holder: Holder, hour: Hour, *, you: Member, now: datetime) -> None:
    """Claims a proposed time: it counts as awaiting the mentor's answer, and towards no other limit.

    Raises SlotTaken, YouAreBusy, QuotaReached.
    """
    _take(db, holder, hour, [(hour.mentor.id, pending_quota())], you=you, now=now)


def take_agreed(db: Session, holder: Holder, hour: Hour, *, you: Member, now: datetime) -> None:
    """Claims an hour that both have agreed to; it counts towards the mentor's limits only as far as there is room.

    Those limits are meant for other people's bookings. Raises SlotTaken, YouAreBusy; QuotaReached for the mentee's
    limit.
    """
    quotas, there = limits_of(db, hour), quota_uses(db, holder.id)
    used = counts_of(db, hour.mentor.id)
    room = [
        (owner_id, quota)
        for owner_id, quota in quotas
        if owner_id != hour.mentor.id or (owner_id, quota.period) in there or used.get(quota.period, 0) < quota.limit
    ]
    _take(db, holder, hour, room, you=you, now=now)


def _take(
    db: Session,
    holder: Holder,
    hour: Hour,
    quotas: Sequence[tuple[int, Quota]],
    *,
    you: Member,
    now: datetime,
    heeds_holds: bool = False,
) -> Sequence[MemberCalendar] | None:
    """An hour that both have agreed to takes precedence over one that is kept for a browser."""
    fresh, wanted = holder in db.new, hour.wanted
    own = _own_claims(db, holder)
    before = claims.spans_of(own)
    locked = lock_mentors(db, {*before, *wanted})
    if not claims.take(db, holder.id, wanted, own=own):
        _refuse(db, holder, hour, you=you)
    # the final check, however the hour was found
    mentor_id, mentee_id = hour.mentor.id, hour.mentee.id
    span = wanted[mentor_id]
    [(hidden, busy, come, held)] = columns(db, *_final_check(mentor_id, mentee_id, span.start, span.end, now))
    if not come:
        raise NotBookable
    if hidden:
        raise NotOffered(starts_at=hour.starts_at)
    if busy or (held and heeds_holds):
        raise SlotTaken(hour.starts_at)
    claims.keep_only(db, holder.id, wanted, own=own)
    if quotas or not fresh:
        count(db, holder, quotas)
    return refresh_around(db, [before, wanted], locked=locked, now=now).get(hour.mentor.id)


@prepared
def _final_check(
    mentor_id: int, mentee_id: int, start: datetime, end: datetime, now: datetime
) -> Select[bool, bool, bool, bool]:
    """Selects whether they are kept apart, whether the mentor's calendars take that time, whether both can come, and
    whether it is held for somebody else."""
    return select(
        are_separated(mentor_id, mentee_id),
        is_busy(mentor_id, start, end),
        can_both_come(mentor_id, mentee_id),
        is_held_for_another(mentor_id, mentee_id, start, end, now=now),
    )


def _own_claims(db: Session, holder: Holder) -> claims.Own:
    """What the holder claims so far: nothing, where it is new."""
    if holder in db.new:
        write_new(db, holder)
        return frozenset()
    return claims.own_claims(db, holder.id)


def claim_member_time(db: Session, holder: Holder, member: Member, span: Interval, *, now: datetime) -> None:
    """Claims time of one member alone. Raises YouAreBusy."""
    own = _own_claims(db, holder)
    locked = lock_mentors(db, [member.id])
    if not claims.take(db, holder.id, {member.id: span}, own=own):
        clash = claims.holder_at(db, member.id, span, except_holder=holder.id)
        raise YouAreBusy(clash.booking_id if clash else None)
    refresh_around(db, [{member.id: span}], locked=locked, now=now)


def _refuse(db: Session, holder: Holder, hour: Hour, *, you: Member) -> None:
    other = hour.mentor if you.id == hour.mentee.id else hour.mentee
    if claims.taken(db, other.id, hour.wanted[other.id], except_holder=holder.id):
        raise SlotTaken(hour.starts_at)
    clash = claims.holder_at(db, you.id, hour.wanted[you.id], except_holder=holder.id)
    raise YouAreBusy(clash.booking_id if clash else None)


def count(db: Session, holder: Holder, quotas: Sequence[tuple[int, Quota]]) -> None:
    """Counts the holder towards these limits and no others. Raises QuotaReached."""
    full = use_quotas(db, holder.id, quotas)
    if full is not None:
        raise QuotaReached(full.period.rule, full.limit)


def no_longer_waits(db: Session, holder: Holder, *, mentor_id: int, mentee_id: int, now: datetime) -> None:
    """Stops counting the hour as awaiting an answer, since the mentor has agreed."""
    waited = {(mentor_id, pending_quota().period), (mentee_id, open_quota().period)}
    locked = lock_mentors(db, [mentor_id, mentee_id])
    drop_quota_uses(db, holder.id, waited)
    refresh_each(db, {mentor_id: []}, locked=[each for each in locked if each.member_id == mentor_id], now=now)


def limits_of(db: Session, hour: Hour) -> list[tuple[int, Quota]]:
    """Returns the limits that the hour counts towards, each with whose it is."""
    mentors = mentor_quotas(hour.schedule.policy, local_date(hour.starts_at, hour.schedule.tzid))
    per_week = network_settings(db).mentee_per_week
    mentees = mentee_quotas(per_week, local_date(hour.starts_at, hour.mentee.tzid))
    return sorted([(hour.mentor.id, quota) for quota in mentors] + [(hour.mentee.id, quota) for quota in mentees])


def let_go(db: Session, holder: Holder, *, now: datetime) -> None:
    """Deletes the holder and frees its time and quota uses."""
    before = claims.spans_of(claims.own_claims(db, holder.id))
    locked = lock_mentors(db, before) if before else []
    claims.release(db, holder.id)
    db.expunge(holder)
    refresh_around(db, [before], locked=locked, now=now)


def lock_people(db: Session, holders: Collection[int], *others: int) -> None:
    """Locks the mentors among those whose time these holders (ids) claim, and among `others` (member ids)."""
    lock_mentors(db, {*claims.members_claimed(db, holders), *others})


def refresh_around(
    db: Session, changes: Iterable[Mapping[int, Interval]], *, locked: Sequence[MentorPolicy], now: datetime
) -> Mapping[int, Sequence[MemberCalendar]]:
    """Writes the openings that changed claims touch, for everybody in them who mentors; returns their calendars."""
    by_member: dict[int, list[Interval]] = {}
    for change in changes:
        for member_id, span in change.items():
            by_member.setdefault(member_id, []).append(span)
    return refresh_each(db, by_member, locked=locked, now=now) if by_member else {}
