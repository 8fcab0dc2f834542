"""The record's lines are added and never changed, whoever asks, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from flashmeet.audit.models import AuditEntry
from flashmeet.audit.queries import Wanted, entries, events_of
from flashmeet.audit.service import KEPT_FOR, forget_entries
from flashmeet.core.database.session import Database
from flashmeet.http.admission.origin import browser_words, wide_range
from flashmeet.identity.acts import LABELS, ORIGIN, Act, Audited, Origin
from flashmeet.identity.service.events import security_happened
from tests import people
from tests.databases import statements_of
from tests.people import NOW


def add(database: Database, *, at: datetime = NOW, act: Act = Act.SIGNED_IN, by: int | None = 1, to: int = 1) -> None:
    with database.writing() as db:
        security_happened(db, Audited(act=act, by=by, to=to), at)


def count(database: Database) -> int:
    with database.reading() as db:
        return db.scalar(select(func.count()).select_from(AuditEntry)) or 0


def test_every_act_has_a_name_of_its_own() -> None:
    assert LABELS.keys() == {*Act}
    assert len({*LABELS.values()}) == len(LABELS)


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET by_id = 2", "DELETE FROM audit_entry", "DELETE FROM audit_entry WHERE id > 0"]
)
def test_the_database_refuses_to_change_or_delete_a_line(database: Database, statement: str) -> None:
    add(database)
    with pytest.raises(DBAPIError, match="append-only"), database.writing() as db:
        db.execute(text(statement))
    assert count(database) == 1


def test_the_whole_record_cannot_be_truncated_away(database: Database) -> None:
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    add(database)
    with pytest.raises(DBAPIError, match="append-only"), database.writing() as db:
        db.execute(text("TRUNCATE audit_entry"))
    assert count(database) == 1


def test_lines_past_their_year_are_forgotten_and_no_others(database: Database) -> None:
    old = datetime.now(UTC) - KEPT_FOR - timedelta(days=1)
    add(database, at=old)
    add(database, at=old + timedelta(days=3))
    with database.writing() as db:
        assert forget_entries(db, now=NOW + 9 * KEPT_FOR) == 1  # a clock that is ahead forgets nothing early
    assert count(database) == 1


def test_a_line_is_there_exactly_if_the_act_was_done(database: Database) -> None:
    class Failed(Exception):
        pass

    with pytest.raises(Failed), database.writing() as db:
        security_happened(db, Audited(act=Act.SIGNED_IN, by=1, to=1), NOW)
        raise Failed
    assert count(database) == 0


def test_a_line_says_where_it_came_from_and_what_the_server_did_comes_from_nowhere(database: Database) -> None:
    with database.writing() as db:
        db.info[ORIGIN] = lambda: Origin("192.0.2.0/24", "Firefox, Linux")
        security_happened(db, Audited(act=Act.SIGNED_IN, by=1, to=1, about="x" * 900), NOW)
    add(database, act=Act.BACKED_UP, by=None)
    with database.reading() as db:
        server, browser = entries(db, Wanted(viewer_id=0), limit=9)
        assert (server.by_the_server, server.network, server.browser) == (True, "", "")
        assert (browser.by_the_server, browser.network, browser.browser) == (False, "192.0.2.0/24", "Firefox, Linux")
        assert len(browser.about) == 120


def test_the_record_is_searched_by_person_act_and_time_and_read_page_by_page(database: Database) -> None:
    with database.writing() as db:
        alice, bob = people.member(db, "Alice"), people.member(db, "Bob")
        ids = (alice.id, bob.id)
    for minute, (by, to) in enumerate([(0, 0), (0, 1), (1, 1), (1, 1)]):
        at = NOW + timedelta(minutes=minute // 2)  # two lines of the same instant
        add(database, at=at, act=Act.SIGNED_OUT if minute == 3 else Act.SIGNED_IN, by=ids[by], to=ids[to])
    with database.reading() as db:
        every = [each.id for each in entries(db, Wanted(viewer_id=0), limit=9)]
        found = entries(db, Wanted(viewer_id=0), limit=3)
        assert [each.id for each in [*found, *entries(db, Wanted(viewer_id=0), before=found[-1].id, limit=3)]] == every
        assert every == sorted(every, reverse=True)
        assert len(entries(db, Wanted(viewer_id=0, person="alice"), limit=9)) == 2
        assert len(entries(db, Wanted(viewer_id=0, person="nobody"), limit=9)) == 0
        assert [each.act for each in entries(db, Wanted(viewer_id=0, act=Act.SIGNED_OUT), limit=9)] == [Act.SIGNED_OUT]
        assert len(entries(db, Wanted(viewer_id=0, since=NOW + timedelta(minutes=1)), limit=9)) == 2
        assert len(entries(db, Wanted(viewer_id=0, until=NOW + timedelta(minutes=1)), limit=9)) == 2
        assert len(events_of(db, ids[1], limit=9)) == 3


def test_a_page_takes_the_same_statements_however_long_the_record(database: Database) -> None:
    for _ in range(3):
        add(database)
    with database.reading() as db:
        seen = statements_of(database)
        last = entries(db, Wanted(viewer_id=0, person="alice"), limit=1)
        entries(db, Wanted(viewer_id=0, person="alice"), before=last[0].id if last else 1, limit=1)
    assert len([each for each in seen if each.startswith("SELECT")]) <= 5


@pytest.mark.parametrize(
    ("address", "range_"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "?"),
        ("unix:", "?"),
    ],
)
def test_an_address_is_recorded_as_its_range(address: str, range_: str) -> None:
    assert wide_range(address) == range_


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit Safari/604.1", "Safari, iPhone"),
        ("curl/8.5.0", "curl"),
        ("<script>", ""),
        ("", ""),
    ],
)
def test_a_browser_is_recorded_in_short(agent: str, words: str) -> None:
    assert browser_words(agent) == words


def test_an_administrator_who_is_reported_finds_no_line_of_their_case(database: Database) -> None:
    add(database, act=Act.CASE_OPENED, by=1, to=2)
    add(database, act=Act.ROLES_CHANGED, by=1, to=2)
    with database.reading() as db:
        assert [each.act for each in entries(db, Wanted(viewer_id=2), limit=9)] == [Act.ROLES_CHANGED]
        assert len(entries(db, Wanted(viewer_id=1), limit=9)) == 2
        assert [each.act for each in events_of(db, 2, limit=9)] == [Act.ROLES_CHANGED]
