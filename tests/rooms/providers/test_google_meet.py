"""Google Meet, by Google's own client, against a server that keeps entries as the Calendar API does."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from flashmeet.core.config.video import GoogleMeet
from flashmeet.messages.rules.channels import Away, Sent
from flashmeet.rooms.providers.google_meet import SCOPE, GoogleMeetProvider, event_id, service_for
from flashmeet.rooms.rules.providers import ProviderAway
from tests.fakes.google_meet import MeetServer
from tests.rooms.providers.samples import ALICE, BOB, STARTS, key_pair, meeting, parts

UID = meeting().uid


def at(server: MeetServer, settings: GoogleMeet | None = None, *, seconds: float = 10) -> GoogleMeetProvider:
    return GoogleMeetProvider(lambda: service_for(settings or server.settings()), seconds=seconds)


def test_both_get_the_one_link_of_the_one_entry(meet_server: MeetServer) -> None:
    links = {at(meet_server).join_address(meeting(), guest, now=STARTS) for guest in (ALICE, BOB, ALICE)}
    [(entry_id, event)] = meet_server.events.items()
    assert len(links) == 1
    assert links.pop().startswith("https://meet.google.com/")
    assert entry_id == event_id(UID)
    assert event["conferenceData"]["createRequest"] == {
        "requestId": UID,
        "conferenceSolutionKey": {"type": "hangoutsMeet"},
    }
    assert "attendees" not in event
    assert set(entry_id) <= set("0123456789abcdefghijklmnopqrstuv")


def test_a_conference_that_is_pending_is_waited_for(meet_server: MeetServer) -> None:
    meet_server.pending = 2
    assert at(meet_server).join_address(meeting(), ALICE, now=STARTS).startswith("https://meet.google.com/")
    assert meet_server.calls == ["POST", "GET", "GET"]


def test_one_that_stays_pending_costs_the_deadline(meet_server: MeetServer) -> None:
    meet_server.pending = 1_000_000
    with pytest.raises(ProviderAway, match="no answer"):
        at(meet_server, seconds=0.5).join_address(meeting(), ALICE, now=STARTS)


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_refusal_of_theirs_is_a_word_of_ours(meet_server: MeetServer, status: int) -> None:
    meet_server.fails = status
    with pytest.raises(ProviderAway, match=f"http {status}"):
        at(meet_server).join_address(meeting(), ALICE, now=STARTS)
    assert isinstance(at(meet_server).end(key="", uid=UID), Away)


def test_a_conference_that_cannot_be_made_gives_no_address(meet_server: MeetServer) -> None:
    meet_server.conference = "failure"
    with pytest.raises(ProviderAway, match="no conference"):
        at(meet_server).join_address(meeting(), ALICE, now=STARTS)


def test_a_grant_that_is_gone_gives_no_address(meet_server: MeetServer) -> None:
    meet_server.refuses_grants = True
    with pytest.raises(ProviderAway, match="RefreshError"):
        at(meet_server).join_address(meeting(), ALICE, now=STARTS)


def test_a_moved_hour_keeps_its_entry_and_its_link(meet_server: MeetServer) -> None:
    first = at(meet_server).join_address(meeting(), ALICE, now=STARTS)
    day = timedelta(days=1)
    moved = meeting(starts_at=STARTS + day, ends_at=STARTS + day + timedelta(hours=1))
    assert at(meet_server).join_address(moved, BOB, now=STARTS + day) == first
    [event] = meet_server.events.values()
    assert event["start"]["dateTime"] == "2026-12-10T17:00:00+00:00"


def test_ending_deletes_the_entry_once_and_twice_is_once(meet_server: MeetServer) -> None:
    provider = at(meet_server)
    provider.join_address(meeting(), ALICE, now=STARTS)
    assert [provider.end(key="", uid=uid) for uid in (UID, UID, "another@example.org")] == [Sent()] * 3
    assert [event["status"] for event in meet_server.events.values()] == ["cancelled"]
    with pytest.raises(ProviderAway, match="deleted"):
        provider.join_address(meeting(), BOB, now=STARTS)


def test_a_service_account_signs_for_the_calendars_owner(meet_server: MeetServer) -> None:
    private, _ = key_pair()
    key = {
        "type": "service_account",
        "client_email": "robot@project.example.org",
        "private_key": private,
        "token_uri": "https://oauth2.example.org/token",
    }
    account = GoogleMeet(
        service_account=json.dumps(key), subject="odile@example.org", base_url=f"http://127.0.0.1:{meet_server.port}"
    )
    at(meet_server, account).join_address(meeting(), ALICE, now=STARTS)
    [grant] = meet_server.grants
    _, claims, _, _ = parts(grant["assertion"])
    assert (claims["iss"], claims["sub"], claims["scope"]) == (key["client_email"], "odile@example.org", SCOPE)
