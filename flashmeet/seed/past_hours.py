"""Hours that were held in the past, as rows: who came, how they met, what it was about."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import cast

from sqlalchemy import Table
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.bookings.rules.follow_up import next_question
from flashmeet.core.database.bulk import insert_all, reserve_ids
from flashmeet.core.intervals import Interval
from flashmeet.core.links import Links
from flashmeet.core.zones import local_date, wall_of
from flashmeet.identity.models import Member
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.rules.booked_hour import BookingStatus, Mode, SeatRole
from flashmeet.schedule.rules.booking_facts import Format, relation_of
from flashmeet.schedule.rules.slots import openings
from flashmeet.seed.hours import PLACES
from flashmeet.seed.stories import STORIES
from flashmeet.seed.themes import THEMES
from flashmeet.themes.service import find_theme

Row = dict[str, object]
CANCELLED = 1 / 14
YOUNG, TAUGHT_BY_THE_YOUNG = 6, 0.6
"""Years since graduation, and the share of these mentors' hours that are given to people who graduated before them."""
ON_SITE, BY_PHONE = 0.14, 0.07


class Pool:
    """The people of the past year: who could come to an hour. Nobody is in two at a time, and strangers do not meet."""

    def __init__(self, mentors: Sequence[Member], mentees: Sequence[Member], *, strangers: Collection[int]) -> None:
        self.mentors, self.mentees, self._strangers = mentors, mentees, frozenset(strangers)
        self._elders = [mentor for mentor in mentors if mentor.mentee] or mentees
        self._taken: set[tuple[int, datetime]] = set()

    def drawn(self, random: Random, mentor: Member, starts_at: datetime) -> Member | None:
        """Returns a mentee for this hour: of a young mentor, often somebody who graduated long before; None when one
        of the two is elsewhere."""
        young = (mentor.graduation_year or 0) > starts_at.year - YOUNG
        mentee = random.choice(self._elders if young and random.random() < TAUGHT_BY_THE_YOUNG else self.mentees)
        return mentee if self.take(mentor, mentee, starts_at) else None

    def take(self, mentor: Member, mentee: Member, starts_at: datetime, *, hours: int = 1) -> bool:
        """Whether both are free; then they are taken."""
        hour = starts_at.replace(minute=0)
        around = {(who.id, hour + timedelta(hours=each)) for who in (mentee, mentor) for each in range(-1, hours + 1)}
        if mentee.id == mentor.id or self._strangers == {mentee.id, mentor.id} or not around.isdisjoint(self._taken):
            return False
        self._taken |= around
        return True


class Year:
    """Makes rows of hours that are over."""

    def __init__(self, db: Session, *, links: Links, now: datetime) -> None:
        self.db, self.links, self.now = db, links, now
        self._keys = {find_theme(db, theme.fr).id: theme.key for theme in THEMES}

    def days_of(self, mentor: Member, *, since: timedelta, until: timedelta) -> Mapping[date, datetime]:
        """Returns an hour of the mentor's week for each day of the period before now that has one."""
        schedule = read_schedule(self.db, mentor.id)
        if schedule is None:
            return {}
        found = openings(schedule, span=Interval(self.now - since, self.now - until))
        return {local_date(start.starts_at, schedule.tzid): start.starts_at for start in found}

    def hour(self, random: Random, mentor: Member, mentee: Member, starts_at: datetime) -> Row:
        """Returns an hour about one of the mentor's themes; one in fourteen was cancelled."""
        theme_id = random.choice(mentor.offers).theme_id
        asked_at = starts_at - timedelta(hours=random.randrange(20, 200))
        cancelled = random.random() < CANCELLED
        mode = _mode(random, mentor, mentee)
        by_phone = mode == Mode.PHONE
        question = None if cancelled else next_question(starts_at, mentee.tzid, now=self.now)
        return {
            "uid": f"{random.getrandbits(128):032x}@{self.links.host}",
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
            "agreed_wall": wall_of(starts_at, mentee.tzid),
            "mode": mode,
            "place": random.choice(PLACES) if mode == Mode.ON_SITE else "",
            "mentor_phone": mentor.phone or "" if by_phone else "",
            "mentee_phone": mentee.phone or "" if by_phone else "",
            "need": random.choice(STORIES[self._keys[theme_id], mentee.locale].needs),
            "room": f"{random.getrandbits(96):024x}",
            "created_at": asked_at,
            "agreed_at": asked_at,
            "stamped_at": asked_at,
            "answer_due_at": None,
            "cancelled_at": asked_at + timedelta(hours=10) if cancelled else None,
            "cancelled_by_id": mentee.id if cancelled else None,
            "relation": relation_of(mentor.graduation_year, mentee.graduation_year),
            "format": Format.FLASH,
            "series_id": None,
            "day_offer_id": None,
            "follow_up_at": question.at if question else None,
        }

    def held(self, random: Random, mentor: Member, mentee: Member, starts_at: datetime, **more: object) -> Row:
        """Returns an hour that was held, with these values instead of drawn ones."""
        agreed = {"sequence": 0, "status": BookingStatus.COMPLETED, "cancelled_at": None, "cancelled_by_id": None}
        return {**self.hour(random, mentor, mentee, starts_at), **agreed, **more}


def _mode(random: Random, mentor: Member, mentee: Member) -> Mode:
    """Returns how they met: by phone where both have one, on site where both live in the same zone, else on video."""
    drawn = random.random()
    if drawn < BY_PHONE and mentor.phone and mentee.phone:
        return Mode.PHONE
    return Mode.ON_SITE if drawn > 1 - ON_SITE and mentor.tzid == mentee.tzid else Mode.VIDEO


def write_hours(db: Session, rows: Sequence[Row], seed: int) -> None:
    """Inserts the hours, with a seat for each of their people."""
    ids = list(reserve_ids(db, cast(Table, Booking.__table__), len(rows)))
    insert_all(db, cast(Table, Booking.__table__), [{**row, "id": id} for id, row in zip(ids, rows, strict=True)])
    seats = [
        {"booking_id": id, "member_id": row[f"{role}_id"], "role": role, "nonce": f"{seed}-{id}-{role}"}
        for id, row in zip(ids, rows, strict=True)
        for role in SeatRole
    ]
    numbers = reserve_ids(db, cast(Table, Seat.__table__), len(seats))
    insert_all(db, cast(Table, Seat.__table__), [{**seat, "id": id} for id, seat in zip(numbers, seats, strict=True)])
