"""A request and another unit of work that wait for each other: the request is answered as if nobody had stood there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from threading import Event

import pytest
from flask import Flask, request
from sqlalchemy import Connection, event, select, text
from sqlalchemy.exc import OperationalError

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.session import Database
from flashmeet.http.admission.deadlocks import run
from flashmeet.http.responses.problems import on_unexpected_error
from flashmeet.http.services import writing
from flashmeet.schedule.models import MentorPolicy
from tests.api.callers import Caller, refused, told

AT = "2026-12-09T17:00:00Z"
ENDED = text("DO $$ BEGIN RAISE EXCEPTION 'ended' USING ERRCODE = 'deadlock_detected'; END $$")
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # SQLite has one writer at a time


@pytest.fixture
def requests_step_back(database: Database) -> Iterator[None]:
    """Whoever looks for a deadlock first is the one that ends it: units of work of requests look after two seconds."""
    event.listen(database.engine, "begin", _look_soon)
    yield
    event.remove(database.engine, "begin", _look_soon)


def _look_soon(connection: Connection) -> None:
    connection.exec_driver_sql("SET LOCAL deadlock_timeout = '2s'")


def _stand_in_its_way(database: Database, standing: Event, *, mentor_id: int, booking_id: int) -> None:
    """Locks the mentor; once the request waits for that, wants the booking, which the request has."""
    with database.engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL deadlock_timeout = '60s'")
        connection.execute(select(MentorPolicy.member_id).where(MentorPolicy.member_id == mentor_id).with_for_update())
        standing.set()
        while not connection.scalar(WAITING):
            time.sleep(0.01)
        connection.execute(select(Booking.id).where(Booking.id == booking_id).with_for_update())


@pytest.mark.usefixtures("requests_step_back")
def test_a_request_that_ends_a_deadlock_is_run_again_and_does_its_work_once(
    alice: Caller, bob: Caller, database: Database
) -> None:
    made = told(bob.book(alice.id, AT), 201)
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(_stand_in_its_way, database, standing := Event(), mentor_id=alice.id, booking_id=made["id"])
        standing.wait(timeout=60)
        gone = told(bob.post(f"/bookings/{made['id']}/cancel", {"reason": "Mon train est supprimé"}))
        other.result()
    assert (gone["status"], gone["sequence"]) == ("cancelled", 1)
    assert refused(bob.post(f"/bookings/{made['id']}/cancel")) == (409, "already_over")


@dataclass
class View:
    """Commits so many units of work, then is ended as in a deadlock, the first `times` it is run."""

    commits: int = 0
    times: int = 1
    runs: int = 0

    def __call__(self) -> str:
        self.runs += 1
        for _ in range(self.commits):
            with writing():
                pass
        with writing() as db:
            if self.runs <= self.times:
                db.execute(ENDED)
        return "done"


@pytest.mark.parametrize("view", [View(), View(times=2)])
def test_a_view_is_run_up_to_three_times(app: Flask, view: View) -> None:
    with app.test_request_context("/", method="POST"):
        assert run(view) == "done"
    assert view.runs == view.times + 1


@pytest.mark.parametrize("view", [View(times=3), View(commits=1)])
def test_the_third_deadlock_is_told_and_so_is_one_after_something_was_committed(app: Flask, view: View) -> None:
    with app.test_request_context("/", method="POST"), pytest.raises(OperationalError):
        run(view)
    assert view.runs == (1 if view.commits else 3)


def test_who_is_told_of_a_deadlock_is_asked_to_try_again(app: Flask) -> None:
    with app.test_request_context("/", method="POST", headers={"Accept-Language": "en"}):
        with pytest.raises(OperationalError) as ended:
            run(View(times=3))
        answer = on_unexpected_error(ended.value)
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
    assert "Others are changing the same things" in answer.get_data(as_text=True)


def test_a_file_is_read_from_its_beginning_again(app: Flask) -> None:
    read, ended = [], View()

    def view() -> str:
        read.append(request.files["file"].read())
        return ended()

    with app.test_request_context("/", method="POST", data={"file": (BytesIO(b"%PDF"), "cv.pdf")}):
        assert run(view) == "done"
    assert read == [b"%PDF", b"%PDF"]
