"""Who waits in a room takes nothing from the others: neither a thread nor a connection to the database.

No clock judges. A poll waits for 25 seconds; whatever is answered before the first of the polls did not wait for it.
"""

from __future__ import annotations

import json
import re
import select
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from flashmeet.core.config import Config
from flashmeet.core.database.engine import Database
from flashmeet.core.links import Links
from flashmeet.identity.service.tokens import create_token
from flashmeet.rooms.pages.signalling import LONGEST_POLL
from flashmeet.rooms.service.signalling import Known, Place, with_news
from tests import people
from tests.api.callers import NEED
from tests.browsers import Clock
from tests.conftest import SECRET
from tests.databases import statements_of
from tests.people import NOW
from tests.rooms.room.hours import Hour, an_hour
from tests.rooms.room.pages import Page
from tests.rooms.room.serving import serving

SEATS, THREADS = 32, 2
CSRF = re.compile(r'data-csrf="([^"]+)"')
pytestmark = pytest.mark.both_databases


@dataclass(slots=True)
class Seat:
    """One seat's page, whose poll is under way."""

    link: str
    headers: dict[str, str]
    peer: str
    wire: HTTPConnection
    known: dict[str, object] = field(default_factory=dict)

    def ask(self) -> None:
        """Sends the poll and does not wait for its answer."""
        body = {"peer": self.peer, "other": "", "other_state": "", "after": 0, "wait": LONGEST_POLL, **self.known}
        headers = {**self.headers, "Content-Type": "application/json"}
        self.wire.request("POST", f"{urlsplit(self.link).path}/poll", json.dumps(body), headers)

    def answer(self) -> tuple[int, dict[str, object]]:
        with self.wire.getresponse() as told:
            return told.status, json.loads(told.read())


def answered(seats: Sequence[Seat]) -> list[Seat]:
    wires = [each.wire.sock for each in seats]
    ready, _, _ = select.select(wires, [], [], 0)
    return [each for each in seats if each.wire.sock in ready]


def seated(base: str, links: Sequence[str]) -> list[Seat]:
    """Each of these links' pages has entered, in one browser."""
    with requests.Session() as browser:
        found = CSRF.search(browser.get(base + links[0], timeout=60).text)
        assert found
        cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        headers = {"X-CSRFToken": found[1], "Cookie": cookies}
        seats = []
        for link in links:
            entered = browser.post(f"{base}{link}/enter", json={}, headers=headers, timeout=60)
            assert entered.status_code == 200, entered.text
            wire = HTTPConnection(urlsplit(base).netloc, timeout=60)
            seats.append(Seat(base + link, headers, entered.json()["peer"], wire))
        return seats


def test_32_wait_in_rooms_and_everybody_else_is_served_by_two_threads(
    links: Links, database: Database, config: Config, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    hours = [an_hour(database, links, starts_at=now - timedelta(minutes=1)) for _ in range(SEATS)]
    with database.writing() as db:
        mentor, booker = people.mentor(db, "Mona", now=now), people.member(db, "Bert")
        token = create_token(db, booker, read_only=False, now=now)
    starts_at = datetime.combine(now.date() + timedelta(days=3), time(12), UTC)
    with serving(config.database_url, (1, THREADS), instance=tmp_path / "instance", secret=SECRET) as base:
        seats = seated(base, [each.alices_link for each in hours])
        for seat in seats:
            seat.ask()
        assert requests.get(f"{base}/healthz", timeout=60).status_code == 200
        booked = requests.post(
            f"{base}/api/v1/bookings",
            json={"mentor_id": mentor.id, "starts_at": starts_at.isoformat(), "theme": "Droit", "need": NEED},
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
        )
        assert booked.status_code == 201, booked.text
        assert answered(seats) == []

        first, *others = seats
        (bob,) = seated(base, [hours[0].bobs_link])
        assert first.answer() == (200, {"other": {"peer": bob.peer, "state": "here"}, "signals": [], "second_way": ""})
        first.known = {"other": bob.peer, "other_state": "here"}
        first.ask()  # the connection that waited serves on
        left = requests.post(f"{bob.link}/leave", data={"peer": bob.peer}, headers=bob.headers, timeout=60)
        assert left.status_code == 204
        assert first.answer() == (200, {"other": {"peer": bob.peer, "state": "left"}, "signals": [], "second_way": ""})
        assert answered(others) == []
    assert [each.answer()[0] for each in others] == [200] * len(others)
    for each in (*seats, bob):
        each.wire.close()


def nothing(_alice: Page, _bob: Page, _clock: Clock) -> None: ...


def writes(alice: Page, bob: Page, _clock: Clock) -> None:
    alice.send(bob, "hello")


def leaves(alice: Page, _bob: Page, _clock: Clock) -> None:
    alice.leave()


def comes_anew(alice: Page, _bob: Page, _clock: Clock) -> None:
    Page(alice.browser, alice.link).enter()


def takes_my_seat(_alice: Page, bob: Page, _clock: Clock) -> None:
    Page(bob.browser, bob.link).enter()


def falls_silent(_alice: Page, _bob: Page, clock: Clock) -> None:
    clock.move(minutes=2)


def is_not_seen(alice: Page, bob: Page, clock: Clock) -> None:
    for page in (alice, bob):
        page.media(flows=False)
    clock.move(seconds=30)
    for page in (alice, bob):
        page.poll()


@pytest.mark.parametrize(
    "happens",
    [nothing, writes, leaves, comes_anew, takes_my_seat, falls_silent, is_not_seen],
    ids=lambda each: each.__name__,
)
def test_whoever_waits_is_asked_again_when_an_answer_would_have_news(
    alice: Page,
    bob: Page,
    happens: Callable[[Page, Page, Clock], None],
    *,
    hour: Hour,
    clock: Clock,
    database: Database,
) -> None:
    place = Place(hour.booking_id, hour.bob_seat.id, bob.peer)
    stands = Known(place, alice.peer, "here", 0, "")
    happens(alice, bob, clock)
    for known in (stands, replace(stands, other="", other_state=""), replace(stands, after=1)):
        with database.reading() as db:
            told = known in with_news(db, [known], now=clock())
        answer = bob.poll(known.other, known.other_state, after=known.after)
        nothing_new = {"other": {"peer": known.other, "state": known.other_state}, "signals": [], "second_way": ""}
        assert told == (answer.json != nothing_new), known


def test_one_look_for_all_takes_three_reads(links: Links, database: Database) -> None:
    known = [Known(Place(booking, seat, "gone"), "", "", 0, "") for booking, seat in ((1, 1), (2, 3), (3, 5))]
    for waiting in (known[:1], known):
        statements = statements_of(database)
        with database.reading() as db:
            assert with_news(db, waiting, now=NOW) == {*waiting}
        assert len([each for each in statements if each.startswith("SELECT")]) == 3
