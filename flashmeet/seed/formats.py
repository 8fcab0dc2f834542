"""Series and whole days of the past year, and a series that is under way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.models.series import Series
from flashmeet.bookings.rules.series import SeriesState
from flashmeet.core.zones import data_version, instant, local_date
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.booked_hour import Mode
from flashmeet.schedule.rules.booking_facts import Format
from flashmeet.seed.hours import PLACES
from flashmeet.seed.past_hours import Pool, Row, Year
from flashmeet.seed.people import random_for

GOALS = {
    "fr": "Passer de l’idée aux premiers clients : un point toutes les deux semaines.",
    "en": "From the idea to the first clients: one look every other week.",
}
PROGRAMME = {
    "fr": "Matin : la réunion d’équipe et une visite.\nAprès-midi : vos questions, une par une.",
    "en": "Morning: the team’s meeting and a visit.\nAfternoon: your questions, one by one.",
}
EVERY = 12
"""One mentor in so many led a series, and another one gave a whole day."""
RHYTHM = timedelta(days=13)
SERIES_ENDED, SERIES_RUNS = (timedelta(days=210), timedelta(days=100)), (timedelta(days=110), timedelta(days=43))
MOST_HOURS = 5
DAY_BEGINS, DAY_ENDS, PAUSE = 9 * 60, 17 * 60, [12 * 60 + 30, 13 * 60 + 30]


def seed_series(year: Year, pool: Pool, *, seed: int) -> Iterator[Row]:
    """Yields the hours of series that have ended, and of one that the last mentor is leading."""
    chosen = [*range(2, len(pool.mentors) - 1, EVERY), len(pool.mentors) - 1]
    for number in chosen:
        mentor, mentee = pool.mentors[number], pool.mentees[number * 3 % len(pool.mentees)]
        runs = number == len(pool.mentors) - 1
        random = random_for(seed, "series", number)
        starts = _every_other_week(year, mentor, runs=runs)
        if not starts or mentor.id == mentee.id:
            continue
        series = _series(year, mentor, mentee, since=starts[0], runs=runs)
        for starts_at in starts:
            if pool.take(mentor, mentee, starts_at):
                kept = {"format": Format.SERIES, "series_id": series.id, "theme_id": series.theme_id}
                yield year.held(random, mentor, mentee, starts_at, need=series.goals, **kept)


def _every_other_week(year: Year, mentor: Member, *, runs: bool) -> list[datetime]:
    since, until = SERIES_RUNS if runs else SERIES_ENDED
    chosen: list[datetime] = []
    for _, starts_at in sorted(year.days_of(mentor, since=since, until=until).items()):
        if len(chosen) < MOST_HOURS and (not chosen or starts_at - chosen[-1] >= RHYTHM):
            chosen.append(starts_at)
    return chosen


def _series(year: Year, mentor: Member, mentee: Member, *, since: datetime, runs: bool) -> Series:
    today = year.now.date()
    begun = since - timedelta(days=9)
    series = Series(
        state=SeriesState.OPEN if runs else SeriesState.ENDED,
        mentor=mentor,
        mentee=mentee,
        theme_id=min(offer.theme_id for offer in mentor.offers),
        proposed_by_id=mentee.id,
        goals=GOALS[mentee.locale],
        rhythm_weeks=2,
        ends_on=today + timedelta(days=60) if runs else today - timedelta(days=80),
        review_on=today + timedelta(days=20) if runs else today - timedelta(days=120),
        reviewed_on=None if runs else today - timedelta(days=120),
        proposed_at=begun,
        answered_at=begun + timedelta(hours=20),
        nonce=f"series-{mentor.id}",
    )
    year.db.add(series)
    year.db.flush()
    return series


def seed_days(year: Year, pool: Pool, *, seed: int) -> Iterator[Row]:
    """Yields whole days that were held, each where the mentor works."""
    for number in range(5, len(pool.mentors), EVERY):
        mentor, mentee = pool.mentors[number], pool.mentees[number * 5 % len(pool.mentees)]
        offer = _day(year, mentor, number)
        if pool.take(mentor, mentee, offer.starts_at, hours=9):
            random = random_for(seed, "day", number)
            kept = {"format": Format.DAY, "day_offer_id": offer.id, "theme_id": offer.theme_id, "place": offer.place}
            where = {"mode": Mode.ON_SITE, "mentor_phone": "", "mentee_phone": ""}
            yield year.held(random, mentor, mentee, offer.starts_at, ends_at=offer.ends_at, **kept, **where)


def _day(year: Year, mentor: Member, number: int) -> DayOffer:
    """Stores a day of the mentor's, a Thursday some months ago."""
    day = local_date(year.now, mentor.tzid) - timedelta(days=60 + number * 4)
    day -= timedelta(days=(day.weekday() - 3) % 7)
    offer = DayOffer(
        mentor=mentor,
        theme_id=min(each.theme_id for each in mentor.offers),
        date=day,
        tzid=mentor.tzid,
        start_minute=DAY_BEGINS,
        end_minute=DAY_ENDS,
        breaks=[PAUSE],
        mode=Mode.ON_SITE,
        place=PLACES[number % len(PLACES)],
        programme=PROGRAMME[mentor.locale],
        starts_at=instant(day, DAY_BEGINS, mentor.tzid),
        ends_at=instant(day, DAY_ENDS, mentor.tzid),
        created_at=year.now - timedelta(days=90 + number * 4),
        zone_data=data_version(),
    )
    year.db.add(offer)
    year.db.flush()
    return offer
