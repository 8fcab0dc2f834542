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
from flashmeet.schedule.service.availability import take_leave
from flashmeet.schedule.service.waitlist import note_unmet
from tests import people
from tests.databases import statements_of
from tests.people import NOW
from tests.programme.answers.conftest import SignedIn, asked

MONDAY = datetime(2026, 12, 7, 7, tzinfo=UTC)
"""Eight in Paris."""
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def digests(session: Session) -> Sequence[OutboxMessage]:
    return session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "digest").order_by(OutboxMessage.id)).all()


def administrator(session: Session, name: str = "Odile", tzid: str = "Europe/Paris") -> Member:
    return people.member(session, name, tzid=tzid, administrator=True, mentee=False, signed_in_at=NOW)


def keys(session: Session, now: datetime = NOW) -> list[tuple[str, int]]:
    rows = board(session, tzid="Europe/Paris", now=now)
    found = things_to_do(session, rows, viewer_id=0, tzid="Europe/Paris", now=now)
    return [(each.key, each.count) for each in found]


def test_once_a_week_from_monday_at_eight(session: Session) -> None:
    administrator(session)
    for minutes, written in ((-1, 0), (0, 1), (1, 1), (23 * 60 + 59, 1), (24 * 60, 1)):
        send_digests(session, now=MONDAY + minutes * MINUTE)
        assert len(digests(session)) == written
    send_digests(session, now=MONDAY + 7 * DAY)
    assert [each.subject for each in digests(session)] == ["digest:2026-W50", "digest:2026-W51"]


def test_a_day_later_it_is_too_late(session: Session) -> None:
    administrator(session)
    send_digests(session, now=MONDAY + DAY)
    assert digests(session) == []
    send_digests(session, now=MONDAY + 7 * DAY)
    (mail,) = digests(session)
    assert mail.not_after == MONDAY + 8 * DAY
    assert why_not(session, [mail], now=MONDAY + 8 * DAY - MINUTE) == {}
    assert why_not(session, [mail], now=MONDAY + 8 * DAY) == {mail.id: "too_late"}


def test_each_has_their_own_monday(session: Session) -> None:
    administrator(session)
    administrator(session, "Kei", "Pacific/Auckland")
    administrator(session, "Sam", "America/Los_Angeles")
    suspended = administrator(session, "Eve")
    suspended.suspended = True
    session.flush()
    auckland = datetime(2026, 12, 6, 19, tzinfo=UTC)
    for at, count in ((auckland - MINUTE, 0), (auckland, 1), (MONDAY, 2), (MONDAY + timedelta(hours=9), 3)):
        send_digests(session, now=at)
        assert len(digests(session)) == count


def test_whoever_travels_on_monday_gets_one(session: Session) -> None:
    odile = administrator(session, tzid="Asia/Tokyo")
    send_digests(session, now=MONDAY)
    odile.tzid = "America/Los_Angeles"
    session.flush()
    send_digests(session, now=MONDAY + timedelta(hours=10))
    assert len(digests(session)) == 1


@pytest.mark.parametrize("monday", [date(2027, 3, 29), date(2026, 10, 26)])
def test_the_clock_that_changed_on_sunday_changes_nothing(session: Session, monday: date) -> None:
    administrator(session)
    eight = datetime(monday.year, monday.month, monday.day, 6 if monday.month == 3 else 7, tzinfo=UTC)
    send_digests(session, now=eight - MINUTE)
    assert digests(session) == []
    send_digests(session, now=eight)
    assert digests(session)[0].not_after == eight + DAY


def test_many_workers_write_it_once(database: Database) -> None:
    with database.writing() as session:
        administrator(session)
    begin = threading.Barrier(4)

    def work() -> None:
        begin.wait()
        with database.writing() as unit:
            send_digests(unit, now=MONDAY)

    crowd = [threading.Thread(target=work) for _ in range(4)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    with database.reading() as session:
        assert len(digests(session)) == 1


def test_it_says_where_each_thing_is_done(session: Session, links: Links) -> None:
    odile = administrator(session)
    people.member(session, "Nina", mentor=True, approved=False, signed_in_at=NOW)
    send_digests(session, now=MONDAY)
    (row,) = digests(session)
    mail = Renderer(links, "rendez-vous@example.org", "Réseau").mail(outgoing(row, odile))
    assert "1 mentor attend votre accord\n  http://localhost/admin/members?only=waiting" in mail.text
    assert 'href="http://localhost/admin/members?only=waiting"' in mail.html
    assert "/mail-off/" in mail.unsubscribe


def test_what_there_is_to_do_is_counted(session: Session) -> None:
    administrator(session)
    bob = people.member(session, "Bob", signed_in_at=NOW)
    alice = people.mentor(session, "Alice", rules=(), signed_in_at=NOW)
    away = people.mentor(session, "Anna", rules=(), signed_in_at=NOW)
    take_leave(session, away, LeavePeriod(date(2026, 11, 20), date(2027, 2, 1)), now=NOW)
    people.member(session, "Nina", mentor=True, approved=False, signed_in_at=NOW)
    people.member(session, "Otto", joining="approval", suspended=True, signed_in_at=NOW)
    asked(session, alice, bob, "expired")
    asked(session, alice, bob, "expired", wave=1)
    asked(session, away, bob, "expired", at=NOW - timedelta(days=30))
    note_unmet(session, bob, people.law(session).id, "search", now=NOW)
    assert keys(session) == [("applied", 1), ("waiting", 1), ("expired", 1), ("theme", 1), ("idle", 1)]


def test_old_profiles_and_people_who_never_came_are_last(session: Session) -> None:
    administrator(session)
    later = NOW + timedelta(days=366)
    for name in ("Alice", "Anna", "Ines"):
        people.mentor(session, name, now=later - timedelta(days=1))
    assert keys(session, later) == [("stale", 3), ("never", 3)]


def test_counting_costs_the_same_for_many_as_for_few(database: Database) -> None:
    statements = statements_of(database)
    with database.reading() as session:
        keys(session)
    few = len(statements)
    with database.writing() as session:
        for number in range(10):
            mentor = people.mentor(session, f"Mentor{number}", rules=())
            asked(session, mentor, people.member(session, f"Bob{number}"), "expired")
    statements.clear()
    with database.reading() as session:
        keys(session)
    assert len(statements) == few


def test_the_first_page_begins_with_the_same_things(database: Database, odile: Member, signed_in: SignedIn) -> None:
    with database.writing() as session:
        people.member(session, "Nina", mentor=True, approved=False)
    page = signed_in(odile).get("/admin").get_data(as_text=True)
    assert "Lundi : une chose à faire" in page
    assert '<a href="/admin/members?only=waiting">1 mentor attend votre accord</a>' in page
