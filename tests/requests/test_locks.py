"""Whoever waits for what is held for a request or an hour has locked nobody yet: who ends what has expired holds it,
and waits for its people."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.core.settings.policies import Confirm
from flashmeet.identity.models import Member
from flashmeet.identity.rules import AgreedHours, Departure
from flashmeet.requests.models import HourOffer, MentoringRequest, RequestAsk
from flashmeet.requests.service.answer import accept, decline, propose, solve
from flashmeet.requests.service.counter_offer import choose, none_suits
from flashmeet.requests.service.create import Asking, ask
from flashmeet.requests.service.departures import follow_departure
from flashmeet.requests.service.lifecycle import end_unanswered, withdraw
from flashmeet.requests.service.queue import end_queued, lapse_offers, offer_hours, pass_offer, take_offer
from flashmeet.requests.service.waves import send_waves
from flashmeet.schedule.models import Holder, MentorPolicy
from flashmeet.schedule.service.availability import save_availability
from tests.people import EVERY_DAY, FREE, NOW, member, mentor
from tests.requests.conftest import NO_RULES

LINKS = Links("http://localhost", "s" * 40)
AT = NOW + timedelta(days=8)
OTHER = AT + timedelta(days=2)
LATE = NOW + timedelta(days=60)
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
Act = Callable[[Session], object]
pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # SQLite has one writer at a time


def karim(db: Session) -> Member:
    return db.scalars(select(Member).where(Member.first_name == "Karim")).unique().one()


def request_of(db: Session) -> MentoringRequest:
    return db.scalars(select(MentoringRequest).order_by(MentoringRequest.id)).unique().all()[0]


def asked(db: Session) -> RequestAsk:
    return request_of(db).asks[0]


def offer_in(db: Session) -> HourOffer:
    return db.scalars(select(HourOffer)).unique().one()


def two_ask_karim(db: Session) -> None:
    """Each for two times."""
    for hours, name in enumerate(("Camille", "Bob")):
        times = (AT + timedelta(hours=2 * hours), AT + timedelta(days=1, hours=2 * hours))
        wanted = Asking(theme="droit", need="Mes statuts", mentor_id=karim(db).id, times=times)
        ask(db, mentor(db, name, rules=NO_RULES), wanted, now=NOW)


def karim_proposes(db: Session) -> None:
    two_ask_karim(db)
    propose(db, asked(db), [OTHER, OTHER + timedelta(hours=2)], now=NOW)


def an_hour_waits_for_karim(db: Session) -> None:
    policy = replace(FREE, confirm=Confirm.ASK)
    save_availability(db, karim(db), tzid="Europe/Paris", rules=EVERY_DAY, overrides=(), policy=policy, now=NOW)
    wanted = BookingRequest(mentor_id=karim(db).id, starts_at=AT, theme="droit", need="Relire mes statuts")
    book_slot(db, mentor(db, "Camille", rules=NO_RULES), wanted, links=LINKS, now=NOW)


def a_theme_is_asked(db: Session) -> None:
    """Karim is asked for two times that nobody else can answer."""
    ask(db, member(db, "Camille"), Asking(theme="droit", need="Mes statuts", times=(AT, OTHER)), now=NOW)
    send_waves(db, now=NOW)


def karim_is_offered(db: Session) -> None:
    """An hour of his is kept for the one who waits in the queue."""
    karim(db).paused_until = LATE
    db.flush()
    ask(db, member(db, "Camille"), Asking(theme="droit", need="Mes statuts", any_time=True), now=NOW)
    send_waves(db, now=NOW)
    karim(db).paused_until = None
    policy = replace(FREE, notice_minutes=3 * 24 * 60)
    save_availability(db, karim(db), tzid="Europe/Paris", rules=EVERY_DAY, overrides=(), policy=policy, now=NOW)
    assert offer_hours(db, now=NOW) == 1


def suspend(db: Session) -> None:
    follow_departure(db, karim(db), Departure.SUSPENDED, AgreedHours.CANCEL, NOW)


def waits_for(database: Database, act: Act, one: Select[int], *, then: Select[int]) -> bool:
    """Somebody has that row. Returns whether the act waited for it; it has none of the rows of `then` meanwhile."""
    with ThreadPoolExecutor(1) as pool:
        with database.engine.begin() as other:
            assert other.execute(one.with_for_update()).all()
            done = pool.submit(_try_out, database, act)
            while not (waits := bool(other.scalar(WAITING))) and not done.done():
                time.sleep(0.01)
            if waits:
                other.execute(then.with_for_update(nowait=True))
        done.result()
        return waits


def _try_out(database: Database, act: Act) -> None:
    with database.writing() as db:
        act(db)
        db.rollback()


def waits_well(
    database: Database, before: Act, act: Act, *, first: type[Holder | HourOffer], then: Select[int]
) -> None:
    """Tries it for each row of `first`."""
    with database.writing() as db:
        mentor(db, "Karim", rules=NO_RULES, mentee=False)
        before(db)
        rows = db.scalars(select(first.id)).all()
    waited = [waits_for(database, act, select(first.id).where(first.id == row), then=then) for row in rows]
    assert any(waited)


@pytest.mark.parametrize(
    ("before", "act"),
    [
        (two_ask_karim, lambda db: accept(db, asked(db), AT, links=LINKS, now=NOW)),
        (two_ask_karim, lambda db: propose(db, asked(db), [OTHER], now=NOW)),
        (two_ask_karim, lambda db: decline(db, asked(db), now=NOW)),
        (two_ask_karim, lambda db: withdraw(db, request_of(db).mentee, request_of(db).id, now=NOW)),
        (two_ask_karim, lambda db: end_unanswered(db, now=LATE)),
        (two_ask_karim, suspend),
        (karim_proposes, lambda db: choose(db, request_of(db), OTHER, links=LINKS, now=NOW)),
        (karim_proposes, lambda db: none_suits(db, request_of(db), now=NOW)),
        (karim_proposes, lambda db: end_unanswered(db, now=LATE)),
        (an_hour_waits_for_karim, lambda db: accept(db, asked(db), AT, links=LINKS, now=NOW)),
        (an_hour_waits_for_karim, lambda db: propose(db, asked(db), [OTHER], now=NOW)),
        (an_hour_waits_for_karim, lambda db: solve(db, asked(db), "Tout est dans le guide.", now=NOW)),
        (an_hour_waits_for_karim, suspend),
        (a_theme_is_asked, lambda db: accept(db, asked(db), AT, links=LINKS, now=NOW)),
        (a_theme_is_asked, lambda db: propose(db, asked(db), [OTHER], now=NOW)),
        (a_theme_is_asked, lambda db: send_waves(db, now=LATE)),
        (karim_is_offered, lambda db: take_offer(db, offer_in(db), links=LINKS, now=NOW)),
        (karim_is_offered, lambda db: pass_offer(db, offer_in(db), now=NOW)),
        (karim_is_offered, lambda db: lapse_offers(db, now=LATE)),
        (karim_is_offered, lambda db: end_queued(db, now=LATE)),
        (karim_is_offered, suspend),
    ],
)
def test_what_is_held_is_waited_for_before_anybody_is_locked(database: Database, before: Act, act: Act) -> None:
    waits_well(database, before, act, first=Holder, then=select(MentorPolicy.member_id))


@pytest.mark.parametrize(
    "act",
    [
        lambda db: take_offer(db, offer_in(db), links=LINKS, now=NOW),
        lambda db: pass_offer(db, offer_in(db), now=NOW),
        suspend,
    ],
)
def test_an_offer_is_waited_for_before_the_hour_that_is_kept_for_it(database: Database, act: Act) -> None:
    """As whoever lets offers lapse has them first."""
    waits_well(database, karim_is_offered, act, first=HourOffer, then=select(Holder.id))
