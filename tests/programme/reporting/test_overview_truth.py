"""The overview says what is so: an empty network, a dead channel, a worker that sleeps, mentors who opened nothing."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.messages.models import PeriodicTaskRun
from flashmeet.messages.outbox.channel_state import found_away
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.schedule.service.waitlist import record_unmet_need
from flashmeet.themes.rules.changes import UnmetCause
from tests import people
from tests.browsers import Clock
from tests.people import NOW
from tests.programme.reporting.conftest import SignedIn
from tests.programme.reporting.test_digest import administrator, keys

MINUTE = timedelta(minutes=1)


def test_an_empty_network_is_told_so_and_never_that_nothing_waits(db: Session) -> None:
    administrator(db)
    assert keys(db) == [("empty", 1)]


def test_members_without_anybody_who_gives_hours_are_told(db: Session) -> None:
    administrator(db)
    people.member(db, "Bob", signed_in_at=NOW)
    assert keys(db) == [("no_mentors", 1)]


def test_a_channel_that_is_away_stands_before_everything_but_cases(db: Session) -> None:
    administrator(db)
    found_away(db, ChannelName.MAIL, "gaierror", now=NOW - 7 * MINUTE)
    found_away(db, ChannelName.SMS, "twilio 20003", now=NOW)
    assert keys(db) == [("mail_away", 7), ("sms_away", 1), ("empty", 1)]


def test_a_worker_that_has_not_been_seen_is_told(db: Session) -> None:
    administrator(db)
    for name, minutes in (("one", -16), ("two", -20), ("a_former_task", -9_000), ("hourly", 30)):
        db.add(PeriodicTaskRun(name=name, due_at=NOW + minutes * MINUTE))
    db.flush()
    assert ("worker", 16) in keys(db)
    one = db.get_one(PeriodicTaskRun, "one")
    two = db.get_one(PeriodicTaskRun, "two")
    one.due_at = two.due_at = NOW + MINUTE
    db.flush()
    assert "worker" not in dict(keys(db))


def idle_law(db: Session) -> list[Member]:
    """Two mentors of law who have opened nothing, and Bob who looked for one of them."""
    idle = [people.mentor(db, name, rules=(), signed_in_at=NOW) for name in ("Alice", "Yann")]
    bob = people.member(db, "Bob", signed_in_at=NOW)
    record_unmet_need(db, bob, people.law(db).id, cause=UnmetCause.SEARCH, now=NOW)
    return idle


def test_where_mentors_have_opened_nothing_they_are_whom_to_ask(db: Session) -> None:
    administrator(db)
    idle_law(db)
    assert keys(db) == [("ask", 2), ("idle", 2)]
    for offer in db.scalars(select(MentorTheme)):
        db.delete(offer)
    db.flush()
    assert ("theme", 1) in keys(db)


def test_the_nudge_that_asks_them_is_prepared(database: Database, signed_in: SignedIn) -> None:
    with database.writing() as db:
        odile = administrator(db)
        odile.locale = "en"
        idle = idle_law(db)
        theme = people.law(db)
    browser = signed_in(odile)
    page = browser.get("/admin").text
    assert f'"/admin/nudges/theme/{theme.id}">Law is asked for; its 2 mentors have opened nothing: ask them' in page
    with database.writing() as db:
        people.mentor(db, "Open")
    preview = browser.get(f"/admin/nudges/theme/{theme.id}", follow_redirects=True).text
    assert all(f'value="{each.id}"' in preview for each in idle)
    assert "Open Exemple" not in preview


def test_the_page_speaks_of_its_own_day(database: Database, signed_in: SignedIn, clock: Clock) -> None:
    with database.writing() as db:
        odile = administrator(db)
        odile.locale = "en"
    browser = signed_in(odile)
    assert "Tuesday: one thing to do" in browser.get("/admin").text
    clock.move(days=4)
    assert "Saturday: one thing to do" in browser.get("/admin").text
    assert "There is no approved mentor yet." in browser.get("/admin").text


def test_a_refused_login_is_explained_on_the_overview_and_beside_the_messages(
    database: Database, signed_in: SignedIn
) -> None:
    with database.writing() as db:
        odile = administrator(db)
        odile.locale = "en"
        found_away(db, ChannelName.MAIL, "SMTPAuthenticationError: 535 5.7.8", now=NOW - 7 * MINUTE)
    browser = signed_in(odile)
    for path in ("/admin", "/admin/messages"):
        page = browser.get(path).text
        assert "For 7 minutes nothing has been sent by email: the server refuses user or password." in page
        assert "SMTPAuthenticationError: 535 5.7.8" in page
