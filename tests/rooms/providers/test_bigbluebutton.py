"""BigBlueButton, against a server that keeps meetings and checks what is signed."""

from __future__ import annotations

import hashlib
import time
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import urlopen

import pytest

from flashmeet.core.config.video import BigBlueButton
from flashmeet.messages.rules.channels import Away, Refused, Sent
from flashmeet.rooms.providers.bigbluebutton import LONGEST_ANSWER, BigBlueButtonProvider
from flashmeet.rooms.rules.providers import Guest, ProviderAway, meeting_key
from flashmeet.schedule.rules.booked_hour import SeatRole
from tests.fakes.bigbluebutton import SECRET, BbbServer, document
from tests.rooms.providers.samples import ALICE, BOB, STARTS, meeting


def at(server: BbbServer, *, seconds: float = 10) -> BigBlueButtonProvider:
    return BigBlueButtonProvider(server.settings(), seconds=seconds)


def follow(address: str) -> str:
    with urlopen(address) as answer:
        return str(answer.read().decode())


def test_the_published_example_has_the_published_checksum() -> None:
    """The API documentation's own: its SHA-1 shows that the query below is the one it signs, ours is its SHA-256."""
    query = {"name": "Test Meeting", "meetingID": "abc123", "attendeePW": "111222", "moderatorPW": "333444"}
    signed = "create" + urlencode(query) + SECRET
    assert (
        hashlib.sha1(signed.encode(), usedforsecurity=False).hexdigest() == "1fcbb0c4fc1f039f73aa6d697d2db9ba7f803f17"
    )
    provider = BigBlueButtonProvider(BigBlueButton(url="https://bbb.example.org/bigbluebutton", secret=SECRET))
    address = provider.address("create", query)
    assert address == (
        "https://bbb.example.org/bigbluebutton/api/create?name=Test+Meeting&meetingID=abc123&attendeePW=111222"
        f"&moderatorPW=333444&checksum={hashlib.sha256(signed.encode()).hexdigest()}"
    )


def test_both_come_into_one_meeting_whoever_comes_first(bbb_server: BbbServer) -> None:
    provider = at(bbb_server)
    for guest in (BOB, ALICE, BOB):
        assert "SUCCESS" in follow(provider.join_address(meeting(), guest, now=STARTS))
    [held] = bbb_server.meetings.values()
    assert held.joined == ["Bob Exemple", "Alice Exemple", "Bob Exemple"]


def test_a_meeting_ends_by_itself_when_the_door_closes_and_records_nothing(bbb_server: BbbServer) -> None:
    at(bbb_server).join_address(meeting(), ALICE, now=STARTS + timedelta(minutes=9, seconds=30))
    [held] = bbb_server.meetings.values()
    wanted = ("duration", "record", "guestPolicy", "logoutURL", "meetingID")
    assert [held.asked[name] for name in wanted] == [
        "81",
        "false",
        "ALWAYS_ACCEPT",
        "https://meet.example.org/bookings/7",
        meeting().key,
    ]


def test_an_address_is_bound_to_the_meeting_it_was_made_for(bbb_server: BbbServer) -> None:
    provider = at(bbb_server)
    old = provider.join_address(meeting(), ALICE, now=STARTS)
    assert isinstance(provider.end(key=meeting().key, uid=""), Sent)
    assert "invalidMeetingIdentifier" in follow(old)
    provider.join_address(meeting(), BOB, now=STARTS)
    assert "mismatchCreateTimeParam" in follow(old)


def test_only_the_mentor_moderates(bbb_server: BbbServer) -> None:
    provider = at(bbb_server)
    roles = [
        parse_qs(urlsplit(provider.join_address(meeting(), guest, now=STARTS)).query)["role"] for guest in (ALICE, BOB)
    ]
    assert roles == [["MODERATOR"], ["VIEWER"]]


def test_any_name_is_signed_as_it_is_sent(bbb_server: BbbServer) -> None:
    names = ["Zoé & Ünal +/?=%", "愛 \n\u202eevil", "", "é" * 300]
    for name in names:
        assert "SUCCESS" in follow(
            at(bbb_server).join_address(meeting(title=name), Guest("9", name, SeatRole.MENTEE), now=STARTS)
        )


def test_a_meeting_is_ended_once_and_twice_is_once(bbb_server: BbbServer) -> None:
    provider = at(bbb_server)
    provider.join_address(meeting(), ALICE, now=STARTS)
    for _ in range(2):
        assert isinstance(provider.end(key=meeting().key, uid=""), Sent)
    assert isinstance(provider.end(key=meeting_key("never", 0), uid=""), Sent)
    assert [held.over for held in bbb_server.meetings.values()] == [True]


BOMB = b'<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><response><returncode>&b;</returncode></response>'


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"", 500, "http 500"),
        (b"", 302, "http 302"),
        (b"<html>no xml", 200, "unreadable"),
        (BOMB, 200, "unreadable"),
        (b"<response>" + b" " * LONGEST_ANSWER + b"</response>", 200, "unreadable"),
        (document({"returncode": "SUCCESS", "createTime": "12&role=MODERATOR"}), 200, "unreadable"),
        (document({"returncode": "FAILED", "messageKey": "checksumError"}), 200, "said checksumError"),
        (document({"returncode": "FAILED", "messageKey": "a@example.org"}), 200, "unreadable"),
    ],
)
def test_a_server_that_fails_gives_no_address_and_says_why_in_a_word(
    bbb_server: BbbServer, body: bytes, status: int, reason: str
) -> None:
    bbb_server.body, bbb_server.status = body, status
    with pytest.raises(ProviderAway) as caught:
        at(bbb_server).join_address(meeting(), ALICE, now=STARTS)
    assert caught.value.reason == reason


def test_a_server_that_hangs_costs_the_deadline_and_no_more(bbb_server: BbbServer) -> None:
    bbb_server.hangs = True
    before = time.monotonic()
    with pytest.raises(ProviderAway, match=r"no answer|Timeout"):
        at(bbb_server, seconds=0.3).join_address(meeting(), ALICE, now=STARTS)
    assert time.monotonic() - before < 10


def test_what_a_meeting_that_cannot_be_ended_means(bbb_server: BbbServer) -> None:
    wrong = BigBlueButtonProvider(bbb_server.settings(secret="another"))
    assert wrong.end(key="x", uid="") == Away("said checksumError", answered=True)
    bbb_server.status = 503
    assert at(bbb_server).end(key="x", uid="") == Away("http 503")
    bbb_server.status, bbb_server.body = 200, document({"returncode": "FAILED", "messageKey": "invalidPassword"})
    assert at(bbb_server).end(key="x", uid="") == Refused("said invalidPassword")


def test_nobody_there_is_told_at_once() -> None:
    gone = BigBlueButtonProvider(BigBlueButton(url="http://127.0.0.1:9/bigbluebutton", secret="s"))
    with pytest.raises(ProviderAway, match="ConnectionError"):
        gone.join_address(meeting(), ALICE, now=STARTS)
    assert gone.end(key="x", uid="") == Away("ConnectionError")
