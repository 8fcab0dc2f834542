"""Every kind of personal link, and everybody who may come with one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from flashmeet.app import create_app
from flashmeet.bookings.models.booking import Booking, Seat, SeatReply
from flashmeet.core import link_kinds
from flashmeet.core.config import Config
from flashmeet.core.database.base import Base
from flashmeet.core.database.session import Database
from flashmeet.core.link_kinds import DEMO, INVITATION, MAIL_OFF, LinkKind
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.requests.models import MentoringRequest
from flashmeet.requests.rules.requests import RequestState
from flashmeet.schedule.rules.booked_hour import BookingStatus, SeatRole
from tests.browsers import Browser, Clock
from tests.http.conftest import World
from tests.links import LINK_KINDS
from tests.people import NOW

HOUR = NOW.replace(day=9)
"""When Alice and Bob meet."""
FORGED = "0" * 43
NEWCOMER = {
    "first_name": "Nadia",
    "last_name": "Morel",
    "email": "nadia@ecole.example",
    "graduation_year": "2024",
    "role": "mentee",
    "commitments": ["0", "1", "2", "3"],
}
UNSEEN = ("rate_count",)
"""Requests are counted, whatever they do."""
FOR_ANY_LOGIN = (MAIL_OFF, INVITATION, DEMO)


def as_it_is(db: Session) -> None:
    del db


def decline(db: Session) -> None:
    """Bob's calendar declined the hour."""
    seat = db.scalars(select(Seat).where(Seat.role == SeatRole.MENTEE)).one()
    db.add(SeatReply(seat_id=seat.id, sequence=0, stamped_at=NOW, answer="declined"))


def complete(db: Session) -> None:
    db.scalars(select(Booking)).one().status = BookingStatus.COMPLETED


def queue(db: Session) -> None:
    db.scalars(select(MentoringRequest)).one().state = RequestState.QUEUED


@dataclass(frozen=True, slots=True)
class Case:
    """How a link of that kind is used: `known` names its token in the World, `who` is its member (None: nobody's)."""

    known: str
    who: str | None
    form: Mapping[str, object] = field(default_factory=dict)
    below: str = ""
    """Where it is sent, below the link's page."""
    prepare: Callable[[Session], None] = as_it_is
    at: datetime = NOW


CASES: dict[LinkKind, Case] = {
    link_kinds.JOIN: Case("token", "Bob", {"minutes": "5"}, below="/late", at=HOUR - timedelta(minutes=5)),
    link_kinds.AFTER: Case("after_token", "Bob", {"happened": "yes"}, at=HOUR + timedelta(hours=2)),
    link_kinds.MOVE: Case("move_token", "Bob", {"starts_at": "20261216T0900Z"}),
    link_kinds.COMING: Case("coming_token", "Bob", {}),
    link_kinds.RUNNING_LATE: Case("late_token", "Bob", {"minutes": "5"}, at=HOUR - timedelta(minutes=5)),
    link_kinds.CANCEL: Case("cancel_token", "Bob", {"reason": "Malade"}),
    link_kinds.DECLINED: Case("decline_token", "Bob", {"answer": "cancel"}, prepare=decline),
    link_kinds.CONFIRMATION: Case("confirm_token", "Bob", {"answer": "yes"}),
    link_kinds.FOLLOW_UP: Case(
        "later_token", "Bob", {"answer": "done"}, prepare=complete, at=HOUR + timedelta(days=30)
    ),
    link_kinds.ASK: Case("ask_token", "Alice", {"act": "decline"}),
    link_kinds.REQUEST: Case("request_token", "Bob", {"act": "withdraw"}),
    link_kinds.OFFER: Case("offer_token", "Bob", {"act": "pass"}, prepare=queue),
    link_kinds.INACTIVITY_CHECK: Case("still_token", "Alice"),
    link_kinds.SERIES: Case("series_token", "Bob", {"act": "end"}),
    link_kinds.NO_SHOW: Case("absence_token", "Bob", {"answer": "J’étais là"}),
    link_kinds.CALENDAR_QUESTION: Case("question_token", "Bob", {"answer": "decline"}),
    link_kinds.PAUSE: Case("pause_token", "Alice", {"answer": "pause"}),
    link_kinds.THEME_INVITATION: Case("invited_token", "Bob", {"act": "unfit"}),
    link_kinds.YEAR: Case("year_token", "Alice", {"answer": "pause"}),
    link_kinds.ADDRESS_BACK: Case("back_token", "Bob"),
    link_kinds.HOURS: Case("hours_token", "Alice", {"at": "20261215T1400Z"}),
    link_kinds.MAIL_OFF: Case("off_token", "Bob"),
    link_kinds.INVITATION: Case("invitation_token", None, NEWCOMER),
    link_kinds.DEMO: Case("demo_token", "Bob"),
}


def rows(database: Database) -> dict[str, list[str]]:
    """Everything that is kept."""
    with database.reading() as db:
        return {
            table.name: sorted(str(tuple(row)) for row in db.execute(table.select()))
            for table in Base.metadata.sorted_tables
            if table.name not in UNSEEN
        }


def suspend(database: Database, member_id: int | None, *, suspended: bool) -> None:
    if member_id is not None:
        with database.writing() as db:
            db.get_one(Member, member_id).suspended = suspended


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser before a link."""

    database: Database
    browser: Browser
    page: str
    case: Case

    def look(self) -> TestResponse:
        """Whoever looks, and how often: it changes nothing."""
        before = rows(self.database)
        self.browser.head(self.page)
        answer = self.browser.get(self.page)
        assert rows(self.database) == before
        return answer

    def act(self) -> tuple[TestResponse, bool]:
        """What a POST answers, and whether it changed anything."""
        before = rows(self.database)
        answer = self.browser.send(self.page + self.case.below, dict(self.case.form), page="/nowhere")
        return answer, rows(self.database) != before

    def is_refused(self) -> None:
        look, (act, changed) = self.look(), self.act()
        assert (look.status_code, act.status_code, changed) == (404, 404, False)

    def is_let_in(self) -> None:
        look = self.look()
        assert look.status_code in (200, 303), look.status_code
        act, changed = self.act()
        assert (act.status_code in (200, 303), changed) == (True, True), (act.status_code, changed, act.text)


@pytest.mark.parametrize("kind", LINK_KINDS, ids=lambda kind: kind.purpose)
def test_a_link_serves_its_own_active_member_and_nobody_else(
    kind: LinkKind, database: Database, world: World, config: Config, clock: Clock
) -> None:
    case = CASES[kind]
    environment = "demo" if kind is link_kinds.DEMO else config.env
    app = create_app(replace(config, env=environment), database=database, clock=clock)
    app.test_client_class = Browser
    links = Links(config.base_url, config.secret_key)
    token = links.demo(world.ids["Bob"]).rpartition("/")[2] if kind is link_kinds.DEMO else world.known[case.known]
    owner = world.ids[case.who] if case.who else None
    clock.at = case.at
    with database.writing() as db:
        case.prepare(db)

    def visit(who: str | None = None, shown: str = token) -> Visit:
        browser = Browser(app)
        return Visit(database, browser.sign_in(world.ids[who]) if who else browser, f"{kind.path}{shown}", case)

    head = token.rpartition("-")[0]
    for forged in (f"{head}-{FORGED}", re.sub(r"^\d+", "987654", token), f"0{token}", head, "x", f"{head}-é"):
        visit(shown=forged).is_refused()
    suspend(database, owner, suspended=True)
    if owner is not None and not kind.for_suspended:
        visit().is_refused()
    suspend(database, owner, suspended=False)
    if kind not in FOR_ANY_LOGIN:
        visit("Charlie").is_refused()
        visit("Odile").is_refused()
    visit().is_let_in()


@pytest.mark.parametrize("kind", [each for each in LINK_KINDS if each.for_suspended], ids=lambda kind: kind.purpose)
def test_a_suspended_member_may_still_stop_mails(kind: LinkKind, app: Flask, database: Database, world: World) -> None:
    case = CASES[kind]
    assert case.who is not None
    suspend(database, world.ids[case.who], suspended=True)
    Visit(database, Browser(app), f"{kind.path}{world.known[case.known]}", case).is_let_in()


@pytest.mark.parametrize("kind", [link_kinds.MAIL_OFF, link_kinds.INVITATION], ids=lambda kind: kind.purpose)
def test_a_link_for_any_login_works_whoever_is_signed_in(
    kind: LinkKind, app: Flask, database: Database, world: World
) -> None:
    case = CASES[kind]
    browser = Browser(app).sign_in(world.ids["Charlie"])
    Visit(database, browser, f"{kind.path}{world.known[case.known]}", case).is_let_in()


def test_every_page_that_takes_a_token_opens_a_kind_of_the_table(app: Flask) -> None:
    """But the feed of a calendar and the one-time sign-in, which carry secrets that are kept."""
    taking = {
        str(rule).split("/")[1]
        for rule in app.url_map.iter_rules()
        if any(name == "token" or name.endswith("_token") for name in rule.arguments)
    }
    assert taking - {kind.path.strip("/") for kind in LINK_KINDS} <= {"sign-in"}
    assert {kind.path.strip("/") for kind in LINK_KINDS} <= taking
