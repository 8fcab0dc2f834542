"""Anything, in any order: people ask, answer, choose, cancel and move while days pass and the worker works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.move import move_booking
from flashmeet.core.database.session import Database
from flashmeet.core.errors import Refusal
from flashmeet.core.links import Links
from flashmeet.core.settings.policies import Policy
from flashmeet.identity.models import Member
from flashmeet.periodic_tasks import TASKS
from flashmeet.requests.models import HourOffer, MentoringRequest, RequestAsk
from flashmeet.requests.service.answer import accept, decline, propose, solve, times_to_accept
from flashmeet.requests.service.counter_offer import choose, none_suits
from flashmeet.requests.service.create import Asking, ask
from flashmeet.requests.service.lifecycle import withdraw
from flashmeet.requests.service.questions import ask_back, asks_with_question, reply
from flashmeet.requests.service.queue import pass_offer, take_offer
from flashmeet.requests.service.times.kept import kept_times
from tests.databases import empty
from tests.people import EVERY_DAY, FREE, NOW, member, mentor
from tests.requests.conftest import NO_RULES, REQUEST_TASKS
from tests.requests.invariants import broken
from tests.thoroughness import tries

LINKS = Links("http://localhost", "s" * 40)
DAYS, HOURS, SOME = st.integers(1, 9), st.sampled_from([8, 9, 10, 17]), st.integers(0, 30)


class Requests(RuleBasedStateMachine):
    """Two who ask, and four mentors: two without hours, one whom one books, one who is asked first."""

    database: Database

    @initialize()
    def people(self) -> None:
        empty(self.database)
        self.now, self.ended = NOW, dict[int, str]()
        with self.database.writing() as db:
            self.askers = [member(db, name).id for name in ("Camille", "Bob")]
            self.mentors = [
                mentor(db, "Karim", rules=NO_RULES, mentee=False).id,
                mentor(db, "Alice", rules=EVERY_DAY[:2], mentee=False, policy=_policy()).id,
                mentor(db, "Dora", rules=EVERY_DAY[2:4], mentee=False, policy=_policy(confirm="ask")).id,
                mentor(db, "Nina", rules=NO_RULES, mentee=False).id,
            ]

    def do(self, act: Callable[[Session], object]) -> None:
        """In a transaction of its own; what is refused has changed nothing."""
        try:
            with self.database.writing() as db:
                act(db)
        except Refusal:
            pass

    def pick(self, db: Session, model: type[Any], number: int, *conditions: Any) -> Any:
        found = db.scalars(select(model).where(*conditions).order_by(model.id)).unique().all()
        return found[number % len(found)] if found else None

    @rule(who=SOME, whom=SOME, day=DAYS, hour=HOURS, how=st.sampled_from(["times", "any", "theme"]))
    def asks(self, who: int, whom: int, day: int, hour: int, how: str) -> None:
        at = self.now.replace(hour=hour, minute=0) + timedelta(days=day)
        wanted = Asking(
            theme="droit",
            need="Mes statuts",
            mentor_id=None if how == "theme" else self.mentors[whom % 4],
            times=() if how == "any" else (at, at + timedelta(days=1)),
            any_time=how == "any",
        )
        self.do(lambda db: ask(db, db.get_one(Member, self.askers[who % 2]), wanted, now=self.now))

    @rule(
        number=SOME,
        which=SOME,
        how=st.sampled_from(["accept", "decline", "propose", "solve", "ask"]),
        day=DAYS,
        hour=HOURS,
    )
    def answers(self, number: int, which: int, how: str, day: int, hour: int) -> None:
        def act(db: Session) -> None:
            asked = self.pick(db, RequestAsk, number, RequestAsk.state == "asked")
            if asked is None:
                return
            if how == "accept":
                times = times_to_accept(db, asked, now=self.now)
                if times:
                    accept(db, asked, times[which % len(times)], links=LINKS, now=self.now)
            elif how == "ask":
                ask_back(db, asked, "SAS ou SARL ?", now=self.now)
            elif how == "decline":
                decline(db, asked, note="Non.", now=self.now)
            elif how == "propose":
                at = self.now.replace(hour=hour, minute=0) + timedelta(days=day)
                propose(db, asked, [at, at + timedelta(hours=2)], now=self.now)
            else:
                solve(db, asked, "Article 12.", now=self.now)

        self.do(act)

    @rule(number=SOME, which=SOME, how=st.sampled_from(["choose", "none", "withdraw", "reply"]))
    def mentee_acts(self, number: int, which: int, how: str) -> None:
        def act(db: Session) -> None:
            request = self.pick(db, MentoringRequest, number)
            if request is None:
                return
            times = kept_times(db, request, now=self.now)
            if how == "withdraw":
                withdraw(db, request.mentee, request.id, now=self.now)
            elif how == "reply":
                for each in asks_with_question(request)[:1]:
                    reply(db, request, each.id, "SAS, à deux.", now=self.now)
            elif how == "none":
                none_suits(db, request, now=self.now)
            elif times:
                choose(db, request, times[which % len(times)], links=LINKS, now=self.now)

        self.do(act)

    @rule(number=SOME, take=st.booleans())
    def answers_an_offer(self, number: int, take: bool) -> None:
        def act(db: Session) -> None:
            offer = self.pick(db, HourOffer, number)
            if offer is not None and take:
                take_offer(db, offer, links=LINKS, now=self.now)
            elif offer is not None:
                pass_offer(db, offer, now=self.now)

        self.do(act)

    @rule(who=SOME, whom=SOME, day=DAYS, hour=HOURS)
    def books(self, who: int, whom: int, day: int, hour: int) -> None:
        at = self.now.replace(hour=hour, minute=0) + timedelta(days=day)
        wanted = BookingRequest(mentor_id=self.mentors[whom % 4], starts_at=at, theme="droit", need="Mes statuts")
        self.do(lambda db: book_slot(db, db.get_one(Member, self.askers[who % 2]), wanted, links=LINKS, now=self.now))

    @rule(number=SOME, day=DAYS, hour=HOURS, how=st.sampled_from(["cancel", "move", "cancel it", "move it"]))
    def changes_a_booking(self, number: int, day: int, hour: int, how: str) -> None:
        def act(db: Session) -> None:
            booking = self.pick(db, Booking, number)
            if booking is None:
                return
            who = booking.mentor if how.endswith("it") else booking.mentee
            if how.startswith("cancel"):
                cancel_booking(db, who, booking.id, reason="", now=self.now)
            else:
                at = self.now.replace(hour=hour, minute=0) + timedelta(days=day)
                move_booking(db, who, booking.id, starts_at=at, now=self.now)

        self.do(act)

    @rule(hours=st.sampled_from([1, 3, 9, 26, 80]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.works()

    @rule()
    def works(self) -> None:
        for task in TASKS:
            if task.name in REQUEST_TASKS:
                self.do(lambda db, task=task: task.act(db, self.now))  # type: ignore[misc]

    @precondition(lambda self: hasattr(self, "askers"))
    @invariant()
    def holds(self) -> None:
        with self.database.reading() as db:
            assert list(broken(db, now=self.now)) == []
            rows = db.execute(select(MentoringRequest.id, MentoringRequest.state, MentoringRequest.ended_at)).all()
        for request_id, state, ended_at in rows:
            assert self.ended.get(request_id, state) == state, f"request {request_id} came back to life"
            if ended_at is not None:
                self.ended[request_id] = state


def _policy(**more: Any) -> Policy:
    return replace(FREE, **{"start_every": 60, "horizon_days": 14, "buffer_after": 15, "per_week": 2, **more})


@pytest.mark.timeout(900)
def test_whatever_is_done_no_overlap_no_lost_hold_each_told_once_legal_states_only(database: Database) -> None:
    machine = type("Machine", (Requests,), {"database": database})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=tries(15, usual=6),
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
