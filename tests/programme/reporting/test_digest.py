"""Five things to do: once a week for each administrator, on Monday morning of their own wall (F7)."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.drop_reasons import why_not
from flashmeet.messages.outbox.lease import outgoing
from flashmeet.messages.rendering.renderer import Renderer
from flashmeet.programme.service.balance import board
from flashmeet.programme.service.to_do import send_digests, things_to_do
from flashmeet.schedule.rules.availability import LeavePeriod
from flashmeet.schedule.service.leave import take_leave
from flashmeet.schedule.service.waitlist import record_unmet_need
from flashmeet.themes.rules.changes import UnmetCause
from tests import people
from tests.databases import statements_of
from tests.people import NOW
from tests.programme.reporting.conftest import SignedIn, asked

MONDAY = datetime(2026, 12, 7, 7, tzinfo=UTC)
"""Eight in Paris."""
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def digests(db: Session) -> Sequence[OutboxMessage]:
    return db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "digest").order_by(OutboxMessage.id)).all()


def administrator(db: Session, name: str = "Odile", tzid: str = "Europe/Paris") -> Member:
    return people.member(db, name, tzid=tzid, administrator=True, mentee=False, signed_in_at=NOW)


def keys(db: Session, now: datetime = NOW) -> list[tuple[str, int]]:
    rows = board(db, tzid="Europe/Paris", now=now)
    found = things_to_do(db, rows, viewer_id=0, tzid="Europe/Paris", now=now)
    return [(each.key, each.count) for each in found]


def test_once_a_week_from_monday_at_eight(db: Session) -> None:
    administrator(db)
    for minutes, written in ((-1, 0), (0, 1), (1, 1), (23 * 60 + 59, 1), (24 * 60, 1)):
        send_digests(db, now=MONDAY + minutes * MINUTE)
        assert len(digests(db)) == written
    send_digests(db, now=MONDAY + 7 * DAY)
    assert [each.subject for each in digests(db)] == ["digest:2026-W50", "digest:2026-W51"]


def test_a_day_later_it_is_too_late(db: Session) -> None:
    administrator(db)
    send_digests(db, now=MONDAY + DAY)
    assert digests(db) == []
    send_digests(db, now=MONDAY + 7 * DAY)
    (mail,) = digests(db)
    assert mail.not_after == MONDAY + 8 * DAY
    assert why_not(db, [mail], now=MONDAY + 8 * DAY - MINUTE) == {}
    assert why_not(db, [mail], now=MONDAY + 8 * DAY) == {mail.id: "too_late"}


def test_each_has_their_own_monday(db: Session) -> None:
    administrator(db)
    administrator(db, "Kei", "Pacific/Auckland")
    administrator(db, "Sam", "America/Los_Angeles")
    suspended = administrator(db, "Eve")
    suspended.suspended = True
    db.flush()
    auckland = datetime(2026, 12, 6, 19, tzinfo=UTC)
    for at, count in ((auckland - MINUTE, 0), (auckland, 1), (MONDAY, 2), (MONDAY + timedelta(hours=9), 3)):
        send_digests(db, now=at)
        assert len(digests(db)) == count


def test_whoever_travels_on_monday_gets_one(db: Session) -> None:
    odile = administrator(db, tzid="Asia/Tokyo")
    send_digests(db, now=MONDAY)
    odile.tzid = "America/Los_Angeles"
    db.flush()
    send_digests(db, now=MONDAY + timedelta(hours=10))
    assert len(digests(db)) == 1


@pytest.mark.parametrize("monday", [date(2027, 3, 29), date(2026, 10, 26)])
def test_the_clock_that_changed_on_sunday_changes_nothing(db: Session, monday: date) -> None:
    administrator(db)
    eight = datetime(monday.year, monday.month, monday.day, 6 if monday.month == 3 else 7, tzinfo=UTC)
    send_digests(db, now=eight - MINUTE)
    assert digests(db) == []
    send_digests(db, now=eight)
    assert digests(db)[0].not_after == eight + DAY


def test_many_workers_write_it_once(database: Database) -> None:
    with database.writing() as db:
        administrator(db)
    begin = threading.Barrier(4)

    def work() -> None:
        begin.wait()
        with database.writing() as db:
            send_digests(db, now=MONDAY)

    crowd = [threading.Thread(target=work) for _ in range(4)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    with database.reading() as db:
        assert len(digests(db)) == 1


def test_it_says_where_each_thing_is_done(db: Session, links: Links) -> None:
    odile = administrator(db)
    people.member(db, "Nina", mentor=True, approved=False, signed_in_at=NOW)
    send_digests(db, now=MONDAY)
    (row,) = digests(db)
    mail = Renderer(links, "rendez-vous@example.org", "Réseau").mail(outgoing(row, odile))
    assert "1 mentor attend votre accord\n  http://localhost/admin/members?only=waiting" in mail.text
    assert 'href="http://localhost/admin/members?only=waiting"' in mail.html
    assert "/mail-off/" in mail.unsubscribe


def test_what_there_is_to_do_is_counted(db: Session) -> None:
    administrator(db)
    bob = people.member(db, "Bob", signed_in_at=NOW)
    alice = people.mentor(db, "Alice", rules=(), signed_in_at=NOW)
    away = people.mentor(db, "Anna", rules=(), signed_in_at=NOW)
    take_leave(db, away, LeavePeriod(date(2026, 11, 20), date(2027, 2, 1)), now=NOW)
    people.member(db, "Nina", mentor=True, approved=False, signed_in_at=NOW)
    people.member(db, "Otto", joining="approval", suspended=True, signed_in_at=NOW)
    asked(db, alice, bob, "expired")
    asked(db, alice, bob, "expired", wave=1)
    asked(db, away, bob, "expired", at=NOW - timedelta(days=30))
    record_unmet_need(db, bob, people.law(db).id, UnmetCause.SEARCH, now=NOW)
    assert keys(db) == [("applied", 1), ("waiting", 1), ("expired", 1), ("ask", 2), ("idle", 1)]


def test_old_profiles_and_people_who_never_came_are_last(db: Session) -> None:
    administrator(db)
    later = NOW + timedelta(days=366)
    for name in ("Alice", "Anna", "Ines"):
        people.mentor(db, name, now=later - timedelta(days=1))
    assert keys(db, later) == [("stale", 3), ("never", 3)]


def test_counting_costs_the_same_for_many_as_for_few(database: Database) -> None:
    statements = statements_of(database)
    with database.reading() as db:
        keys(db)
    few = len(statements)
    with database.writing() as db:
        for number in range(10):
            mentor = people.mentor(db, f"Mentor{number}", rules=())
            asked(db, mentor, people.member(db, f"Bob{number}"), "expired")
    statements.clear()
    with database.reading() as db:
        keys(db)
    assert len(statements) == few


def test_the_first_page_begins_with_the_same_things(database: Database, odile: Member, signed_in: SignedIn) -> None:
    with database.writing() as db:
        people.member(db, "Nina", mentor=True, approved=False)
    page = signed_in(odile).get("/admin").get_data(as_text=True)
    assert '<h2 id="first">Mardi' in page
    assert '<a href="/admin/members?only=waiting">1 mentor attend votre accord</a>' in page
