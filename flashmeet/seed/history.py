"""The past year of the demo's network: hours held, a theme that ran dry, searches without a result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session, selectinload

from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.core.database.bulk import insert_all, reserve_ids
from flashmeet.core.intervals import Interval
from flashmeet.core.links import Links
from flashmeet.core.zones import local_date, local_time
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.schedule.models import Leave
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.rules.booked_hour import BookingStatus, Mode, SeatRole
from flashmeet.schedule.rules.booking_facts import relation_of
from flashmeet.schedule.rules.slots import openings
from flashmeet.schedule.service.openings import refresh_openings
from flashmeet.schedule.service.waitlist import propose_theme, record_unmet_need
from flashmeet.seed.people import random_for
from flashmeet.seed.stories import STORIES
from flashmeet.seed.themes import THEMES
from flashmeet.themes.rules.changes import UnmetCause
from flashmeet.themes.service import find_theme

YEAR, RECENT = timedelta(days=365), timedelta(days=42)
"""The period of this history; anything later is booked by the use cases (`bookings`)."""
FEWEST, MOST = 4, 16
DRY, IN_VAIN = "Fiscalité", 26
AWAY = timedelta(days=45)
MISSED = ("Énergie", "énergie", "Énergies", "Vie associative", "vie associative", "Immobilier")
ALUMNI = (
    ("Hélène", "Brochard", "Expert-comptable, vingt ans en cabinet", "Conseil", 1999),
    ("Malik", "Sow", "Responsable fiscal dans l’industrie", "Industrie", 2004),
    ("Solène", "Le Goff", "Comptabilité des associations", "Économie sociale", 2011),
    ("Bruno", "Keller", "Inspecteur des impôts, en retraite", "Secteur public", 1984),
    ("Nour", "Chafik", "Conseil fiscal, prix de transfert", "Conseil", 2013),
    ("Ève", "Tran", "Cheffe de cuisine", "Restauration", 2008),
)
"""Members who do not mentor; most of them know the theme that runs dry."""


def seed_history(
    db: Session, mentor_ids: Sequence[int], mentee_ids: Sequence[int], *, links: Links, seed: int, now: datetime
) -> int:
    """Creates the history; returns how many hours. The same arguments give the same history."""
    _alumni(db, now=now)
    made = _hours(db, mentor_ids, mentee_ids, links=links, seed=seed, now=now)
    _run_dry(db, mentee_ids, now=now)
    return made


def _alumni(db: Session, *, now: datetime) -> None:
    db.add_all(
        Member(
            email=f"alumni-{number}@s0.example.org",
            first_name=first,
            last_name=last,
            headline=headline,
            sector=sector,
            graduation_year=year,
            languages=["fr"],
            tzid="Europe/Paris",
            locale="fr",
            approved=True,
            created_at=now - timedelta(days=300),
        )
        for number, (first, last, headline, sector, year) in enumerate(ALUMNI)
    )
    db.flush()


def _hours(
    db: Session, mentor_ids: Sequence[int], mentee_ids: Sequence[int], *, links: Links, seed: int, now: datetime
) -> int:
    query = select(Member).where(Member.id.in_({*mentor_ids, *mentee_ids})).options(selectinload(Member.offers))
    people = {member.id: member for member in db.scalars(query)}
    keys = {find_theme(db, theme.fr).id: theme.key for theme in THEMES}
    mentees = [people[member_id] for member_id in mentee_ids]
    rows: list[dict[str, object]] = []
    for number, mentor_id in enumerate(mentor_ids):
        random = random_for(seed, "history", number)
        for starts_at in _starts(db, random, mentor_id, now=now):
            mentee = random.choice(mentees)
            if mentee.id != mentor_id:
                rows.append(_row(random, people[mentor_id], mentee, starts_at=starts_at, keys=keys, links=links))
    _write(db, rows, seed)
    return len(rows)


def _starts(db: Session, random: Random, mentor_id: int, *, now: datetime) -> Iterator[datetime]:
    """Yields hours of the mentor's week, on different days."""
    schedule = read_schedule(db, mentor_id)
    if schedule is None:
        return
    found = openings(schedule, span=Interval(now - YEAR, now - RECENT))
    by_day = {local_date(start.starts_at, schedule.tzid): start.starts_at for start in found}
    wanted = min(random.randrange(FEWEST, MOST), len(by_day))
    yield from (by_day[day] for day in sorted(random.sample(sorted(by_day), wanted)))


def _row(
    random: Random, mentor: Member, mentee: Member, *, starts_at: datetime, keys: dict[int, str], links: Links
) -> dict[str, object]:
    theme_id = random.choice(mentor.offers).theme_id
    asked_at = starts_at - timedelta(hours=random.randrange(20, 200))
    cancelled = random.random() < 1 / 14
    return {
        "uid": f"{random.getrandbits(128):032x}@{links.host}",
        "sequence": 1 if cancelled else 0,
        "status": BookingStatus.CANCELLED if cancelled else BookingStatus.COMPLETED,
        "mentor_id": mentor.id,
        "mentee_id": mentee.id,
        "theme_id": theme_id,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=1),
        "buffer_before": 0,
        "buffer_after": 15,
        "agreed_tzid": mentee.tzid,
        "agreed_wall": local_time(starts_at, mentee.tzid).at.isoformat(timespec="minutes"),
        "mode": Mode.PHONE if random.random() < 0.06 else Mode.VIDEO,
        "need": random.choice(STORIES[keys[theme_id], mentee.locale].needs),
        "room": f"{random.getrandbits(96):024x}",
        "created_at": asked_at,
        "agreed_at": asked_at,
        "stamped_at": asked_at,
        "answer_due_at": None,
        "cancelled_at": asked_at + timedelta(hours=10) if cancelled else None,
        "cancelled_by_id": mentee.id if cancelled else None,
        "relation": relation_of(mentor.graduation_year, mentee.graduation_year),
    }


def _write(db: Session, rows: list[dict[str, object]], seed: int) -> None:
    ids = list(reserve_ids(db, cast(Table, Booking.__table__), len(rows)))
    insert_all(db, cast(Table, Booking.__table__), [{**row, "id": id} for id, row in zip(ids, rows, strict=True)])
    seats = [
        {"booking_id": id, "member_id": row[f"{role}_id"], "role": role, "nonce": f"{seed}-{id}-{role}"}
        for id, row in zip(ids, rows, strict=True)
        for role in SeatRole
    ]
    numbers = reserve_ids(db, cast(Table, Seat.__table__), len(seats))
    insert_all(db, cast(Table, Seat.__table__), [{**seat, "id": id} for id, seat in zip(numbers, seats, strict=True)])


def _run_dry(db: Session, mentee_ids: Sequence[int], *, now: datetime) -> None:
    """Sends all but one mentor of a theme on leave, while mentees search for it."""
    theme = find_theme(db, DRY)
    mentors = db.scalars(
        select(MentorTheme.mentor_id).where(MentorTheme.theme_id == theme.id).order_by(MentorTheme.mentor_id)
    ).all()
    for mentor_id in mentors[1:]:
        db.add(Leave(member_id=mentor_id, first=now.date(), last=(now + AWAY).date()))
        db.flush()
        refresh_openings(db, mentor_id, now=now)
    for number, member_id in enumerate(mentee_ids[:IN_VAIN]):
        at = now - timedelta(days=1 + number)
        mentee = db.get_one(Member, member_id)
        record_unmet_need(db, mentee, theme.id, UnmetCause.SEARCH, now=at)
        if number < len(MISSED):
            propose_theme(db, mentee, MISSED[number], now=at)
