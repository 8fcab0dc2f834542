"""The network that is measured: seeded as `flashmeet seed` does, with people signed in and hours to be booked."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import cast

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import flashmeet.listeners  # noqa: F401  # as every process does
from bench.clients import HOST, Request, get, post
from flashmeet.app import create_app
from flashmeet.core.config import Config
from flashmeet.core.database import migrate
from flashmeet.core.database.engine import Database
from flashmeet.core.links import Links
from flashmeet.core.settings.policies import Confirm
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.identity.service.logins import open_login
from flashmeet.identity.service.tokens import create_token
from flashmeet.schedule.models import MentorPolicy, Opening
from flashmeet.schedule.queries.openings import ALL_THEMES
from flashmeet.seed.bookings import Outing, seed_bookings
from flashmeet.seed.bulk_bookings import BulkBookings
from flashmeet.seed.network import NewMentor, Occupied, Plan, Seeded, seed_people
from tests.browsers import Browser
from tests.databases import postgres_server

SECRET = "s" * 48
READERS = 64
"""How many members read pages and slots: no token may ask more than 600 times a minute."""
ODILE = "odile@bench.example.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeding:
    """How many were seeded, and how many seconds each part took."""

    plan: Plan
    people: float
    in_bulk: int
    bulk: float
    one_by_one: int
    single: float

    @property
    def minutes_for_the_goal(self) -> float:
        """Returns the minutes for 100,000 mentors and 10,000 hours, at the speed seen."""
        goal, single = Plan(mentors=100_000, days=28, seed=1), self.single / max(self.one_by_one, 1)
        bulk = self.bulk / self.in_bulk if self.in_bulk else single
        hours = goal.hours_in_bulk * bulk + goal.hours_one_by_one * single
        return (goal.mentors * self.people / self.plan.mentors + hours) / 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """An hour that nobody else of the bench books."""

    mentor_id: int
    mentee_id: int
    starts_at: datetime
    theme_id: int


@dataclass(slots=True)
class Stage:
    """An installation and its people."""

    database: Database
    environment: dict[str, str]
    port: int
    seeded: Seeded
    seeding: Seeding

    @property
    def url(self) -> str:
        return self.environment["FLASHMEET_DATABASE_URL"]

    @property
    def links(self) -> Links:
        return Links(self.environment["FLASHMEET_BASE_URL"], SECRET)

    @property
    def sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    def app(self) -> Flask:
        """Returns the application in this process, for counting statements and signing people in."""
        app = create_app(Config.from_env(self.environment), database=self.database)
        app.test_client_class = Browser
        return app

    def tokens(self, member_ids: Sequence[int]) -> list[str]:
        now = datetime.now(UTC)
        with self.database.writing() as db:
            return [create_token(db, db.get_one(Member, id), read_only=False, now=now) for id in member_ids]

    def cookies(self, app: Flask, member_ids: Sequence[int]) -> list[str]:
        """Signs these members in; returns the value of the Cookie header of each."""
        name = app.config["SESSION_COOKIE_NAME"]
        with self.database.writing() as db:
            secrets = [open_login(db, db.get_one(Member, each), now=datetime.now(UTC)) for each in member_ids]
        headers = []
        for secret in secrets:
            browser = cast(Browser, app.test_client())
            with browser.session_transaction() as kept:
                kept["_user_id"] = secret
            cookie = browser.get_cookie(name)
            assert cookie is not None
            headers.append(f"{name}={cookie.value}")
        return headers

    def administrator(self) -> int:
        with self.database.writing() as db:
            found = db.scalar(select(Member.id).where(Member.email == ODILE))
            if found is not None:
                return found
            odile = Member(email=ODILE, first_name="Odile", last_name="Bench", administrator=True, approved=True)
            odile.tzid, odile.locale, odile.languages = "Europe/Paris", "fr", ["fr"]
            odile.created_at = datetime.now(UTC) - timedelta(days=90)
            db.add(odile)
            db.flush()
            return odile.id

    def wanted_hours(self) -> Iterator[Wanted]:
        """Yields hours of different mentors for different mentees."""
        soon = datetime.now(UTC) + timedelta(days=3)
        first = func.min(Opening.starts_at)
        query = (
            select(
                Opening.mentor_id,
                first,
                select(func.min(MentorTheme.theme_id))
                .where(MentorTheme.mentor_id == Opening.mentor_id)
                .scalar_subquery(),
            )
            .join(MentorPolicy, MentorPolicy.member_id == Opening.mentor_id)
            .where(Opening.theme_id == ALL_THEMES, Opening.starts_at > soon, Opening.opens_at < soon)
            .where(MentorPolicy.confirm == Confirm.INSTANT)
            .group_by(Opening.mentor_id)
            .order_by(Opening.mentor_id)
            .limit(4_000)
        )
        with self.database.reading() as db:
            rows = db.execute(query).all()
        mentees = reversed(self.seeded.mentees)  # those with hours already come first
        for (mentor_id, starts_at, theme_id), mentee_id in zip(rows, mentees, strict=False):
            yield Wanted(mentor_id, mentee_id, starts_at, theme_id)

    def readers(self, paths: Sequence[str], *, tokens: Sequence[str]) -> Iterator[Request]:
        """Yields the same requests of one reader after another, without end."""
        for number in count():
            token = tokens[number % len(tokens)]
            yield get(paths[number % len(paths)], self.port, Authorization=f"Bearer {token}")

    def browsing(self, paths: Sequence[str], *, cookies: Sequence[str]) -> Iterator[Request]:
        for number in count():
            said = {"Cookie": cookies[number % len(cookies)]} if cookies else {}
            yield get(paths[number % len(paths)], self.port, **said)

    def booking(self, wanted: Wanted, token: str) -> Request:
        body = {
            "mentor_id": wanted.mentor_id,
            "starts_at": wanted.starts_at.isoformat(),
            "theme": str(wanted.theme_id),
            "need": "Relire mes statuts avant le dépôt.",
        }
        return post("/api/v1/bookings", self.port, json.dumps(body).encode(), Authorization=f"Bearer {token}")


@contextmanager
def stage(folder: Path, plan: Plan, *, sqlite: bool, port: int) -> Iterator[Stage]:
    """Yields a seeded installation on a database of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    if sqlite:
        yield from _on(f"sqlite:///{folder / 'bench.sqlite3'}", folder, plan, port)
    else:
        with postgres_server() as url:
            yield from _on(url, folder, plan, port)


def _on(url: str, folder: Path, plan: Plan, port: int) -> Iterator[Stage]:
    base = f"http://{HOST}:{port}"
    environment = {
        "FLASHMEET_ENV": "production",
        "FLASHMEET_INSTANCE": str(folder / "instance"),
        "FLASHMEET_DATABASE_URL": url,
        "FLASHMEET_SECRET_KEY": SECRET,
        "FLASHMEET_BASE_URL": base,
        "FLASHMEET_MAIL_FROM": "bench@example.org",
    }
    database = Database(url, connections=4)
    try:
        migrate.upgrade(database)
        seeded, seeding = _seed(database, Links(base, SECRET), plan)
        _analyse(database)
        yield Stage(database, environment, port, seeded, seeding)
    finally:
        database.dispose()


def _seed(database: Database, links: Links, plan: Plan) -> tuple[Seeded, Seeding]:
    bulk = BulkBookings(plan, links, datetime.now(UTC))
    in_bulk = 0.0

    def book(db: Session, mentors: Sequence[NewMentor], mentees: Sequence[int]) -> Mapping[int, Occupied]:
        nonlocal in_bulk
        begun = time.perf_counter()
        occupied = bulk.book(db, mentors, mentees)
        in_bulk += time.perf_counter() - begun
        return occupied

    marks = [time.perf_counter()]
    seeded = seed_people(database.writing, plan, now=bulk.now, progress=_silent, book=book)
    marks.append(time.perf_counter())
    outing = Outing(links=links, sends=False)
    booked = seed_bookings(database.writing, seeded, plan, outing=outing, now=bulk.now, progress=_silent)
    marks.append(time.perf_counter())
    return seeded, Seeding(
        plan=plan,
        people=marks[1] - marks[0] - in_bulk,
        in_bulk=bulk.made,
        bulk=in_bulk,
        one_by_one=booked,
        single=marks[2] - marks[1],
    )


def _silent(_count: int) -> None:
    pass


def _analyse(database: Database) -> None:
    """Has the database know its tables, as it would a while after any import."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
