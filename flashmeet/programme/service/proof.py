"""The proof of a day: each of its hours and requests is looked at once, on the night after.

Reads what hangs on these hours and on no others, so that a night costs what the day held.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, String, cast, func, literal, select, tuple_
from sqlalchemy.orm import Session, lazyload

from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.bookings.rules.messages import INVITE, REMINDERS
from flashmeet.calendars.models import CalendarEvent
from flashmeet.core.backups import BackupMade, last_backup
from flashmeet.core.database.lists import among
from flashmeet.core.intervals import Interval
from flashmeet.core.numbers import read_number
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.programme.models import ProofOfDay
from flashmeet.programme.rules import proof as rules
from flashmeet.programme.rules.proof import MOST_NAMED, Agreed, LateWhy, Left, Rule, Seen, Taken
from flashmeet.requests.models import MentoringRequest
from flashmeet.requests.rules.requests import PROMISE, RequestState
from flashmeet.schedule.rules.booked_hour import STANDING_BOOKING, BookingStatus

CATCHES_UP = 7
"""How many days back a day that no worker looked at is still looked at."""
SETTLED = timedelta(hours=3)
"""How long after the end of a day its last messages have left."""
LONGEST = timedelta(days=31)
"""No booking is longer: an offered day may be repeated on the days after it."""
MONTH, YEAR = 30, 365


AT_ONCE = 250
"""Hours that are looked at in one transaction."""


def prove_days(db: Session, *, now: datetime) -> int:
    """Looks at the first of the last days that nobody has looked at; returns how many that were: none or one."""
    missing = _missing_day(db, now=now)
    if missing is None:
        return 0
    prove_day(db, missing, now=now)
    return 1


def prove_some(db: Session, reached: str, *, now: datetime) -> str:
    """Looks at some hours of the first day that nobody has looked at, or at the next of the day of which `reached`, as
    the last call returned it, is a part; returns "" once that day is done."""
    after = _place(reached)
    day = after[0].date() if after is not None else _missing_day(db, now=now)
    if day is None:
        return ""
    ended = _prove_part(db, day, after, now=now)
    return "" if ended is None else f"{ended[0].isoformat()} {ended[1]}"


def prove_day(db: Session, day: date, *, now: datetime) -> None:
    """Stores what was found of one day, in place of what was stored before."""
    ended = _prove_part(db, day, None, now=now)
    while ended is not None:
        ended = _prove_part(db, day, ended, now=now)


_Place = tuple[datetime, int]
"""The end of an hour, and its id: a day's hours are looked at in this order."""


def _place(reached: str) -> _Place | None:
    ends_at, _, booking_id = reached.partition(" ")
    return (datetime.fromisoformat(ends_at), read_number(booking_id)) if reached else None


def _missing_day(db: Session, *, now: datetime) -> date | None:
    last = (now - SETTLED).date() - timedelta(days=1)
    days = [last - timedelta(days=back) for back in reversed(range(CATCHES_UP))]
    done = set(db.scalars(select(ProofOfDay.day).where(ProofOfDay.day >= days[0])))
    return next((day for day in days if day not in done), None)


def _prove_part(db: Session, day: date, after: _Place | None, *, now: datetime) -> _Place | None:
    """Looks at the next hours of the day, and at its requests with the first; returns where that ended, None at the end
    of the day."""
    span = Interval(*(datetime.combine(each, time(), UTC) for each in (day, day + timedelta(days=1))))
    hours = _hours(db, span, after)
    found = _looked_at(db, hours, span)
    if after is None:
        found[Rule.WEEK] = (_weeks(db, span), {})
    for rule, (seen, why) in found.items():
        _store(db, day, rule, seen, why, adds=after is not None, now=now)
    db.flush()
    return (hours[-1].ends_at, hours[-1].id) if len(hours) == AT_ONCE else None


def _store(
    db: Session, day: date, rule: Rule, seen: Seen, why: Mapping[LateWhy, int], *, adds: bool, now: datetime
) -> None:
    """Stores what was found under one rule; `adds` to what was found of earlier hours of that day."""
    row = ProofOfDay(day=day, rule=rule, looked_at=0, broken=0, named=[], why={}, checked_at=now)
    there = db.get(ProofOfDay, (day, rule)) if adds else None
    row = there if there is not None else db.merge(row)
    row.looked_at += seen.looked_at
    row.broken += len(seen.broken)
    row.named = [*row.named, *seen.broken][:MOST_NAMED]
    counts = Counter(row.why) + Counter({reason.value: count for reason, count in why.items()})
    row.why, row.checked_at = dict(counts), now


def _hours(db: Session, span: Interval, after: _Place | None) -> Sequence[Booking]:
    query = select(Booking).where(Booking.ends_at >= span.start, Booking.ends_at < span.end, Booking.sequence >= 0)
    query = query.where(Booking.status.in_((*STANDING_BOOKING, BookingStatus.CANCELLED)))
    if after is not None:
        query = query.where(Booking.ends_at >= after[0], tuple_(Booking.ends_at, Booking.id) > tuple_(*after))
    ordered = query.order_by(Booking.ends_at, Booking.id).limit(AT_ONCE)
    return db.scalars(ordered.options(lazyload("*"))).all()


def _looked_at(db: Session, hours: Sequence[Booking], span: Interval) -> dict[Rule, tuple[Seen, Mapping[LateWhy, int]]]:
    agreed = {each.id: Agreed(each.agreed_sequence, each.agreed_at, each.cancelled_at) for each in hours}
    left = _messages(db, agreed)
    late, why = rules.late_messages(message for messages in left.values() for message in messages)
    found = {
        Rule.DOUBLE_BOOKING: _double_bookings(db, hours, span),
        Rule.DEAD_REMINDER: rules.dead_reminders(left["reminder"], agreed),
        Rule.INVITE_ORDER: rules.invites_out_of_order(left["invite"]),
        Rule.CALENDAR: _calendars(db, hours),
    }
    return {**{rule: (seen, {}) for rule, seen in found.items()}, Rule.LATE_MESSAGE: (late, why)}


def _messages(db: Session, agreed: Mapping[int, Agreed]) -> Mapping[str, Sequence[Left]]:
    """Returns what left about these bookings: invites and reminders."""
    found: dict[str, list[Left]] = {"reminder": [], "invite": []}
    about = literal("booking:") + cast(Booking.id, String)
    query = (
        select(Booking.id, OutboxMessage)
        .join(OutboxMessage, OutboxMessage.subject == about)
        .where(among(Booking.id, agreed), OutboxMessage.kind.in_((INVITE, *REMINDERS)))
        .where(OutboxMessage.state == OutboxState.SENT)
    )
    for booking_id, row in db.execute(query):
        found["invite" if row.kind == INVITE else "reminder"].append(
            Left(
                booking_id=booking_id,
                recipient_id=row.recipient_id,
                channel=row.channel,
                version=row.version,
                due_at=row.due_at,
                left_at=row.settled_at or row.due_at,
                tries=row.tries,
                doubts=row.doubts,
            )
        )
    return found


def _double_bookings(db: Session, hours: Sequence[Booking], span: Interval) -> Seen:
    of_day = {each.id for each in hours if each.stands}
    people = {person for each in hours if each.stands for person in (each.mentor_id, each.mentee_id)}
    query = (
        select(Seat.member_id, Booking.id, Booking.starts_at, Booking.ends_at)
        .join(Booking, Booking.id == Seat.booking_id)
        .where(among(Seat.member_id, people), Booking.status.in_(STANDING_BOOKING))
        .where(Booking.starts_at < span.end, Booking.starts_at > span.start - LONGEST, Booking.ends_at > span.start)
    )
    taken = [Taken(member_id, id, Interval(start, end)) for member_id, id, start, end in db.execute(query)]
    return rules.double_bookings(taken, of_day)


def _calendars(db: Session, hours: Sequence[Booking]) -> Seen:
    """An event is wrong if it was left at another time than was agreed, or still stands for a cancelled hour. One that
    its member changed there has become a question to them, and is not counted."""
    of_day = {each.id: each for each in hours}
    columns = select(CalendarEvent.booking_id, CalendarEvent.starts_at, CalendarEvent.remote_id)
    rows = db.execute(columns.where(among(CalendarEvent.booking_id, of_day), ~CalendarEvent.conflict)).all()
    wrong = {
        booking_id
        for booking_id, starts_at, remote_id in rows
        if not of_day[booking_id].stands or starts_at != of_day[booking_id].starts_at or not remote_id
    }
    return Seen(len(rows), tuple(sorted(wrong)))


def _weeks(db: Session, span: Interval) -> Seen:
    """Looks at requests that became seven days old: kept with an hour or a no by then, or the reason why not."""
    query = select(MentoringRequest.id, MentoringRequest.ended_at, MentoringRequest.promised_at).where(
        MentoringRequest.created_at >= span.start - PROMISE,
        MentoringRequest.created_at < span.end - PROMISE,
        MentoringRequest.state != RequestState.WITHDRAWN,
    )
    rows = db.execute(query).all()
    broken = {
        id for id, ended_at, promised_at in rows if not _by(span.end, ended_at) and not _by(span.end, promised_at)
    }
    return Seen(len(rows), tuple(sorted(broken)))


def _by(until: datetime, at: datetime | None) -> bool:
    return at is not None and at < until


@dataclass(frozen=True, slots=True)
class Line:
    """A rule over a month and a year, and some of what broke it lately."""

    rule: Rule
    month: tuple[int, int]
    year: tuple[int, int]
    named: Sequence[int] = ()
    why: Mapping[LateWhy, int] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return self.year[0] == 0


@dataclass(frozen=True, slots=True)
class Proof:
    """The lines in the order of the rules, how many days they cover, when the last was checked, and the last backup."""

    lines: Sequence[Line]
    days: int
    checked_at: datetime | None
    backup: BackupMade | None


def proof(db: Session, *, now: datetime) -> Proof:
    """Returns the proof of the last year: (broken, looked at) by rule."""
    today = now.date()
    sums = {name: _sums(db, ProofOfDay.day >= today - timedelta(days=back)) for name, back in _PERIODS.items()}
    recent = select(ProofOfDay).where(ProofOfDay.broken > 0, ProofOfDay.day >= today - timedelta(days=YEAR))
    named: dict[Rule, list[int]] = {}
    why: dict[Rule, dict[LateWhy, int]] = {}
    for row in db.scalars(recent.order_by(ProofOfDay.day.desc())):
        named.setdefault(row.rule, []).extend(row.named)
        reasons = why.setdefault(row.rule, {})
        for reason, count in row.why.items():
            reasons[LateWhy(reason)] = reasons.get(LateWhy(reason), 0) + count
    days, checked_at = db.execute(
        select(func.count(func.distinct(ProofOfDay.day)), func.max(ProofOfDay.checked_at))
    ).one()
    lines = [
        Line(
            rule,
            month=sums["month"].get(rule, (0, 0)),
            year=sums["year"].get(rule, (0, 0)),
            named=named.get(rule, [])[:MOST_NAMED],
            why=why.get(rule, {}),
        )
        for rule in Rule
    ]
    return Proof(lines, days, checked_at, last_backup(db))


_PERIODS = {"month": MONTH, "year": YEAR}


def _sums(db: Session, when: ColumnElement[bool]) -> Mapping[Rule, tuple[int, int]]:
    nothing = literal(0)
    query = select(
        ProofOfDay.rule,
        func.coalesce(func.sum(ProofOfDay.broken), nothing),
        func.coalesce(func.sum(ProofOfDay.looked_at), nothing),
    ).where(when)
    return {rule: (broken, looked_at) for rule, broken, looked_at in db.execute(query.group_by(ProofOfDay.rule))}
