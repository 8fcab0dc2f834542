"""Alice, Bob, their calendar server, and what they agreed on as people know it: not as our tables do."""

from __future__ import annotations

import dataclasses
import random
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from flashmeet.calendars.models import CalendarQuestion
from flashmeet.calendars.service.accounts import write_again
from flashmeet.calendars.service.questions import answer_question
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.errors import Refusal
from flashmeet.core.intervals import Interval
from flashmeet.schedule.rules.booked_hour import BookingStatus
from tests.calendars.events import HOUR, NINE, at
from tests.calendars.house import House, house
from tests.calendars.soak.mishaps import Mishaps
from tests.fakes.radicale import Radicale

QUARTER = timedelta(minutes=15)
NAMES = ("work", "home")
_UID, _START = re.compile(r"^UID:(.+?)\s*$", re.MULTILINE), re.compile(r"^DTSTART:(\d{8}T\d{6}Z)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Seen:
    """One event as it lies on the server's disk."""

    calendar: str
    path: str
    uid: str
    start: datetime
    text: str


@dataclass
class Stage:
    """`agreed` is when each session is, or None once somebody cancelled it. `foreign` are Alice's other events, by
    path. `touched` are our events that her hands were on.
    """

    house: House
    chance: random.Random
    mishaps: Mishaps = field(default_factory=Mishaps)
    agreed: dict[int, datetime | None] = field(default_factory=dict)
    foreign: dict[str, str] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    day: int = 0
    made: int = 0

    @property
    def up(self) -> bool:
        return self.house.server.process is not None

    def later(self, minutes: int = 2) -> None:
        """Longer than a calendar counts as fresh."""
        self.house.at += timedelta(minutes=minutes)

    def an_hour(self) -> datetime:
        """Some start of this round's day that Alice gives."""
        return NINE + timedelta(days=self.day) + QUARTER * self.chance.randrange(0, 36)

    def live(self) -> list[int]:
        return [number for number, start in self.agreed.items() if start is not None]

    def events(self) -> list[Seen]:
        return list(_events(self.house.server))

    def ours(self) -> list[Seen]:
        """Those in the calendars that are a session's, and not taken for somebody else's."""
        return [each for each in self.events() if each.path not in self.foreign]

    def put(self, path: str, text: str) -> None:
        lines = "\r\n".join(text.splitlines()) + "\r\n"
        done = self.house.server.ask("PUT", path, lines, **{"Content-Type": "text/calendar"})
        assert done.ok, done.text

    def another(self, start: datetime, path: str = "") -> None:
        """An event of Alice's that is none of our business."""
        self.made += not path
        calendar = self.chance.choice(NAMES)
        path = path or f"/alice/{calendar}/own-{self.made}.ics"
        self.put(path, at(start, uid=path, summary=f"Own {self.made}"))
        self.foreign[path] = next(each.text for each in self.events() if each.path == path)

    def take(self, act: str, start: datetime, booking_id: int | None = None) -> None:
        """Books, or moves there. What must not succeed is a fault when it does."""
        down, taken = not self.up, self._taken(start)
        try:
            if booking_id is None:
                booking_id = self.house.book(start)
            else:
                self.house.move(booking_id, start)
        except Refusal as refusal:
            self.seen[refusal.code] += 1
            return
        if (down or taken) and self.agreed.get(booking_id) != start:
            self.faults.append(f"{act} succeeded although the calendar {'is away' if down else 'says busy'}")
        self.agreed[booking_id] = start

    def _taken(self, start: datetime) -> bool:
        wanted = Interval(start, start + HOUR)
        return any(
            Interval(each.start, each.start + HOUR).overlaps(wanted)
            for each in self.events()
            if each.path in self.foreign
        )

    def answer_all(self) -> int:
        """Whoever is asked answers, this way or that; returns how many were asked."""
        asked = [each for each in self.house.questions() if each.answered_at is None and _stands(each)]
        for question in asked:
            said = self.chance.choice(("keep", "keep", "cancel") if question.kind == "gone" else ("accept", "decline"))
            try:
                with self.house.database.writing() as db:
                    answer_question(db, question.id, answer=said, now=self.house.at)
            except Refusal as refusal:  # the other hour is taken: they are asked still
                self.seen[refusal.code] += 1
                continue
            self.seen[f"answered {said}"] += 1
            if said in ("cancel", "accept"):
                self.agreed[question.booking_id] = question.proposed_at
        return len(asked)

    def write_again(self) -> None:
        """Alice presses the button of her page."""
        with self.house.database.writing() as db:
            alice = self.house.who(db, "Alice")
            write_again(db, alice, self.house.account().id, now=self.house.at)


def _stands(question: CalendarQuestion) -> bool:
    return question.booking.status == BookingStatus.CONFIRMED and question.booking.sequence == question.version


def _events(server: Radicale) -> Iterator[Seen]:
    for calendar in NAMES:
        for path, text in server.events(calendar).items():
            uid, start = _UID.search(text), _START.search(text)
            assert uid and start, text
            instant = datetime.strptime(f"{start[1]}+0000", "%Y%m%dT%H%M%SZ%z")
            yield Seen(calendar, path, uid[1], instant, text)


@contextmanager
def stage(database: Database, config: Config, server: Radicale, *, seed: int) -> Iterator[Stage]:
    """Everything, ready for rounds."""
    made = Stage(
        house(database, dataclasses.replace(config, private_hosts=("127.0.0.1:*",)), server), random.Random(seed)
    )
    made.house.ways = made.mishaps.ways(made.house.ways)
    made.house.connect()
    made.house.look()
    yield made


def settings(database: Database, folder: Path) -> Config:
    return Config(
        env="development",
        instance=folder / "instance",
        database_url=database.engine.url.render_as_string(hide_password=False),
        secret_key="a-secret-that-is-long-enough-for-tests",
        base_url="http://localhost",
        mail_from="rendez-vous@example.org",
    )
