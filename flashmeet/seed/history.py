"""The past year of the demo's network: hours held in every way, a theme that ran dry, searches without a result.

What people said of these hours afterwards is in `afterwards`, series and whole days in `formats`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from flashmeet.core.links import Links
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.schedule.models import Leave
from flashmeet.schedule.service.openings import refresh_openings
from flashmeet.schedule.service.waitlist import propose_theme, record_unmet_need
from flashmeet.seed.formats import seed_days, seed_series
from flashmeet.seed.past_hours import Pool, Row, Year, write_hours
from flashmeet.seed.people import random_for
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
    db: Session,
    mentor_ids: Sequence[int],
    mentee_ids: Sequence[int],
    *,
    strangers: Collection[int],
    links: Links,
    seed: int,
    now: datetime,
) -> int:
    """Creates the history; returns how many hours. `strangers` are two people who have not met before.

    The same arguments give the same history.
    """
    _alumni(db, now=now)
    query = select(Member).where(Member.id.in_({*mentor_ids, *mentee_ids})).options(selectinload(Member.offers))
    people = {member.id: member for member in db.scalars(query)}
    pool = Pool([people[each] for each in mentor_ids], [people[each] for each in mentee_ids], strangers=strangers)
    year = Year(db, links=links, now=now)
    rows = [*seed_days(year, pool, seed=seed), *seed_series(year, pool, seed=seed), *_hours(year, pool, seed=seed)]
    write_hours(db, rows, seed)
    _run_dry(db, mentee_ids, now=now)
    return len(rows)


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


def _hours(year: Year, pool: Pool, *, seed: int) -> Iterator[Row]:
    for number, mentor in enumerate(pool.mentors):
        random = random_for(seed, "history", number)
        by_day = year.days_of(mentor, since=YEAR, until=RECENT)
        wanted = min(random.randrange(FEWEST, MOST), len(by_day))
        for day in sorted(random.sample(sorted(by_day), wanted)):
            mentee = pool.drawn(random, mentor, by_day[day])
            if mentee is not None:
                yield year.hour(random, mentor, mentee, by_day[day])


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
