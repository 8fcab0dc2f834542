"""Several hands on one session at once, and answers that nobody heard."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from flashmeet.calendars.rules.sources import SyncResult
from flashmeet.calendars.service.accounts import write_again
from flashmeet.calendars.service.questions import answer_question
from flashmeet.calendars.service.sync_runs import begin_run, keep_run
from flashmeet.core.errors import AlreadyOver
from flashmeet.messages.models import OutboxMessage
from flashmeet.schedule.models import MemberCalendar
from flashmeet.schedule.queries.calendars import begin_turn
from tests.calendars.events import HOUR, NINE
from tests.calendars.hands import delete_there, move_there, starts
from tests.calendars.house import House
from tests.calendars.soak.mishaps import Mishaps


def test_a_calendar_is_left_to_who_looks_at_it_and_read_again_where_they_never_came_back(home: House) -> None:
    home.connect(names=("work",))
    with home.database.writing() as db:
        calendar_id = db.scalars(select(MemberCalendar.id)).one()
        assert begin_turn(db, calendar_id, now=home.at)
    assert not home.syncing.sync(calendar_id, seconds=60, now=home.at + timedelta(minutes=1))
    assert home.syncing.sync(calendar_id, seconds=60, now=home.at + timedelta(minutes=2))


def test_of_two_looks_that_began_alike_the_first_to_end_is_kept(home: House) -> None:
    home.connect(names=("work",))
    with home.database.writing() as db:
        calendar_id = db.scalars(select(MemberCalendar.id)).one()
        runs = [begin_run(db, calendar_id, vault=home.ways.vault, now=home.at) for _ in range(2)]
        kept = [
            keep_run(db, run, SyncResult(cursor=f"{number}", full=True), in_full=True, now=home.at)
            for number, run in enumerate(runs)
            if run is not None
        ]
    assert (kept, home.calendars()[0].cursor) == ([True, False], "0")


def test_an_event_whose_writing_was_never_confirmed_goes_with_its_session(ready: House) -> None:
    """Also where it never arrived."""
    mishaps = Mishaps()
    ready.ways = mishaps.ways(ready.ways)
    for lost in (mishaps.lost, mishaps.unheard):
        booking_id = ready.book()
        lost.add("write_event")
        ready.write(once=True)
        assert len(starts(ready)) == (1 if lost is mishaps.lost else 0)
        ready.cancel(booking_id)
        ready.write()
        assert starts(ready) == []
    ready.look()
    assert ready.questions() == []


def test_a_change_whose_writing_was_never_confirmed_is_our_own_and_no_conflict(ready: House) -> None:
    mishaps = Mishaps()
    ready.ways = mishaps.ways(ready.ways)
    booking_id = ready.book()
    ready.write()
    for step, unlucky in ((1, mishaps.lost), (2, mishaps.unheard), (3, mishaps.lost)):
        ready.move(booking_id, NINE + step * HOUR)
        unlucky.add("update_event")
        ready.write(once=True)
    assert starts(ready) == ["20261209T120000Z"]
    ready.cancel(booking_id)
    ready.write()
    assert starts(ready) == []


def test_what_was_cancelled_meanwhile_goes_when_its_mentor_asks_for_what_was_agreed(ready: House) -> None:
    booking_id = ready.book()
    ready.write()
    move_there(ready, 3.1)
    ready.look()
    ready.cancel(booking_id)
    ready.write()
    assert starts(ready) == ["20261209T120600Z"]
    with ready.database.writing() as db:
        write_again(db, ready.who(db, "Alice"), ready.account().id, now=ready.at)
    ready.write()
    assert starts(ready) == []


def test_our_own_writing_between_question_and_answer_is_no_wish_of_the_mentor_s(ready: House) -> None:
    mishaps = Mishaps()
    ready.ways = mishaps.ways(ready.ways)
    booking_id = ready.book()
    ready.write()
    [path] = [path for path in ready.server.events() if "dentist" not in path]
    text = ready.server.events()[path].replace("Bob Exemple", "Bob from school")
    ready.server.ask("PUT", path, "\r\n".join(text.splitlines()) + "\r\n", **{"Content-Type": "text/calendar"})

    def moved() -> None:
        ready.move(booking_id, NINE + HOUR)
        ready.write()

    mishaps.after["get_event"] = moved
    ready.look()
    assert mishaps.after == {}
    assert (ready.questions(), starts(ready)) == ([], ["20261209T100000Z"])


def test_a_wish_that_the_mentor_takes_back_is_asked_no_more(ready: House) -> None:
    ready.book()
    ready.write()
    move_there(ready, 3)
    ready.look()
    move_there(ready, 0)
    ready.look()
    [question] = ready.questions()
    assert (question.answer, question.answered_at) == ("withdrawn", ready.at)
    assert starts(ready) == ["20261209T090000Z"]


def test_words_that_the_mentee_changes_in_their_own_calendar_take_back_no_wish_of_the_mentor_s(home: House) -> None:
    home.connect(names=("work",))
    home.connect(who="Bob", names=("home",))
    home.look()
    home.book()
    home.write()
    move_there(home, 3)
    home.look()
    [path] = home.server.events("home")
    text = home.server.events("home")[path].replace("Alice Exemple", "Alice from work")
    assert home.server.ask("PUT", path, "\r\n".join(text.splitlines()), **{"Content-Type": "text/calendar"}).ok
    home.look()
    [question] = home.questions()
    assert question.answered_at is None


def test_a_mentee_who_deletes_it_is_asked_too_and_cancels_as_themselves(home: House) -> None:
    home.connect(names=("work",))
    home.connect(who="Bob", names=("home",))
    home.look()
    booking_id = home.book()
    home.write()
    for path in (*home.server.events(), *home.server.events("home")):
        home.server.ask("DELETE", path)
    home.look()
    assert home.mails("calendar_gone") == [("calendar_gone", home.ids["Alice"]), ("calendar_gone", home.ids["Bob"])]
    of_alice, of_bob = sorted(home.questions(), key=lambda each: each.member_id)
    with home.database.writing() as db:
        answer_question(db, of_alice.id, answer="keep", now=home.at)
    home.write()
    assert (len(starts(home)), len(starts(home, "home"))) == (1, 0)
    with home.database.writing() as db:
        answer_question(db, of_bob.id, answer="cancel", now=home.at)
    assert home.booking(booking_id).cancelled_by_id == home.ids["Bob"]


@pytest.mark.parametrize("answer", ["cancel", "keep"])
def test_an_answer_about_a_time_that_is_no_more_changes_nothing(ready: House, answer: str) -> None:
    booking_id = ready.book()
    ready.write()
    delete_there(ready)
    ready.look()
    [question] = ready.questions()
    ready.move(booking_id, NINE + HOUR)
    with pytest.raises(AlreadyOver), ready.database.writing() as db:
        answer_question(db, question.id, answer=answer, now=ready.at)
    assert (ready.booking(booking_id).status, ready.booking(booking_id).starts_at) == ("confirmed", NINE + HOUR)


def test_a_question_about_what_was_agreed_before_keeps_nothing_from_being_written(ready: House) -> None:
    booking_id = ready.book()
    ready.write()
    delete_there(ready)
    ready.look()
    assert len(ready.questions()) == 1
    ready.move(booking_id, NINE + HOUR)
    with ready.database.writing() as db:
        db.execute(
            update(OutboxMessage).where(OutboxMessage.channel == "calendar").values(state="parked", settled_at=ready.at)
        )
    ready.look()
    ready.write()
    assert starts(ready) == ["20261209T100000Z"]
