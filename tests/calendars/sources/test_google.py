"""Google Calendar, with Google's own client library talking to a server of Google's shape (acceptance D)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flashmeet.calendars.rules.sources import Access, EventRef, SyncResult
from flashmeet.calendars.sources.google import GoogleCalendars, _removed, event_id
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
from tests.fakes.google import GoogleServer, Refusal
from tests.people import NOW

Open = Callable[..., GoogleCalendars]


@pytest.fixture
def google(google_server: GoogleServer) -> GoogleServer:
    return google_server


@pytest.fixture
def opened(google: GoogleServer) -> Iterator[Open]:
    """`opened()` is Alice's account, with a fresh access token or none."""
    refresh, sources = google.consents.refresh_token(), []

    def opened(*, seconds: float = 10, **secrets: str) -> GoogleCalendars:
        access = Access(kind=CalendarKind.GOOGLE, tzid="Europe/Paris", secrets={"refresh_token": refresh, **secrets})
        sources.append(GoogleCalendars(google.settings(), access, seconds=seconds))
        return sources[-1]

    yield opened
    for source in sources:
        source.close()


def look(source: GoogleCalendars, cursor: str = "", known: dict[str, str] | None = None) -> SyncResult:
    return source.sync("alice@example.org", cursor=cursor, window=window(NOW), known=known or {})


def test_calendars_are_listed_on_all_pages_with_what_may_be_done_there(google: GoogleServer, opened: Open) -> None:
    google.calendar("team@example.org", role="reader", tzid="America/New_York")
    google.calendar("hidden@example.org", role="none")
    google.page_size = 1
    found = [(each.remote_id, each.tzid, each.writable, each.primary) for each in opened().list_calendars()]
    assert found == [
        ("alice@example.org", "Europe/Paris", True, True),
        ("team@example.org", "America/New_York", False, False),
    ]


def test_all_pages_are_read_and_the_clash_is_on_the_last(google: GoogleServer, opened: Open) -> None:
    for number in range(259):
        google.busy("alice@example.org", f"e{number}", NINE + timedelta(days=1, hours=number))
    google.busy("alice@example.org", "clash", NINE)
    google.page_size = 130
    found = look(opened())
    assert len(google.asked_for("events.list")) == 2
    assert (len(found.changed), found.full) == (260, True)
    assert found.changed[-1].busy == (Interval(NINE, NINE + HOUR),)


def test_a_look_that_breaks_on_a_later_page_gives_no_cursor(google: GoogleServer, opened: Open) -> None:
    source = opened()
    cursor = look(source).cursor
    for name in ("e1", "e2", "e3"):
        google.busy("alice@example.org", name, NINE)
    google.page_size, google.fails["events.list"] = 1, [None, Refusal(500)]
    with pytest.raises(Unreachable):
        look(source, cursor)
    assert {each.remote_id for each in look(source, cursor).changed} == {"e1", "e2", "e3"}


def test_the_next_look_asks_for_changes_alone(google: GoogleServer, opened: Open) -> None:
    for name in ("stays", "moves", "goes"):
        google.busy("alice@example.org", name, NINE)
    source = opened()
    first = look(source)
    google.busy("alice@example.org", "moves", NINE + HOUR)
    google.delete("alice@example.org", "goes")
    second = look(source, first.cursor)
    assert [(each.remote_id, each.busy[0].start) for each in second.changed] == [("moves", NINE + HOUR)]
    assert (second.removed, second.full) == (("goes",), False)
    third = look(source, second.cursor)
    assert (third.changed, third.removed) == ((), ())


def test_a_series_that_goes_takes_its_occurrences_along(google: GoogleServer, opened: Open) -> None:
    for day in (9, 16):
        google.busy("alice@example.org", f"weekly_202612{day:02}T090000Z", NINE.replace(day=day))
    google.busy("alice@example.org", "weekly", NINE)
    source = opened()
    first = look(source)
    google.delete("alice@example.org", "weekly")
    removed = look(source, first.cursor, {each.remote_id: each.etag for each in first.changed}).removed
    assert removed == ("weekly", "weekly_20261209T090000Z", "weekly_20261216T090000Z")


def test_a_cursor_that_google_has_forgotten_is_a_full_look_and_nothing_less(google: GoogleServer, opened: Open) -> None:
    google.busy("alice@example.org", "e1", NINE)
    source = opened()
    cursor = look(source).cursor
    google.forget_tokens()
    with pytest.raises(CursorGone):
        look(source, cursor)
    assert look(source).full


def test_what_takes_time_and_what_does_not(google: GoogleServer, opened: Open) -> None:
    google.busy("alice@example.org", "busy", NINE)
    google.busy("alice@example.org", "free", NINE, transparency="transparent")
    google.busy("alice@example.org", "declined", NINE, attendees=[{"self": True, "responseStatus": "declined"}])
    google.busy("alice@example.org", "invited", NINE, attendees=[{"self": True, "responseStatus": "needsAction"}])
    google.put("alice@example.org", {"id": "day", "start": {"date": "2026-12-09"}, "end": {"date": "2026-12-10"}})
    google.busy("alice@example.org", "away", NINE.replace(year=2031))
    found = {each.remote_id: each.busy for each in look(opened()).changed}
    hour = (Interval(NINE, NINE + HOUR),)
    midnight = datetime(2026, 12, 8, 23, tzinfo=UTC)  # in Paris
    assert found == {
        "busy": hour,
        "free": (),
        "declined": (),
        "invited": hour,
        "day": (Interval(midnight, midnight + timedelta(days=1)),),
    }


def test_neither_titles_nor_people_are_asked_for(google: GoogleServer, opened: Open) -> None:
    look(opened())
    [asked] = google.asked_for("events.list")
    assert asked["fields"] == (
        "nextPageToken,nextSyncToken,timeZone,"
        "items(id,etag,status,iCalUID,transparency,start,end,attendees(self,responseStatus))"
    )


@pytest.mark.parametrize(
    ("refusal", "fault", "after"),
    [
        (Refusal(403, "rateLimitExceeded"), RateLimited, None),
        (Refusal(403, "userRateLimitExceeded", "7"), RateLimited, timedelta(seconds=7)),
        (Refusal(429, "rateLimitExceeded", "30"), RateLimited, timedelta(seconds=30)),
        (Refusal(403, "forbidden"), Forbidden, None),
        (Refusal(404, "notFound"), Missing, None),
        (Refusal(500, "backendError"), Unreachable, None),
        (Refusal(503), Unreachable, None),
        (Refusal(418), Unreadable, None),
        (Refusal(0), Unreachable, None),
    ],
)
def test_every_refusal_has_one_meaning(
    google: GoogleServer, opened: Open, refusal: Refusal, fault: type[CalendarFault], after: timedelta | None
) -> None:
    google.fails["events.list"] = [refusal, refusal]
    with pytest.raises(CalendarFault) as raised:
        look(opened())
    assert type(raised.value) is fault
    assert getattr(raised.value, "after", None) == after


def test_an_access_token_that_has_ended_is_renewed_and_handed_on(google: GoogleServer, opened: Open) -> None:
    source = opened()
    look(source)
    renewed = source.renewed
    assert renewed is not None and google.consents.refreshed == 1
    again = opened(**{name: renewed[name] for name in ("token", "expiry")})
    look(again)
    assert (again.renewed, google.consents.refreshed) == (None, 1)
    google.consents.end_access()
    look(again)
    assert google.consents.refreshed == 2
    assert again.renewed is not None and again.renewed["token"] != renewed["token"]


def test_a_permission_that_was_taken_back_asks_for_the_member(google: GoogleServer, opened: Open) -> None:
    source = opened()
    look(source)
    google.consents.revoke()
    with pytest.raises(AuthFailed):
        look(source)


@pytest.mark.parametrize("subtype", ["invalid_rapt", "rapt_required"])
def test_a_school_that_wants_its_members_to_sign_in_anew_asks_for_the_member(
    google: GoogleServer, opened: Open, subtype: str
) -> None:
    google.consents.trouble = (400, "invalid_grant", subtype)
    with pytest.raises(AuthFailed):
        look(opened())


@pytest.mark.parametrize("trouble", [(500, "internal_failure"), (401, "invalid_client"), (503, "unavailable")])
def test_trouble_at_the_token_door_is_not_the_members_fault(
    google: GoogleServer, opened: Open, trouble: tuple[int, str]
) -> None:
    google.consents.trouble = trouble
    with pytest.raises(Unreachable):
        look(opened())


def test_a_server_that_is_not_there_is_unreachable_in_time(google: GoogleServer, opened: Open) -> None:
    away = replace(google.settings(), base_url="http://127.0.0.1:9")
    access = Access(kind=CalendarKind.GOOGLE, tzid="UTC", secrets={"refresh_token": "x"})
    with closing(GoogleCalendars(away, access, seconds=1)) as source, pytest.raises(Unreachable):
        look(source)


def test_a_session_is_written_once_whatever_happens_to_the_answer(google: GoogleServer, opened: Open) -> None:
    source = opened()
    first = source.write_event("alice@example.org", BOOKED)
    again = source.write_event("alice@example.org", replace(BOOKED, starts_at=NINE + HOUR, ends_at=NINE + 2 * HOUR))
    assert first.remote_id == again.remote_id == event_id(BOOKED.uid)
    [event] = google.living("alice@example.org")
    assert (event["iCalUID"], event["start"]["dateTime"]) == (BOOKED.uid, "2026-12-09T10:00:00Z")
    assert [query["sendUpdates"] for query in google.asked_for("events.insert")] == ["none", "none"]
    assert google.invitations == []


def test_a_move_changes_the_version_we_know_and_no_other(google: GoogleServer, opened: Open) -> None:
    source = opened()
    ref = source.write_event("alice@example.org", BOOKED)
    moved = replace(BOOKED, sequence=1, starts_at=NINE - HOUR, ends_at=NINE)
    ref = source.update_event("alice@example.org", ref, moved)
    google.busy("alice@example.org", ref.remote_id, NINE + 3 * HOUR)  # by hand
    with pytest.raises(Conflict):
        source.update_event("alice@example.org", ref, moved)
    assert google.living("alice@example.org")[0]["start"]["dateTime"] == (NINE + 3 * HOUR).isoformat()


def test_an_event_that_was_deleted_by_hand_is_missing_and_can_be_written_again(
    google: GoogleServer, opened: Open
) -> None:
    source = opened()
    ref = source.write_event("alice@example.org", BOOKED)
    seen = source.get_event("alice@example.org", ref)
    assert seen is not None and (seen.uid, seen.busy) == (BOOKED.uid, (Interval(NINE, NINE + HOUR),))
    google.delete("alice@example.org", ref.remote_id)
    assert source.get_event("alice@example.org", ref) is None
    assert source.get_event("alice@example.org", EventRef(remote_id="neverthere")) is None
    with pytest.raises(Missing):
        source.update_event("alice@example.org", ref, BOOKED)
    assert source.write_event("alice@example.org", BOOKED).remote_id == ref.remote_id
    assert len(google.living("alice@example.org")) == 1


def test_an_invite_that_the_mailbox_filed_itself_stays_the_one_event(google: GoogleServer, opened: Open) -> None:
    filed = google.busy("alice@example.org", "filed", NINE, iCalUID=BOOKED.uid, organizer={"self": False})
    ref = opened().write_event("alice@example.org", BOOKED)
    assert (ref.remote_id, ref.etag) == ("filed", filed["etag"])
    assert len(google.living("alice@example.org")) == 1


def test_an_event_is_found_by_its_uid_in_the_calendar_it_was_dragged_to(google: GoogleServer, opened: Open) -> None:
    google.calendar("family")
    source = opened()
    assert [source.find_event(where, BOOKED.uid) for where in ("alice@example.org", "family")] == [None, None]
    google.busy("family", "dragged", NINE, iCalUID=BOOKED.uid)
    found = source.find_event("family", BOOKED.uid)
    assert found is not None and found.remote_id == "dragged"
    google.delete("family", "dragged")
    assert source.find_event("family", BOOKED.uid) is None


def test_taking_a_session_away_twice_is_no_fault_and_tells_nobody(google: GoogleServer, opened: Open) -> None:
    source = opened()
    ref = source.write_event("alice@example.org", BOOKED)
    for _ in range(2):
        source.delete_event("alice@example.org", ref)
    assert google.living("alice@example.org") == []
    assert google.invitations == []


def test_a_fault_while_asking_directly_is_never_an_absence(google: GoogleServer, opened: Open) -> None:
    source = opened()
    ref = source.write_event("alice@example.org", BOOKED)
    for refusal in (Refusal(500), Refusal(403, "forbidden"), Refusal(429)):
        google.fails["events.get"] = [refusal]
        with pytest.raises(CalendarFault):
            source.get_event("alice@example.org", ref)


def test_google_is_asked_to_knock_and_to_stop(google: GoogleServer, opened: Open) -> None:
    source = opened()
    address = "https://meet.example.org/hooks/google"
    resource, ends = source.watch("alice@example.org", channel="c1", token="t", address=address)
    assert ends > datetime.now(UTC) + timedelta(days=6)
    assert (google.channels["c1"]["token"], google.channels["c1"]["address"]) == ("t", address)
    for _ in range(2):
        source.unwatch(channel="c1", resource=resource)
    assert google.channels == {}


def test_a_series_takes_its_occurrences_along_and_not_what_was_split_off_from_it() -> None:
    split = "abc_R20261216T090000"
    known = dict.fromkeys(("abc_20261209T090000Z", "abc_20261210", f"{split}_20261216T090000Z", "_60q30c1g60"), "")
    known |= {"_60q30c1g60_20261209T090000Z": "", "abcd_20261209T090000Z": ""}
    assert _removed(["abc"], known) == ("abc", "abc_20261209T090000Z", "abc_20261210")
    assert _removed([split], known) == (split, f"{split}_20261216T090000Z")
    assert _removed(["_60q30c1g60"], known) == ("_60q30c1g60", "_60q30c1g60_20261209T090000Z")
