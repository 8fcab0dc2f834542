"""People who ask and are asked, and a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.periodic_tasks import TASKS
from flashmeet.requests.models import MentoringRequest, RequestAsk
from flashmeet.requests.service.create import Asking, ask
from flashmeet.schedule.models import Holder
from flashmeet.schedule.rules.availability import WeeklyRule
from tests.people import NOW, member, mentor
from tests.written import Written

NO_RULES: tuple[WeeklyRule, ...] = ()
REQUEST_TASKS = (
    "end_expired",
    "end_requests",
    "send_waves",
    "lapse_offers",
    "offer_hours",
    "end_queued",
    "keep_promises",
    "pause_silent",
)


class Scene(Written):
    """Camille asks; Karim and others give no hours of their own accord. `pass_time` lets the worker's duties run."""

    def __init__(self, db: Session, links: Links) -> None:
        self.db, self.links, self.now = db, links, NOW
        self.camille = member(db, "Camille")
        self.karim = self.mentor("Karim")

    def mentor(self, name: str, **more: Any) -> Member:
        return mentor(self.db, name, **{"rules": NO_RULES, "mentee": False, **more})

    def at(self, day: int, hour: int, minute: int = 0) -> datetime:
        """December 2026, UTC."""
        return NOW.replace(day=day, hour=hour, minute=minute)

    def ask(self, who: Member | None = None, **more: Any) -> MentoringRequest:
        given = {"theme": "droit", "need": "Relire mes statuts", "times": (self.at(9, 17), self.at(10, 17)), **more}
        return ask(self.db, who or self.camille, Asking(**given), now=self.now)

    def ask_karim(self, **more: Any) -> RequestAsk:
        return self.ask(mentor_id=self.karim.id, **more).asks[0]

    def work(self) -> None:
        """What a worker does every so often."""
        for task in TASKS:
            if task.name in REQUEST_TASKS:
                task.act(self.db, self.now)
        self.db.flush()
        self.db.expire_all()

    def pass_time(self, until: datetime | timedelta, *, step: timedelta = timedelta(hours=1)) -> None:
        end = until if isinstance(until, datetime) else self.now + until
        while self.now < end:
            self.now = min(self.now + step, end)
            self.work()

    def holders(self, *kinds: str) -> int:
        return len(self.db.scalars(select(Holder.id).where(Holder.kind.in_(kinds))).all())


@pytest.fixture
def scene(db: Session, links: Links) -> Iterator[Scene]:
    yield Scene(db, links)
