"""A mentor's availability: when they can be booked, how, and at which terms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from flashmeet.core.errors import ChangedMeanwhile, OutOfRange
from flashmeet.core.settings.policies import Policy
from flashmeet.core.settings.service import network_settings
from flashmeet.core.zones import zone
from flashmeet.identity.models import Member
from flashmeet.people.service.terms import require_terms
from flashmeet.schedule.models import MentorPolicy
from flashmeet.schedule.queries.quotas import counts_of
from flashmeet.schedule.queries.schedules import read_schedule, write_schedule
from flashmeet.schedule.rules.availability import DayOverride, Schedule, WeeklyRule
from flashmeet.schedule.rules.booked_hour import MODES, Mode
from flashmeet.schedule.rules.booking_facts import checked_place
from flashmeet.schedule.rules.quotas import MENTOR_RULES
from flashmeet.schedule.rules.slots import Start
from flashmeet.schedule.service.events import hours_replaced, limits_changed, limits_weighed
from flashmeet.schedule.service.openings import refresh_openings, starts_of

MOST_RULES, MOST_OVERRIDES = 200, 1_000


def schedule_or_empty(db: Session, member: Member) -> Schedule:
    """Returns the member's availability, or an empty one with the network's policy."""
    return read_schedule(db, member.id) or Schedule(member.tzid, network_settings(db).policy)


def save_availability(
    db: Session,
    member: Member,
    *,
    tzid: str,
    rules: Sequence[WeeklyRule],
    overrides: Sequence[DayOverride],
    policy: Policy,
    ways: Sequence[Mode] | None = None,
    place: str | None = None,
    replacing: str | None = None,
    now: datetime,
) -> Schedule:
    """Replaces rules, overrides, policy and the derived openings. Leave stays; so do bookings, and the mentor is asked
    about each that lay in the former hours and does not lie in these. `ways` of meeting and `place` stay where they are
    None.

    `replacing` is the version that the member saw (`availability_version`), None from who does not say. Raises
    UnknownZone, OutOfRange, TooLong, TermsRequired, ChangedMeanwhile.
    """
    _require_storable(tzid, rules, overrides)
    if ways is not None and not ways:
        raise OutOfRange("ways", low=1, high=len(MODES))
    there = None if place is None else checked_place(place)
    require_terms(db, member, now=now)
    if replacing is not None:
        _require_version(db, member.id, replacing)
    before = read_schedule(db, member.id)
    write_schedule(db, member.id, tzid=tzid, rules=rules, overrides=overrides, policy=policy, ways=ways, place=there)
    if _counts_otherwise(db, member, before, tzid, policy):
        limits_changed(db, [member.id], now)
    refresh_openings(db, member.id, now=now)
    saved = read_schedule(db, member.id)
    assert saved is not None  # noqa: S101  # written three lines above
    if before is not None:
        hours_replaced(db, member, before, saved, now)
    return saved


def _counts_otherwise(db: Session, member: Member, before: Schedule | None, tzid: str, policy: Policy) -> bool:
    """Whether hours count towards other limits than they do now."""
    stood = before or Schedule(member.tzid, network_settings(db).policy)
    return _counts(stood.tzid, stood.policy) != _counts(tzid, policy)


def _counts(tzid: str, policy: Policy) -> tuple[object, ...]:
    """What decides towards which limits an hour counts."""
    return tzid, policy.per_day, policy.per_week, policy.per_month


def _require_storable(tzid: str, rules: Sequence[WeeklyRule], overrides: Sequence[DayOverride]) -> None:
    """Raises UnknownZone, OutOfRange."""
    zone(tzid)
    if len(rules) > MOST_RULES:
        raise OutOfRange("rules", low=0, high=MOST_RULES)
    if len(overrides) > MOST_OVERRIDES:
        raise OutOfRange("overrides", low=0, high=MOST_OVERRIDES)


def preview_availability(
    db: Session,
    member: Member,
    *,
    tzid: str,
    rules: Sequence[WeeklyRule],
    overrides: Sequence[DayOverride],
    policy: Policy,
    now: datetime,
) -> list[Start]:
    """Returns the starts that could be booked now if this were saved; writes nothing.

    Leave, bookings, calendars and used-up limits count as they do for what is saved. Raises UnknownZone, OutOfRange.
    """
    _require_storable(tzid, rules, overrides)
    before = read_schedule(db, member.id)
    meant = Schedule(tzid, policy, tuple(rules), tuple(overrides), before.leaves if before else ())
    counted = counts_of(db, member.id)
    if _counts_otherwise(db, member, before, tzid, policy):
        counted = {period: count for period, count in counted.items() if period.rule not in MENTOR_RULES}
        limits_weighed(db, member.id, meant, counted, now)
    starts = starts_of(db, member.id, meant, counted=counted, now=now)
    return [start for start in starts if now + policy.notice <= start.starts_at <= now + policy.horizon]


def availability_version(schedule: Schedule | None) -> str:
    """Returns a name for what `save_availability` replaces: the same while it is the same. Leave has no part in it."""
    said = schedule and (
        schedule.tzid,
        schedule.policy,
        schedule.rules,
        schedule.overrides,
        schedule.ways,
        schedule.place,
    )
    return sha256(repr(said).encode()).hexdigest()[:20]


def _require_version(db: Session, member_id: int, version: str) -> None:
    """Locks what is stored, if anything is. Raises ChangedMeanwhile."""
    db.get(MentorPolicy, member_id, with_for_update=True, populate_existing=True)
    if availability_version(read_schedule(db, member_id)) != version:
        raise ChangedMeanwhile


def hours_elsewhere(db: Session, member: Member) -> bool:
    """Whether the member's weekly hours, or those of a date, are in another zone than the member."""
    schedule = read_schedule(db, member.id)
    return schedule is not None and bool(schedule.rules or schedule.overrides) and schedule.tzid != member.tzid


def move_hours(db: Session, member: Member, *, now: datetime) -> None:
    """Keeps the wall times of the member's hours, in the member's own zone from now on. Bookings stand.

    Raises TermsRequired.
    """
    schedule = read_schedule(db, member.id)
    if schedule is not None:
        save_availability(
            db,
            member,
            tzid=member.tzid,
            rules=schedule.rules,
            overrides=schedule.overrides,
            policy=schedule.policy,
            now=now,
        )
