"""A mentor's Microsoft 365 calendar, from the first look to the last: acceptance D2 to D5."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.errors import CalendarUnavailable, SlotTaken
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.rules.calendars import CalendarKind
from tests.calendars.events import HOUR, NINE
from tests.calendars.google_home import at_provider, busy, open_at
from tests.calendars.hands import answer
from tests.calendars.house import House
from tests.fakes.graph import GraphServer, Refusal, moment


@pytest.fixture
def home(database: Database, config: Config, graph_server: GraphServer) -> House:
    """Alice has connected her account; nobody has looked at it yet."""
    made = at_provider(database, dataclasses.replace(config, microsoft=graph_server.settings()))
    open_at(made, CalendarKind.MICROSOFT, graph_server.consents.refresh_token())
    return made


@pytest.fixture
def ready(home: House) -> House:
    home.look()
    return home


def starts(graph: GraphServer) -> list[str]:
    return [each["start"]["dateTime"][:19] for each in graph.living()]


def test_the_clash_that_is_the_last_of_two_hundred_and_sixty_events_refuses_the_booking(
    home: House, graph_server: GraphServer
) -> None:
    for number in range(259):
        graph_server.busy(f"e{number}", NINE + timedelta(days=1 + number % 30, hours=9))
    graph_server.busy("clash", NINE)
    graph_server.page_size = 130
    home.look()
    assert (busy(home), home.listed()) == (260, False)
    with pytest.raises(SlotTaken):
        home.book()


@pytest.mark.parametrize("trouble", [Refusal(500), Refusal(429, "ApplicationThrottled"), Refusal(0)])
def test_a_calendar_that_does_not_answer_refuses_the_booking_and_the_mentor_is_told_once(
    ready: House, graph_server: GraphServer, trouble: Refusal
) -> None:
    ready.at += timedelta(minutes=2)
    for _ in range(2):
        graph_server.busy("new", NINE + 5 * HOUR)
        graph_server.fails["delta"] = graph_server.fails["calendarView"] = [trouble, trouble]
        with pytest.raises(CalendarUnavailable):
            ready.book()
    assert ready.mails("calendar_trouble") == [("calendar_trouble", ready.ids["Alice"])]
    graph_server.fails.clear()
    ready.look()
    assert ready.book()


@pytest.mark.parametrize("said", ["invalid_grant", "interaction_required", "consent_required"])
def test_a_permission_that_was_taken_back_hides_the_hours_and_asks_by_one_mail_to_connect_again(
    ready: House, graph_server: GraphServer, said: str
) -> None:
    graph_server.consents.end_access()
    graph_server.consents.trouble = (400, said)
    for _ in range(2):
        ready.at += timedelta(minutes=10)
        ready.look()
    with pytest.raises(CalendarUnavailable):
        ready.book()
    assert (ready.account().fault, ready.listed()) == ("reconnect", False)
    assert ready.mails("calendar_trouble") == [("calendar_trouble", ready.ids["Alice"])]
    graph_server.consents.trouble = None
    open_at(ready, CalendarKind.MICROSOFT, graph_server.consents.refresh_token())
    ready.look()
    assert (ready.account().fault, ready.listed()) == ("", True)


def test_a_delta_that_was_forgotten_is_a_full_list_and_a_difference(ready: House, graph_server: GraphServer) -> None:
    graph_server.busy("goes", NINE)
    ready.look()
    graph_server.events.pop("goes")
    graph_server.busy("comes", NINE + 4 * HOUR)
    graph_server.forget_tokens()
    ready.look()
    assert [ready.listed(NINE + hours * HOUR) for hours in (0, 4)] == [True, False]


def test_one_event_over_book_move_move_cancel_that_takes_no_time_of_its_own(
    ready: House, graph_server: GraphServer
) -> None:
    booking_id = ready.book()
    seen = []
    for hours in (0, 1, 2):
        if hours:
            ready.move(booking_id, NINE + hours * HOUR)
        ready.write()
        ready.look()
        seen += starts(graph_server)
        assert busy(ready) == 0
    assert seen == ["2026-12-09T09:00:00", "2026-12-09T10:00:00", "2026-12-09T11:00:00"]
    assert all("attendees" not in each for each in graph_server.living())
    ready.cancel(booking_id)
    ready.write()
    ready.look()
    assert (graph_server.living(), ready.questions()) == ([], [])


def test_a_session_that_was_deleted_there_is_asked_about_once_a_direct_question_confirms_it(
    ready: House, graph_server: GraphServer
) -> None:
    booking_id = ready.book()
    ready.write()
    ready.look()
    [event] = graph_server.living()
    graph_server.delete(event["id"])
    graph_server.fails["made%3D%2F0"] = [Refusal(500)]
    ready.look()
    assert (ready.questions(), ready.booking(booking_id).status) == ([], BookingStatus.CONFIRMED)
    ready.at += timedelta(minutes=5)
    ready.look()
    assert [(each.kind, each.booking_id) for each in ready.questions()] == [("gone", booking_id)]
    answer(ready, "keep")
    ready.write()
    assert starts(graph_server) == ["2026-12-09T09:00:00"]


def test_moving_it_there_is_a_proposal_to_the_mentee(ready: House, graph_server: GraphServer) -> None:
    booking_id = ready.book()
    ready.write()
    ready.look()
    [event] = graph_server.living()
    there = NINE + 3 * HOUR
    graph_server.put({"id": event["id"], "start": moment(there), "end": moment(there + HOUR)})
    ready.look()
    assert ready.mails("calendar_moved") == [("calendar_moved", ready.ids["Bob"])]
    answer(ready, "accept")
    ready.write()
    assert (ready.booking(booking_id).starts_at, starts(graph_server)) == (there, ["2026-12-09T12:00:00"])


def test_a_series_that_takes_time_from_now_on_closes_its_hours_at_the_next_look(
    home: House, graph_server: GraphServer
) -> None:
    graph_server.busy("weekly", NINE, type="seriesMaster", showAs="free")
    graph_server.busy("o9", NINE, type="occurrence", seriesMasterId="weekly")
    home.look()
    assert home.listed()
    graph_server.busy("weekly", NINE, type="seriesMaster", showAs="busy")
    home.at += timedelta(minutes=5)
    home.look()
    assert not home.listed()


@pytest.mark.parametrize(
    "refusal",
    [Refusal(400, "ErrorInvalidUrlQuery"), Refusal(404, "ErrorItemNotFound"), Refusal(410), Refusal(409), Refusal(412)],
)
def test_a_link_that_is_refused_in_any_words_is_followed_by_one_full_look(
    ready: House, graph_server: GraphServer, refusal: Refusal
) -> None:
    graph_server.busy("comes", NINE)
    graph_server.fails["delta"] = [refusal]
    graph_server.asked.clear()
    ready.look()
    assert (ready.listed(), [each.fault for each in ready.calendars()]) == (False, [""])
    assert len([path for _, path in graph_server.asked if path.endswith("delta")]) == 2


def test_where_a_full_look_is_refused_too_the_calendar_cannot_be_read_and_keeps_what_was_there(
    ready: House, graph_server: GraphServer
) -> None:
    graph_server.busy("there", NINE)
    ready.look()
    graph_server.fails["delta"] = [Refusal(400, "ErrorInvalidUrlQuery")] * 2
    graph_server.asked.clear()
    ready.look()
    assert (ready.listed(), [each.fault for each in ready.calendars()]) == (False, ["unreadable"])
    assert len([path for _, path in graph_server.asked if path.endswith("delta")]) == 2
