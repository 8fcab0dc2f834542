"""What comes back from a member’s calendar, against a real server."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flashmeet.calendars.rules.sources import EventRef
from flashmeet.calendars.service.accounts import Switches, choose, write_again
from flashmeet.calendars.sources.caldav import CalDav
from flashmeet.core.errors import AlreadyOver
from flashmeet.core.provider_faults import Unreachable
from flashmeet.core.settings.service import decide
from flashmeet.schedule.models import MemberCalendar
from flashmeet.schedule.rules.booked_hour import BookingStatus
from tests.calendars.events import HOUR, NINE
from tests.calendars.hands import answer, delete_there, move_there, starts
from tests.calendars.house import House, faulty


def test_deleting_it_there_asks_the_mentor_and_nothing_is_cancelled(ready: House) -> None:
    booking_id = ready.book()
    ready.write()
    delete_there(ready)
    for _ in range(2):
        ready.look()
        ready.write()
    assert ready.mails("calendar_gone") == [("calendar_gone", ready.ids["Alice"])]
    assert (ready.booking(booking_id).status, starts(ready)) == (BookingStatus.CONFIRMED, [])


def test_kept_it_is_written_there_again(ready: House) -> None:
    ready.book()
    ready.write()
    delete_there(ready)
    ready.look()
    answer(ready, "keep")
    answer(ready, "keep")
    ready.write()
    assert starts(ready) == ["20261209T090000Z"]
    with pytest.raises(AlreadyOver):
        answer(ready, "cancel")


def test_cancelled_it_is_cancelled_for_both(ready: House) -> None:
    booking_id = ready.book()
    ready.write()
    delete_there(ready)
    ready.look()
    answer(ready, "cancel")
    ready.write()
    assert (ready.booking(booking_id).status, starts(ready)) == (BookingStatus.CANCELLED, [])
    assert len(ready.mails("invite")) == 4


@pytest.mark.parametrize(("rule", "status", "there"), [("keep", "confirmed", 1), ("cancel", "cancelled", 0)])
def test_unanswered_a_day_before_the_administrator_s_rule_applies(
    ready: House, rule: str, status: str, there: int
) -> None:
    with ready.database.writing() as db:
        decide(db, "calendar_vanished", rule)
    booking_id = ready.book()
    ready.write()
    delete_there(ready)
    ready.look()
    ready.at = NINE - timedelta(hours=24, minutes=1)
    ready.expire_questions()
    assert ready.questions()[0].answered_at is None
    ready.at += timedelta(minutes=2)
    ready.expire_questions()
    ready.write()
    assert (ready.booking(booking_id).status, len(starts(ready))) == (status, there)
    assert ready.questions()[0].answer == "rule"


@pytest.mark.parametrize(("left", "answer_in"), [(HOUR * 30, HOUR * 6), (HOUR * 20, HOUR * 2), (HOUR, HOUR)])
def test_who_deletes_it_shortly_before_has_two_hours_to_answer_and_no_longer_than_it_begins(
    ready: House, left: timedelta, answer_in: timedelta
) -> None:
    ready.book()
    ready.write()
    delete_there(ready)
    ready.at = NINE - left
    ready.look()
    [question] = ready.questions()
    assert question.due_at == ready.at + answer_in


def test_who_chose_it_cancels_by_deleting(ready: House) -> None:
    work = ready.calendars()[0].id
    with ready.database.writing() as db:
        wish = Switches(checks=True, writes=True, cancels=True)
        choose(db, ready.who(db, "Alice"), work, wish, now=ready.at)
    booking_id = ready.book()
    ready.write()
    delete_there(ready)
    ready.look()
    assert (ready.booking(booking_id).status, ready.questions()) == (BookingStatus.CANCELLED, [])


def test_ten_that_vanish_at_once_ask_nothing_and_cancel_nothing(ready: House) -> None:
    for number in range(10):
        ready.book(NINE + timedelta(days=2 * number, hours=1))
    ready.write()
    assert len(starts(ready)) == 10
    delete_there(ready)
    for _ in range(2):
        ready.look()
        ready.write()
    assert (ready.questions(), starts(ready), ready.account().fault) == ([], [], "many_gone")
    assert sorted(ready.mails("calendar_trouble", "calendar_many_gone")) == [
        ("calendar_many_gone", ready.ids["Odile"]),
        ("calendar_trouble", ready.ids["Alice"]),
    ]
    with ready.database.writing() as db:
        write_again(db, ready.who(db, "Alice"), ready.account().id, now=ready.at)
    ready.write()
    ready.look()
    assert (len(starts(ready)), ready.account().fault, ready.questions()) == (10, "", [])


def test_moving_it_there_is_a_proposal_to_the_mentee(ready: House) -> None:
    booking_id = ready.book()
    ready.write()
    move_there(ready, 3)
    for _ in range(2):
        ready.look()
        ready.write()
    assert ready.mails("calendar_moved") == [("calendar_moved", ready.ids["Bob"])]
    assert ready.booking(booking_id).starts_at == NINE
    answer(ready, "accept")
    ready.write()
    ready.look()
    assert ready.booking(booking_id).starts_at == NINE + 3 * HOUR
    assert (starts(ready), len(ready.questions())) == (["20261209T120000Z"], 1)


def test_a_proposal_may_lie_outside_the_hours_that_the_mentor_gives_to_everybody(ready: House) -> None:
    booking_id = ready.book()
    ready.write()
    move_there(ready, 12)
    ready.look()
    answer(ready, "accept")
    assert ready.booking(booking_id).starts_at == NINE + 12 * HOUR


def test_a_proposal_that_does_not_suit_puts_the_event_back_and_tells_the_mentor(ready: House) -> None:
    booking_id = ready.book()
    ready.write()
    move_there(ready, 3)
    ready.look()
    answer(ready, "decline")
    ready.write()
    ready.look()
    assert (ready.booking(booking_id).starts_at, starts(ready)) == (NINE, ["20261209T090000Z"])
    assert ready.mails("calendar_stays") == [("calendar_stays", ready.ids["Alice"])]


def test_a_time_that_cannot_be_booked_is_shown_as_a_conflict_and_never_overwritten(ready: House) -> None:
    booking_id = ready.book()
    ready.write()
    move_there(ready, 3.1)
    ready.look()
    assert ready.questions() == []
    ready.move(booking_id, NINE + HOUR)
    ready.write()
    assert starts(ready) == ["20261209T120600Z"]


def test_a_change_there_that_no_look_has_seen_yet_is_not_overwritten(ready: House) -> None:
    booking_id = ready.book()
    ready.write()
    move_there(ready, 3)
    ready.move(booking_id, NINE + HOUR)
    ready.write()
    assert starts(ready) == ["20261209T120000Z"]
    with ready.database.writing() as db:
        write_again(db, ready.who(db, "Alice"), ready.account().id, now=ready.at)
    ready.write()
    assert starts(ready) == ["20261209T100000Z"]


def test_words_changed_there_stay_when_the_session_moves(ready: House) -> None:
    booking_id = ready.book()
    ready.write()
    [path] = [path for path in ready.server.events() if "dentist" not in path]
    text = ready.server.events()[path].replace("Bob Exemple", "Bob from school")
    ready.server.ask("PUT", path, "\r\n".join(text.splitlines()) + "\r\n", **{"Content-Type": "text/calendar"})
    ready.move(booking_id, NINE + HOUR)
    ready.write()
    assert starts(ready) == ["20261209T100000Z"]
    assert "Bob from school" in ready.server.events()[path]


def test_a_server_in_trouble_when_it_is_asked_about_a_deletion_changes_nothing(ready: House) -> None:
    """Within a quarter of an hour it is asked again, and the deletion noticed after all."""
    booking_id = ready.book()
    ready.write()
    delete_there(ready)
    real = ready.ways
    ready.ways = faulty(real, {"get_event": Unreachable("500")})
    ready.look()
    assert (ready.questions(), ready.booking(booking_id).status, ready.mails("calendar_gone")) == (
        [],
        BookingStatus.CONFIRMED,
        [],
    )
    ready.ways = real
    due = min(each.next_try_at for each in ready.calendars())
    assert ready.at < due <= ready.at + timedelta(minutes=15)
    ready.at = due
    ready.look()
    assert len(ready.questions()) == 1


def test_a_server_that_still_has_what_its_list_left_out_changes_nothing(ready: House) -> None:
    booking_id = ready.book()
    ready.write()
    real = ready.ways
    ready.ways = faulty(real, {}, forgetful=True)
    ready.look()
    assert (ready.questions(), ready.booking(booking_id).status, len(starts(ready))) == ([], BookingStatus.CONFIRMED, 1)


def test_a_deletion_that_a_booking_s_quick_look_saw_is_asked_about_by_the_next_look(ready: House) -> None:
    ready.book()
    ready.write()
    ready.at += timedelta(minutes=2)
    delete_there(ready)
    ready.book(NINE + timedelta(days=1))
    assert ready.questions() == []
    ready.look()
    assert len(ready.questions()) == 1


def drag_into_home(home: House) -> None:
    """Alice drags our events from her calendar `work` into `home`."""
    for path, text in home.server.events().items():
        if "dentist" not in path:
            home.server.put(path.rpartition("/")[2].removesuffix(".ics"), text, calendar="home")
            assert home.server.ask("DELETE", path).ok


@pytest.mark.parametrize("reads", [True, False])
@pytest.mark.parametrize("cancels", [False, True])
def test_moved_into_another_calendar_of_one_s_own_it_is_followed_there(
    ready: House, cancels: bool, reads: bool
) -> None:
    work, other = (each.id for each in ready.calendars())
    with ready.database.writing() as db:
        wish = Switches(checks=True, writes=True, cancels=cancels)
        choose(db, ready.who(db, "Alice"), work, wish, now=ready.at)
        choose(db, ready.who(db, "Alice"), other, Switches(checks=reads, writes=False), now=ready.at)
    booking_id = ready.book()
    ready.write()
    drag_into_home(ready)
    for _ in range(2):
        ready.look_in_turn()
        ready.write()
    assert (ready.mails("calendar_gone"), ready.booking(booking_id).status) == ([], BookingStatus.CONFIRMED)
    assert (starts(ready), starts(ready, "home")) == ([], ["20261209T090000Z"])
    ready.move(booking_id, NINE + HOUR)
    ready.write()
    assert (starts(ready), starts(ready, "home")) == ([], ["20261209T100000Z"])
    ready.cancel(booking_id)
    ready.write()
    assert (starts(ready), starts(ready, "home")) == ([], [])


def test_a_calendar_that_is_not_read_and_does_not_answer_keeps_no_question_back(
    ready: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ready.database.writing() as db:
        choose(db, ready.who(db, "Alice"), ready.calendars()[1].id, Switches(checks=False, writes=False), now=ready.at)
    ready.book()
    ready.write()
    delete_there(ready)

    def silent(_: CalDav, remote_id: str, uid: str) -> EventRef | None:
        raise Unreachable(f"{remote_id} {uid}")

    monkeypatch.setattr(CalDav, "find_event", silent)
    ready.look_in_turn()
    assert len(ready.questions()) == 1
    assert [each.failing_since for each in ready.calendars()] == [None, None]


def choose_for_writing(home: House, chosen: int, *, other_is_read: bool) -> None:
    with home.database.writing() as db:
        alice, [work, other] = home.who(db, "Alice"), [each.id for each in home.calendars()]
        rest = other if chosen == work else work
        choose(db, alice, chosen, Switches(checks=True, writes=True), now=home.at)
        choose(db, alice, rest, Switches(checks=other_is_read, writes=False), now=home.at)


def test_what_was_read_long_ago_in_a_calendar_that_is_used_no_more_hides_no_deletion(ready: House) -> None:
    work, other = (each.id for each in ready.calendars())
    choose_for_writing(ready, other, other_is_read=True)
    ready.book()
    ready.write()
    ready.look_in_turn()
    choose_for_writing(ready, work, other_is_read=False)
    ready.write()
    ready.look_in_turn()
    assert (len(starts(ready)), starts(ready, "home")) == (1, [])
    delete_there(ready)
    ready.look_in_turn()
    assert len(ready.questions()) == 1


def test_a_calendar_that_lets_nobody_write_is_not_asked_where_an_hour_went(
    ready: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can drag anything into it: what stands there under our UID is somebody else's."""
    choose_for_writing(ready, ready.calendars()[0].id, other_is_read=False)
    with ready.database.writing() as db:
        db.get_one(MemberCalendar, ready.calendars()[1].id).writable = False
    ready.book()
    ready.write()
    drag_into_home(ready)
    ready.look_in_turn()
    assert len(ready.questions()) == 1


def ten_hours_deleted(ready: House) -> dict[str, str]:
    """Ten booked hours are deleted there at once, and looked for; returns the files that there were, by path."""
    for number in range(10):
        ready.book(NINE + timedelta(days=2 * number, hours=1))
    ready.write()
    there = ready.server.events()
    delete_there(ready)
    ready.look()
    return there


def test_many_hours_that_are_back_are_missed_no_more_and_the_next_one_deleted_is_asked_about(ready: House) -> None:
    there = ten_hours_deleted(ready)
    assert ready.account().fault == "many_gone"
    for path, text in there.items():
        if "dentist" not in path:
            ready.server.put(path.rpartition("/")[2].removesuffix(".ics"), text)
    ready.at += timedelta(minutes=5)
    ready.look()
    assert ready.account().fault == ""
    [path, *_] = sorted(path for path in ready.server.events() if "dentist" not in path)
    ready.server.ask("DELETE", path)
    ready.at += timedelta(minutes=5)
    ready.look()
    assert len(ready.questions()) == 1


def test_where_some_of_many_are_still_gone_the_account_stays_as_it_was_told(ready: House) -> None:
    there = ten_hours_deleted(ready)
    for path, text in list(there.items())[1:]:
        if "dentist" not in path:
            ready.server.put(path.rpartition("/")[2].removesuffix(".ics"), text)
    ready.at += timedelta(minutes=5)
    ready.look()
    assert (ready.account().fault, ready.questions()) == ("many_gone", [])


@pytest.mark.parametrize("who", ["Alice", "Bob"])
def test_who_drags_an_hour_to_a_time_that_cannot_be_had_is_told_that_it_stays_once_for_each(
    home: House, who: str
) -> None:
    home.connect(who=who, names=("work",))
    home.look()
    home.book()
    home.write()
    for hours in (3.1, 3.1, 4.1):
        move_there(home, hours)
        home.look()
    assert home.mails("counter_failed") == [("counter_failed", home.ids[who])] * 2
    assert home.questions() == []


def test_an_hour_dragged_to_a_time_that_cannot_be_had_and_then_deleted_is_asked_about(ready: House) -> None:
    ready.book()
    ready.write()
    move_there(ready, 3.1)
    ready.look()
    delete_there(ready)
    ready.look()
    assert ready.mails("calendar_gone") == [("calendar_gone", ready.ids["Alice"])]
    answer(ready, "keep")
    ready.write()
    assert starts(ready) == ["20261209T090000Z"]


def test_an_hour_dragged_away_and_back_follows_what_is_agreed_again(ready: House) -> None:
    booking_id = ready.book()
    ready.write()
    for hours in (3.1, 0):
        move_there(ready, hours)
        ready.look()
    ready.move(booking_id, NINE + HOUR)
    ready.write()
    assert starts(ready) == ["20261209T100000Z"]


def test_an_hour_that_its_owner_brings_to_what_was_agreed_meanwhile_follows_again(ready: House) -> None:
    booking_id = ready.book()
    ready.write()
    move_there(ready, 3)
    ready.move(booking_id, NINE + HOUR)
    ready.write()
    move_there(ready, 1)
    ready.look()
    ready.move(booking_id, NINE + 2 * HOUR)
    ready.write()
    assert (starts(ready), ready.questions()) == (["20261209T110000Z"], [])


def test_a_wish_is_asked_no_more_once_the_event_is_dragged_to_a_time_that_cannot_be_had(ready: House) -> None:
    ready.book()
    ready.write()
    for hours in (3, 3.1):
        move_there(ready, hours)
        ready.look()
    [question] = ready.questions()
    assert question.answer == "withdrawn"
    move_there(ready, 4)
    ready.look()
    [question] = ready.questions()
    assert (question.answer, question.proposed_at) == ("", NINE + 4 * HOUR)
