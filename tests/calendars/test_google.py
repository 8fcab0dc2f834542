"""A mentor's Google Calendar, from the first look to the last: acceptance D2 to D5."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from flashmeet.core.errors import CalendarUnavailable, SlotTaken
from flashmeet.schedule.models import BusyTime
from flashmeet.schedule.rules.booked_hour import BookingStatus
from tests.calendars.events import HOUR, NINE
from tests.calendars.google_home import HERE, busy, home, open_again
from tests.calendars.house import House
from tests.fakes.google import GoogleServer, Refusal

__all__ = ["home"]


def test_the_clash_that_is_the_last_of_two_hundred_and_sixty_events_refuses_the_booking(
    home: House, google_server: GoogleServer
) -> None:
    for number in range(259):
        google_server.busy(HERE, f"e{number}", NINE + timedelta(days=1 + number % 30, hours=9))
    google_server.busy(HERE, "clash", NINE)
    google_server.page_size = 130
    home.look()
    assert (busy(home), home.listed()) == (260, False)
    with pytest.raises(SlotTaken):
        home.book()


def test_a_booking_sees_what_was_written_a_moment_ago(home: House, google_server: GoogleServer) -> None:
    home.look()
    home.at += timedelta(minutes=2)
    google_server.busy(HERE, "dentist", NINE)
    with pytest.raises(SlotTaken):
        home.book()


@pytest.mark.parametrize("trouble", [Refusal(500), Refusal(403, "rateLimitExceeded"), Refusal(429), Refusal(0)])
def test_a_calendar_that_does_not_answer_refuses_the_booking_and_the_mentor_is_told_once(
    home: House, google_server: GoogleServer, trouble: Refusal
) -> None:
    home.look()
    home.at += timedelta(minutes=2)
    for _ in range(2):
        google_server.fails["events.list"] = [trouble, trouble]
        with pytest.raises(CalendarUnavailable):
            home.book()
    assert home.mails("calendar_trouble") == [("calendar_trouble", home.ids["Alice"])]
    google_server.fails.clear()
    home.look()
    assert home.book()


def test_a_permission_that_was_taken_back_hides_the_hours_and_asks_by_one_mail_to_connect_again(
    home: House, google_server: GoogleServer
) -> None:
    home.look()
    google_server.consents.revoke()
    for _ in range(3):
        home.at += timedelta(minutes=10)
        home.look()
    with pytest.raises(CalendarUnavailable):
        home.book()
    assert (home.account().fault, home.listed()) == ("reconnect", False)
    assert home.mails("calendar_trouble") == [("calendar_trouble", home.ids["Alice"])]
    open_again(home, google_server)
    home.look()
    assert (home.account().fault, home.listed()) == ("", True)
    assert home.book()


def test_a_cursor_that_google_has_forgotten_is_a_full_list_and_a_difference(
    home: House, google_server: GoogleServer
) -> None:
    google_server.busy(HERE, "goes", NINE)
    google_server.busy(HERE, "stays", NINE + 2 * HOUR)
    home.look()
    google_server.events[HERE].pop("goes")
    google_server.busy(HERE, "comes", NINE + 4 * HOUR)
    google_server.forget_tokens()
    home.at += timedelta(minutes=10)
    home.look()
    assert [home.listed(NINE + hours * HOUR) for hours in (0, 2, 4)] == [True, False, False]
    home.look()
    assert "syncToken" in google_server.asked_for("events.list")[-1]


@pytest.mark.parametrize("refusal", [Refusal(400, "invalid"), Refusal(410, "updatedMinTooLongAgo"), Refusal(409)])
@pytest.mark.parametrize("page", [0, 1])
def test_a_token_that_is_refused_in_any_words_is_followed_by_one_full_look_that_loses_nothing(
    home: House, google_server: GoogleServer, refusal: Refusal, page: int
) -> None:
    google_server.busy(HERE, "stays", NINE)
    google_server.busy(HERE, "goes", NINE + 2 * HOUR)
    home.look()
    google_server.delete(HERE, "goes")
    google_server.busy(HERE, "comes", NINE + 4 * HOUR)
    google_server.page_size, google_server.fails["events.list"] = 1, [None] * page + [refusal]
    home.at += timedelta(minutes=10)
    home.look()
    assert [home.listed(NINE + hours * HOUR) for hours in (0, 2, 4)] == [False, True, False]
    assert [each.fault for each in home.calendars()] == [""]


def test_where_every_token_is_refused_each_look_is_a_full_one_and_no_look_asks_without_end(
    home: House, google_server: GoogleServer
) -> None:
    google_server.busy(HERE, "stays", NINE)
    home.look()
    google_server.asked.clear()
    for _ in range(3):
        google_server.fails["events.list"] = [Refusal(400, "invalid")]
        home.at += timedelta(minutes=10)
        home.look()
        assert not home.listed()
    assert ["syncToken" in each for each in google_server.asked_for("events.list")] == [True, False] * 3


@pytest.mark.parametrize(
    ("first", "last"), [("2026-12-09", "2026-12-09"), ("2026-12-10", "2026-12-09"), ("2026-12-09", "2026-12-10")]
)
def test_an_all_day_event_takes_its_day_at_least(
    home: House, google_server: GoogleServer, first: str, last: str
) -> None:
    google_server.put(HERE, {"id": "day", "start": {"date": first}, "end": {"date": last}})
    home.look()
    assert not home.listed()


def test_a_look_that_breaks_on_the_second_page_keeps_the_old_cursor_and_loses_nothing(
    home: House, google_server: GoogleServer
) -> None:
    home.look()
    [before] = [each.cursor for each in home.calendars()]
    for number in range(3):
        google_server.busy(HERE, f"e{number}", NINE + number * HOUR)
    google_server.page_size, google_server.fails["events.list"] = 1, [None, Refusal(500)]
    home.look()
    assert ([each.cursor for each in home.calendars()], busy(home)) == ([before], 0)
    home.look()
    assert busy(home) == 3


def test_one_event_over_book_move_move_cancel_that_takes_no_time_of_its_own_and_invites_nobody(
    home: House, google_server: GoogleServer
) -> None:
    home.look()
    booking_id = home.book()
    starts = []
    for hours in (0, 1, 2):
        if hours:
            home.move(booking_id, NINE + hours * HOUR)
        home.write()
        home.look()
        [event] = google_server.living(HERE)
        starts.append(event["start"]["dateTime"])
        assert (event["iCalUID"], busy(home)) == (home.booking(booking_id).uid, 0)
    assert starts == ["2026-12-09T09:00:00Z", "2026-12-09T10:00:00Z", "2026-12-09T11:00:00Z"]
    home.cancel(booking_id)
    home.write()
    home.look()
    assert (google_server.living(HERE), google_server.invitations, home.questions()) == ([], [], [])


def test_a_session_that_was_deleted_there_is_asked_about_once_a_direct_question_confirms_it(
    home: House, google_server: GoogleServer
) -> None:
    home.look()
    booking_id = home.book()
    home.write()
    home.look()
    [event] = google_server.living(HERE)
    google_server.delete(HERE, event["id"])
    google_server.fails["events.get"] = [Refusal(500)]
    home.look()
    assert (home.questions(), home.booking(booking_id).status) == ([], BookingStatus.CONFIRMED)
    home.at += timedelta(days=1)  # the next full look
    home.look()
    assert [(each.kind, each.booking_id) for each in home.questions()] == [("gone", booking_id)]
    assert home.booking(booking_id).status == BookingStatus.CONFIRMED


def test_a_day_follows_the_calendar_into_another_zone_at_the_next_looks(
    home: House, google_server: GoogleServer
) -> None:
    google_server.put(HERE, {"id": "day", "start": {"date": "2026-12-09"}, "end": {"date": "2026-12-10"}})
    home.look()
    assert [home.listed(NINE + hours * HOUR) for hours in (0, 24)] == [False, True]
    google_server.calendars[HERE]["timeZone"] = "America/Los_Angeles"
    for _ in range(2):
        home.at += timedelta(minutes=5)
        home.look()
    assert [each.read_tzid for each in home.calendars()] == ["America/Los_Angeles"]
    asked = len(google_server.asked_for("events.list"))
    home.at += timedelta(minutes=5)
    home.look()
    assert ["syncToken" in each for each in google_server.asked_for("events.list")[asked:]] == [True]
    with home.database.reading() as db:
        [taken] = db.scalars(select(BusyTime)).all()
        assert taken.starts_at == NINE.replace(hour=8)
