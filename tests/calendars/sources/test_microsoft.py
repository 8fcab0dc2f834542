"""Microsoft 365 against a server of Graph's shape (acceptance D)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flashmeet.calendars.rules.sources import Access, EventRef, SyncResult
from flashmeet.calendars.sources.microsoft import MicrosoftCalendars
from flashmeet.core.intervals import Interval
from flashmeet.core.provider_faults import (
    AuthFailed,
    CalendarFault,
    Conflict,
    CursorGone,
    Forbidden,
    Missing,
    RateLimited,
    Unreachable,
    Unreadable,
)
from flashmeet.schedule.rules.calendars import CalendarKind, window
from tests.calendars.events import BOOKED, HOUR, NINE
from tests.fakes.graph import GraphServer, Refusal
from tests.people import NOW

HERE = "cal=1"
Open = Callable[..., MicrosoftCalendars]


@pytest.fixture
def graph(graph_server: GraphServer) -> GraphServer:
    return graph_server


@pytest.fixture
def opened(graph: GraphServer) -> Iterator[Open]:
    """`opened()` is Alice's account, with a fresh access token or none."""
    refresh, sources = graph.consents.refresh_token(), []

    def opened(*, seconds: float = 10, **secrets: str) -> MicrosoftCalendars:
        access = Access(kind=CalendarKind.MICROSOFT, tzid="Europe/Paris", secrets={"refresh_token": refresh, **secrets})
        sources.append(MicrosoftCalendars(graph.settings(), access, seconds=seconds))
        return sources[-1]

    yield opened
    for source in sources:
        source.close()


def look(source: MicrosoftCalendars, cursor: str = "") -> SyncResult:
    return source.sync(HERE, cursor=cursor, window=window(NOW), known={})


def days(first: str, last: str) -> dict[str, dict[str, str]]:
    """From midnight to midnight, as Graph writes days; or as told."""
    return {
        which: {"dateTime": at if "T" in at else f"{at}T00:00:00.0000000", "timeZone": "UTC"}
        for which, at in (("start", first), ("end", last))
    }


def test_calendars_are_listed_on_all_pages_with_what_may_be_done_there(graph: GraphServer, opened: Open) -> None:
    graph.calendar("Team", can_edit=False)
    graph.page_size = 1
    found = [(each.remote_id, each.name, each.writable, each.primary) for each in opened().list_calendars()]
    assert found == [
        (HERE, "Calendar · alice@example.org", True, True),
        ("Team", "Team · alice@example.org", False, False),
    ]


def test_all_pages_are_read_and_the_clash_is_on_the_last(graph: GraphServer, opened: Open) -> None:
    for number in range(259):
        graph.busy(f"e{number}", NINE + timedelta(days=1, hours=number))
    graph.busy("clash", NINE)
    graph.page_size = 130
    found = look(opened())
    assert len([path for _, path in graph.asked if path.endswith("delta")]) == 2
    assert (len(found.changed), found.full) == (260, True)
    assert found.changed[-1].busy == (Interval(NINE, NINE + HOUR),)


def test_a_look_that_breaks_on_a_later_page_gives_no_cursor(graph: GraphServer, opened: Open) -> None:
    source = opened()
    cursor = look(source).cursor
    for name in ("e1", "e2", "e3"):
        graph.busy(name, NINE)
    graph.page_size, graph.fails["delta"] = 1, [None, Refusal(500)]
    with pytest.raises(Unreachable):
        look(source, cursor)
    assert {each.remote_id for each in look(source, cursor).changed} == {"e1", "e2", "e3"}


def test_the_next_look_asks_for_changes_alone(graph: GraphServer, opened: Open) -> None:
    for name in ("stays", "moves", "goes"):
        graph.busy(name, NINE)
    source = opened()
    first = look(source)
    graph.busy("moves", NINE + HOUR)
    graph.delete("goes")
    second = look(source, first.cursor)
    assert [(each.remote_id, each.busy[0].start) for each in second.changed] == [("moves", NINE + HOUR)]
    assert (second.removed, second.full) == (("goes",), False)
    third = look(source, second.cursor)
    assert (third.changed, third.removed) == ((), ())


def test_a_link_that_graph_has_forgotten_is_a_full_look_and_nothing_less(graph: GraphServer, opened: Open) -> None:
    graph.busy("e1", NINE)
    source = opened()
    cursor = look(source).cursor
    graph.forget_tokens()
    with pytest.raises(CursorGone):
        look(source, cursor)
    assert look(source).full


def test_a_link_to_elsewhere_is_not_followed(graph: GraphServer, opened: Open) -> None:
    for cursor in ("http://127.0.0.1:9/v1.0/me", f"{graph.base_url}.example.org/v1.0/", "https://evil.example.org/"):
        with pytest.raises(Unreadable):
            look(opened(), cursor)


def test_what_takes_time_and_what_does_not(graph: GraphServer, opened: Open) -> None:
    for show_as in ("busy", "tentative", "oof", "unknown", "free", "workingElsewhere"):
        graph.busy(show_as, NINE, showAs=show_as)
    graph.busy("cancelled", NINE, isCancelled=True)
    graph.busy("declined", NINE, responseStatus={"response": "declined"})
    midnight = {"dateTime": "2026-12-09T00:00:00.0000000", "timeZone": "UTC"}
    graph.put(
        {"id": "day", "isAllDay": True, "start": midnight, "end": {**midnight, "dateTime": "2026-12-10T00:00:00"}}
    )
    busy = {each.remote_id: each.busy for each in look(opened()).changed}
    day = datetime(2026, 12, 8, 23, tzinfo=UTC)  # in Paris
    assert busy.pop("day") == (Interval(day, day + timedelta(days=1)),)
    assert {name for name, taken in busy.items() if taken} == {"busy", "tentative", "oof", "unknown"}


@pytest.mark.parametrize(("show_as", "taken"), [("busy", 2), ("free", 0)])
def test_an_occurrence_takes_what_its_series_takes_and_the_series_itself_nothing(
    graph: GraphServer, opened: Open, show_as: str, taken: int
) -> None:
    for day in (9, 16):
        graph.busy(f"o{day}", NINE.replace(day=day), type="occurrence", seriesMasterId="weekly")
    graph.busy("weekly", NINE, type="seriesMaster", showAs=show_as)
    graph.busy("exception", NINE + HOUR, type="exception", seriesMasterId="weekly", showAs="free")
    assert sum(len(each.busy) for each in look(opened()).changed) == taken


def test_an_occurrence_whose_series_is_nowhere_takes_time(graph: GraphServer, opened: Open) -> None:
    graph.busy("o9", NINE, type="occurrence", seriesMasterId="weekly")
    assert look(opened()).changed[0].busy == (Interval(NINE, NINE + HOUR),)


@pytest.mark.parametrize(("told", "taken"), [({}, True), ({"showAs": "free"}, False), ({"isCancelled": True}, False)])
def test_an_occurrence_that_comes_without_its_series_takes_what_the_series_says(
    graph: GraphServer, opened: Open, told: dict[str, Any], taken: bool
) -> None:
    graph.busy("weekly", NINE, type="seriesMaster", **told)
    graph.untold.add("weekly")
    source = opened()
    cursor = look(source).cursor
    for day in (9, 16):
        graph.busy(f"o{day}", NINE.replace(day=day), type="occurrence", seriesMasterId="weekly")
    found = look(source, cursor)
    assert [bool(each.busy) for each in found.changed] == [taken, taken]
    assert [path for _, path in graph.asked if path.endswith("/weekly")] == ["/v1.0/me/events/weekly"]


@pytest.mark.parametrize("series", ["told", "untold", "nowhere"])
def test_an_all_day_occurrence_takes_the_day_of_its_calendar_whether_or_not_its_series_is_told(
    graph: GraphServer, opened: Open, series: str
) -> None:
    if series != "nowhere":
        graph.put({"id": "fair", "type": "seriesMaster", "isAllDay": True, **days("2026-12-09", "2026-12-10")})
    if series == "untold":
        graph.untold.add("fair")
    graph.put({"id": "o16", "type": "occurrence", "seriesMasterId": "fair", **days("2026-12-16", "2026-12-17")})
    [occurrence] = [each for each in look(opened()).changed if each.remote_id == "o16"]
    begin = datetime(2026, 12, 15, 23, tzinfo=UTC)  # in Paris
    end = begin + (timedelta(days=1) if series != "nowhere" else 25 * HOUR)
    assert occurrence.busy == (Interval(begin, end),)


@pytest.mark.parametrize(
    ("told", "begin", "end"),
    [
        (("2026-12-09", "2026-12-10"), "2026-12-08T23:00", "2026-12-09T23:00"),
        (("2026-12-09", "2026-12-09"), "2026-12-08T23:00", "2026-12-09T23:00"),  # told without its length
        (("2026-12-11", "2026-12-09"), "2026-12-08T23:00", "2026-12-10T23:00"),  # the wrong way round
        (("2027-03-28", "2027-03-29"), "2027-03-27T23:00", "2027-03-28T22:00"),  # a day of 23 hours
        (
            ("2026-12-08T23:00", "2026-12-09T23:00"),
            "2026-12-07T23:00",
            "2026-12-09T23:00",
        ),  # midnights in Paris, told in UTC
    ],
)
def test_an_all_day_event_takes_every_day_it_touches(
    graph: GraphServer, opened: Open, told: tuple[str, str], begin: str, end: str
) -> None:
    graph.put({"id": "day", "isAllDay": True, **days(*told)})
    utc = [datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (begin, end)]
    assert look(opened()).changed[0].busy == (Interval(*utc),)


def test_a_series_that_was_changed_is_read_in_full_and_a_full_list_is_not_asked_for_again(
    graph: GraphServer, opened: Open
) -> None:
    graph.busy("weekly", NINE, type="seriesMaster", showAs="free")
    graph.busy("o9", NINE, type="occurrence", seriesMasterId="weekly")
    source = opened()
    cursor = look(source).cursor
    graph.busy("weekly", NINE, type="seriesMaster", showAs="busy")
    with pytest.raises(CursorGone):
        look(source, cursor)
    again = look(source)
    assert [each.remote_id for each in again.changed if each.busy] == ["o9"]
    assert look(source, again.cursor).changed == ()


@pytest.mark.parametrize(
    ("refusal", "fault", "after"),
    [
        (Refusal(429, "TooManyRequests", "7"), RateLimited, timedelta(seconds=7)),
        (Refusal(503, "serviceNotAvailable", "30"), RateLimited, timedelta(seconds=30)),
        (Refusal(429), RateLimited, None),
        (Refusal(403, "ErrorAccessDenied"), Forbidden, None),
        (Refusal(404, "ErrorItemNotFound"), Missing, None),
        (Refusal(400, "SyncStateInvalid"), CursorGone, None),
        (Refusal(410, "resyncRequired"), CursorGone, None),
        (Refusal(400, "ErrorInvalidRequest"), Unreadable, None),
        (Refusal(500), Unreachable, None),
        (Refusal(503), Unreachable, None),
        (Refusal(0), Unreachable, None),
    ],
)
def test_every_refusal_has_one_meaning(
    graph: GraphServer, opened: Open, refusal: Refusal, fault: type[CalendarFault], after: timedelta | None
) -> None:
    graph.fails["delta"] = [refusal]
    with pytest.raises(CalendarFault) as raised:
        look(opened())
    assert type(raised.value) is fault
    assert getattr(raised.value, "after", None) == after


def test_keys_are_renewed_and_the_new_ones_handed_on(graph: GraphServer, opened: Open) -> None:
    graph.consents.rotates = True
    source = opened()
    look(source)
    renewed = source.renewed
    assert renewed is not None and renewed["refresh_token"] in graph.consents.refresh_tokens
    again = opened(**renewed)
    look(again)
    assert (again.renewed, graph.consents.refreshed) == (None, 1)
    graph.consents.end_access()  # before the hour that was told
    look(again)
    assert again.renewed is not None and again.renewed["refresh_token"] != renewed["refresh_token"]


def test_a_permission_that_was_taken_back_asks_for_the_member(graph: GraphServer, opened: Open) -> None:
    source = opened()
    look(source)
    graph.consents.revoke()
    with pytest.raises(AuthFailed):
        look(source)


@pytest.mark.parametrize("trouble", [(500, "server_error"), (401, "invalid_client"), (400, "temporarily_unavailable")])
def test_trouble_at_the_token_door_is_not_the_members_fault(
    graph: GraphServer, opened: Open, trouble: tuple[int, str]
) -> None:
    graph.consents.trouble = trouble
    with pytest.raises(Unreachable):
        look(opened())


def test_a_session_is_written_once_whatever_happens_to_the_answer(graph: GraphServer, opened: Open) -> None:
    source = opened()
    first = source.write_event(HERE, BOOKED)
    again = source.write_event(HERE, replace(BOOKED, starts_at=NINE + HOUR, ends_at=NINE + 2 * HOUR))
    assert first.remote_id == again.remote_id
    [event] = graph.living()
    assert event["start"] == {"dateTime": "2026-12-09T10:00:00", "timeZone": "UTC"}
    assert "attendees" not in event
    assert [each.uid for each in look(source).changed] == [BOOKED.uid]


def test_two_who_write_at_once_write_one_event(graph: GraphServer, opened: Open) -> None:
    first = opened().write_event(HERE, BOOKED)
    graph.blind = 2  # the second looked before the first had written
    assert opened().write_event(HERE, BOOKED).remote_id == first.remote_id
    assert len(graph.living()) == 1


def test_what_was_deleted_by_hand_can_be_written_again(graph: GraphServer, opened: Open) -> None:
    source = opened()
    graph.delete(source.write_event(HERE, BOOKED).remote_id)
    source.write_event(HERE, BOOKED)
    assert len(graph.living()) == 1
    assert [each.uid for each in look(source).changed] == [BOOKED.uid]


def test_a_move_changes_the_version_we_know_and_no_other(graph: GraphServer, opened: Open) -> None:
    source = opened()
    ref = source.write_event(HERE, BOOKED)
    moved = replace(BOOKED, sequence=1, starts_at=NINE - HOUR, ends_at=NINE)
    ref = source.update_event(HERE, ref, moved)
    graph.busy(ref.remote_id, NINE + 3 * HOUR)  # by hand
    with pytest.raises(Conflict):
        source.update_event(HERE, ref, moved)
    assert graph.living()[0]["start"]["dateTime"].startswith("2026-12-09T12:00")


def test_an_event_that_was_deleted_by_hand_is_missing(graph: GraphServer, opened: Open) -> None:
    source = opened()
    ref = source.write_event(HERE, BOOKED)
    seen = source.get_event(HERE, ref)
    assert seen is not None and (seen.uid, seen.busy) == (BOOKED.uid, (Interval(NINE, NINE + HOUR),))
    graph.delete(ref.remote_id)
    assert source.get_event(HERE, ref) is None
    assert source.get_event(HERE, EventRef(remote_id="never/there")) is None
    with pytest.raises(Missing):
        source.update_event(HERE, ref, BOOKED)


def test_an_invite_that_the_mailbox_filed_itself_stays_the_one_event(graph: GraphServer, opened: Open) -> None:
    filed = graph.busy("filed", NINE, iCalUId=BOOKED.uid, isOrganizer=False)
    source = opened()
    ref = source.write_event(HERE, BOOKED)
    assert (ref.remote_id, ref.etag) == ("filed", filed["@odata.etag"])
    assert source.update_event(HERE, ref, replace(BOOKED, sequence=1, starts_at=NINE - HOUR)) == ref
    assert graph.living() == [filed]


def test_an_event_is_found_in_its_calendar_whether_we_wrote_it_or_the_mailbox_filed_it(
    graph: GraphServer, opened: Open
) -> None:
    source = opened()
    assert source.find_event(HERE, BOOKED.uid) is None
    ref = source.write_event(HERE, BOOKED)
    found = source.find_event(HERE, BOOKED.uid)
    assert found is not None and found.remote_id == ref.remote_id
    source.delete_event(HERE, ref)
    assert source.find_event(HERE, BOOKED.uid) is None
    graph.busy("filed", NINE, iCalUId=BOOKED.uid, isOrganizer=False)
    filed = source.find_event(HERE, BOOKED.uid)
    assert filed is not None and filed.remote_id == "filed"


def test_taking_a_session_away_twice_is_no_fault(graph: GraphServer, opened: Open) -> None:
    source = opened()
    ref = source.write_event(HERE, BOOKED)
    for _ in range(2):
        source.delete_event(HERE, ref)
    assert graph.living() == []


def test_a_fault_while_asking_directly_is_never_an_absence(graph: GraphServer, opened: Open) -> None:
    source = opened()
    ref = source.write_event(HERE, BOOKED)
    ending = "made%3D%2F0"
    for refusal in (Refusal(500), Refusal(403), Refusal(429), Refusal(0)):
        graph.fails[ending] = [refusal]
        with pytest.raises(CalendarFault):
            source.get_event(HERE, ref)
