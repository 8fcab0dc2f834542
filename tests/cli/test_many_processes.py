"""Three web processes and three workers share one PostgreSQL: what they do together is as if one had done it."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time as real_time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from itertools import combinations
from pathlib import Path

import pytest
import requests
from sqlalchemy import func, select

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.engine import Database
from flashmeet.core.database.session import clock
from flashmeet.identity.service.tokens import create_token
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.outbox import UNFINISHED, OutboxState
from flashmeet.schedule.rules.booked_hour import BookingStatus
from tests import people
from tests.api.callers import NEED, PREFIX
from tests.conftest import SECRET
from tests.databases import emptied, lasting
from tests.rooms.room.serving import serving

PROCESSES, THREADS, WORKERS = 3, 4, 3
MENTORS, CALLERS, ACTS = 3, 9, 10
PATIENCE = 90


@pytest.fixture
def database(upgraded_postgres: str) -> Iterator[Database]:
    """With a schema that the migrations made: a worker refuses any other."""
    with lasting(upgraded_postgres) as kept, emptied(kept) as database:
        yield database


@contextmanager
def workers(settings: dict[str, str]) -> Iterator[None]:
    command = [sys.executable, "-m", "flashmeet.cli", "worker"]
    started = [subprocess.Popen(command, env={**os.environ, **settings}) for _ in range(WORKERS)]
    try:
        yield
        assert [each.poll() for each in started] == [None] * WORKERS
    finally:
        for each in started:
            each.terminate()
        for each in started:
            each.wait(timeout=60)


def acts(base: str, token: str, mentors: list[int], starts: list[str], chance: random.Random) -> Counter[str]:
    """Searches, books and cancels; returns how often each was answered how."""
    answers: Counter[str] = Counter()
    own: list[int] = []
    with requests.Session() as caller:
        caller.headers["Authorization"] = f"Bearer {token}"
        for _ in range(ACTS):
            act = chance.choice(("search", "book", "book", "cancel"))
            if act == "search":
                answer = caller.get(f"{base}{PREFIX}/slots?theme=droit", timeout=60)
            elif act == "cancel" and own:
                answer = caller.post(f"{base}{PREFIX}/bookings/{own.pop()}/cancel", json={}, timeout=60)
            else:
                act = "book"
                wanted = {"mentor_id": chance.choice(mentors), "starts_at": chance.choice(starts)}
                answer = caller.post(
                    f"{base}{PREFIX}/bookings", json={**wanted, "theme": "Droit", "need": NEED}, timeout=60
                )
                own += [answer.json()["id"]] if answer.status_code == 201 else []
            answers[f"{answer.status_code // 100}xx"] += 1
            answers[f"{act} {answer.status_code}"] += 1
    return answers


@pytest.mark.timeout(400)
def test_nobody_is_booked_twice_each_message_leaves_once_and_nothing_breaks(database: Database, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with database.writing() as db:
        mentors = [people.mentor(db, f"Mentor{number}", now=now).id for number in range(MENTORS)]
        callers = [people.member(db, f"Caller{number}") for number in range(CALLERS)]
        tokens = [create_token(db, each, read_only=False, now=now) for each in callers]
    day = datetime.combine(now.date() + timedelta(days=3), time(9), UTC)
    starts = [(day + timedelta(minutes=30 * half)).isoformat() for half in range(8)]  # half of them overlap
    url = database.engine.url.render_as_string(hide_password=False)
    settings = {
        "FLASHMEET_ENV": "development",
        "FLASHMEET_INSTANCE": str(tmp_path / "instance"),
        "FLASHMEET_DATABASE_URL": url,
        "FLASHMEET_SECRET_KEY": SECRET,
    }
    with (
        serving(url, (PROCESSES, THREADS), instance=tmp_path / "instance", secret=SECRET) as base,
        workers(settings),
        ThreadPoolExecutor(CALLERS) as threads,
    ):
        under_way = [
            threads.submit(acts, base, token, mentors, starts, random.Random(number))
            for number, token in enumerate(tokens)
        ]
        answers = sum((each.result() for each in under_way), Counter())
        wait_for_messages(database)
    assert answers["5xx"] == 0, answers
    assert min(answers["book 201"], answers["book 409"], answers["search 200"]) > 0, answers

    with database.reading() as db:
        booked = db.scalars(select(Booking).where(Booking.status == BookingStatus.CONFIRMED)).all()
        sent = db.scalars(select(OutboxMessage.message_key).where(OutboxMessage.state == OutboxState.SENT)).all()
        ever = db.scalar(select(func.count()).select_from(Booking))
    assert ever == answers["book 201"]
    assert not [
        (one.id, two.id)
        for one, two in combinations(booked, 2)
        if {one.mentor_id, one.mentee_id} & {two.mentor_id, two.mentee_id}
        and one.starts_at < two.ends_at
        and two.starts_at < one.ends_at
    ]
    files = [each.stem.rpartition("-")[2] for each in (tmp_path / "instance").rglob("*-*.eml")]
    assert sent
    assert sorted(files) == sorted(sent)


def wait_for_messages(database: Database) -> None:
    """Until nothing that is due has not left."""
    until = real_time.monotonic() + PATIENCE
    left = -1
    while left and real_time.monotonic() < until:
        with database.reading() as db:
            due = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.due_at <= clock(db))
            left = db.execute(due.where(OutboxMessage.state.in_(UNFINISHED))).scalar_one()
        real_time.sleep(0.1)
    assert left == 0
