"""Alice mentors and keeps a calendar, Bob books; a worker's rounds, by hand."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.move import move_booking
from flashmeet.calendars.models import CalendarQuestion
from flashmeet.calendars.rules.sources import Access, Calendars, CalendarSource, RemoteCalendar, SyncResult
from flashmeet.calendars.service.accounts import NewAccount, connect
from flashmeet.calendars.service.event_plans import Sender
from flashmeet.calendars.service.questions import end_unanswered
from flashmeet.calendars.sources.channel import CalendarChannel
from flashmeet.calendars.sources.configured import Sources, openers
from flashmeet.calendars.sync.syncing import Syncing
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.core.vault import vault_of
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.schedule.models import CalendarAccount, MemberCalendar
from flashmeet.schedule.queries.calendars import used_calendars
from flashmeet.schedule.rules.calendars import CalendarKind
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from flashmeet.worker.sender import Sender as Sending
from tests import people
from tests.calendars.events import NINE
from tests.fakes.radicale import PASSWORD, USER, Radicale
from tests.people import NOW


@dataclass
class House:
    """What the program is made of here; `at` is everybody's clock."""

    database: Database
    config: Config
    server: Radicale
    ways: Calendars
    at: datetime = NOW
    ids: dict[str, int] = field(default_factory=dict)

    @property
    def links(self) -> Links:
        return Links(self.config.base_url, self.config.secret_key)

    @property
    def syncing(self) -> Syncing:
        return Syncing(self.database, self.ways)

    def who(self, db: Session, name: str) -> Member:
        found = db.get(Member, self.ids[name])
        assert found is not None
        return found

    def connect(
        self, *, who: str = "Alice", password: str = PASSWORD, names: tuple[str, ...] = ("work", "home")
    ) -> int:
        """An account of hers, or his; sessions go into the first calendar."""
        found = [RemoteCalendar(remote_id=self.server.calendar(name), name=name) for name in names]
        new = NewAccount(
            kind=CalendarKind.CALDAV,
            label=f"{USER}@example.org",
            settings={"url": self.server.url, "user": USER},
            secret=self.ways.vault.shut({"password": password}),
            found=found,
        )
        with self.database.writing() as db:
            return connect(db, self.who(db, who), new, now=self.at).id

    def look(self) -> None:
        """The worker's look at every calendar."""
        with self.database.reading() as db:
            ids = db.scalars(select(MemberCalendar.id).order_by(MemberCalendar.id)).all()
        for each in ids:
            self.syncing.sync(each, seconds=60, now=self.at)

    def look_in_turn(self) -> None:
        """The worker's look at those calendars that are used."""
        with self.database.reading() as db:
            ids = [each for owner in self.ids.values() for each in used_calendars(db, owner)]
        for each in ids:
            self.syncing.sync(each, seconds=60, now=self.at)

    def write(self, *, once: bool = False) -> None:
        """The worker's calendar channel, until nothing is due."""
        sender = Sender(self.links, self.config.mail_from, "flashmeet")
        channel = CalendarChannel(self.database, self.ways, lambda: sender, clock=lambda: self.at)
        with self.database.writing() as db:
            for row in db.scalars(select(OutboxMessage).where(OutboxMessage.state == "waiting")):
                row.due_at = NOW - timedelta(days=30)
        sending = Sending(self.database, channel, threading.Event())
        while sending.once() == 0.0 and not once:
            pass

    def book(self, start: datetime = NINE, *, recheck: bool = True, mentee: str = "Bob") -> int:
        """As the page does: a look first, then the claim. Raises what refuses."""
        if recheck:
            self.syncing.recheck(self.ids["Alice"], now=self.at)
        with self.database.writing() as db:
            asked = BookingRequest(mentor_id=self.ids["Alice"], starts_at=start, theme="droit", need="Mes statuts")
            return book_slot(db, self.who(db, mentee), asked, links=self.links, now=self.at).id

    def move(self, booking_id: int, start: datetime) -> None:
        self.syncing.recheck(self.ids["Alice"], now=self.at)
        with self.database.writing() as db:
            move_booking(db, self.who(db, "Bob"), booking_id, starts_at=start, now=self.at)

    def cancel(self, booking_id: int) -> None:
        with self.database.writing() as db:
            cancel_booking(db, self.who(db, "Bob"), booking_id, reason="", now=self.at)

    def expire_questions(self) -> None:
        with self.database.writing() as db:
            end_unanswered(db, now=self.at)

    def listed(self, start: datetime = NINE) -> bool:
        query = SlotQuery(
            tzid="UTC", mentor_id=self.ids["Alice"], start=start, end=start + timedelta(minutes=1), minutes=60
        )
        with self.database.reading() as db:
            return bool(find_slots(db, query, now=self.at).slots)

    def mails(self, *kinds: str) -> list[tuple[str, int]]:
        """(kind, recipient) of each mail laid ready, in order."""
        query = select(OutboxMessage.kind, OutboxMessage.recipient_id).where(
            OutboxMessage.channel == "mail", OutboxMessage.kind.in_(kinds)
        )
        with self.database.reading() as db:
            return [(kind, recipient) for kind, recipient in db.execute(query.order_by(OutboxMessage.id))]

    def booking(self, booking_id: int) -> Booking:
        with self.database.reading() as db:
            found = db.get(Booking, booking_id)
            assert found is not None
            return found

    def account(self) -> CalendarAccount:
        with self.database.reading() as db:
            return db.scalars(select(CalendarAccount)).unique().one()

    def calendars(self) -> list[MemberCalendar]:
        with self.database.reading() as db:
            return list(db.scalars(select(MemberCalendar).order_by(MemberCalendar.id)))

    def questions(self) -> list[CalendarQuestion]:
        with self.database.reading() as db:
            return list(db.scalars(select(CalendarQuestion).order_by(CalendarQuestion.id)).unique())


def house(database: Database, config: Config, server: Radicale) -> House:
    made = House(database, config, server, Calendars(sources=Sources(openers(config)), vault=vault_of(config)))
    with database.writing() as db:
        made.ids = {
            "Alice": people.mentor(db, policy=replace(people.EVERY_QUARTER, horizon_days=28)).id,
            "Bob": people.member(db, "Bob").id,
            "Odile": people.member(db, "Odile", administrator=True, mentee=False).id,
        }
    return made


class Faulty:
    """The real source, but for what it is told to raise; a forgetful one lists nothing."""

    def __init__(self, real: CalendarSource, faults: Mapping[str, Exception], *, forgetful: bool) -> None:
        self._real, self._faults, self._forgetful = real, faults, forgetful

    def __getattr__(self, name: str) -> object:
        if name in self._faults:
            raise self._faults[name]
        return getattr(self._real, name)

    def sync(self, remote_id: str, **more: Any) -> SyncResult:
        found = self._real.sync(remote_id, **more)
        return SyncResult(cursor=found.cursor + "x", full=True) if self._forgetful else found


def faulty(ways: Calendars, faults: Mapping[str, Exception], *, forgetful: bool = False) -> Calendars:
    def opened(access: Access, *, seconds: float) -> CalendarSource:
        return cast(CalendarSource, Faulty(ways.sources(access, seconds=seconds), faults, forgetful=forgetful))

    return Calendars(sources=opened, vault=ways.vault)
