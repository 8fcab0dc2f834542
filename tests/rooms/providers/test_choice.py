"""From the door to a provider: who may go, when, and what is kept of it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.core.config.video import BigBlueButton
from flashmeet.core.database.session import Database
from flashmeet.core.errors import BadInput
from flashmeet.core.links import Links
from flashmeet.http.services import service
from flashmeet.models import Base
from flashmeet.rooms.models import Fallback
from flashmeet.rooms.rules.providers import VIDEO, Providers, checked_own_room, origin_of
from flashmeet.rooms.service.fallback import begin_fallback
from flashmeet.rooms.service.providers import offered_providers, save_own_room
from tests.browsers import Browser, Clock
from tests.fakes.bigbluebutton import BbbServer
from tests.people import NOW
from tests.rooms.providers.conftest import JITSI, MakeApp, browser, leaving, own_room, visits
from tests.rooms.room.hours import Hour, an_hour

ENGLISH = {"Accept-Language": "en"}
NOBODY = BigBlueButton(url="http://127.0.0.1:9/bigbluebutton", secret="s")


def go(who: Browser, link: str, **form: str) -> TestResponse:
    return who.send(f"{link}/elsewhere", form, page="/sign-in", headers=ENGLISH)


def page(who: Browser, link: str) -> str:
    return " ".join(who.get(link, headers=ENGLISH).get_data(as_text=True).split())


def test_a_click_leads_to_the_provider_once_and_quietly(hour: Hour, jitsi: Flask) -> None:
    answer = go(browser(jitsi), hour.alices_link)
    assert answer.status_code == 303
    assert answer.location.startswith(f"{JITSI.url}/hour-")
    assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("no-referrer", "no-store")


def test_who_went_when_is_kept_and_the_link_is_not(hour: Hour, jitsi: Flask, database: Database) -> None:
    answer = go(browser(jitsi), hour.bobs_link)
    [visit] = visits(database)
    assert (visit.seat_id, visit.provider, visit.visited_at, visit.failed) == (hour.bob_seat.id, "jitsi", NOW, "")
    token = answer.location.partition("jwt=")[2]
    with database.reading() as db:
        kept = [str(tuple(row)) for table in Base.metadata.sorted_tables for row in db.execute(select(table))]
    assert token
    assert not any(token in row or "jitsi.example.org" in row for row in kept)


@pytest.mark.parametrize("minutes", [-16, 90])
def test_nobody_goes_outside_the_hours(  # pytest names arguments
    hour: Hour, jitsi: Flask, database: Database, clock: Clock, minutes: int
) -> None:
    clock.move(minutes=minutes)
    answer = go(browser(jitsi), hour.alices_link)
    assert answer.status_code == 403
    assert ("not open yet" if minutes < 0 else "this hour is over") in answer.text
    assert visits(database) == []


@pytest.mark.parametrize(("status", "mode"), [("cancelled", "video"), ("pending", "video"), ("confirmed", "phone")])
def test_nobody_goes_where_there_is_no_call(
    database: Database, links: Links, jitsi: Flask, status: str, mode: str
) -> None:
    hour = an_hour(database, links, starts_at=NOW, status=status, mode=mode)
    assert go(browser(jitsi), hour.alices_link).status_code == 403


def test_a_third_person_and_a_forged_link_read_like_an_unknown_one(
    hour: Hour, jitsi: Flask, database: Database
) -> None:
    with database.writing() as db:
        db.get_one(Seat, hour.alice_seat.id).nonce = "another"
    charlie = browser(jitsi).sign_in(hour.charlie)
    answers = [
        go(charlie, hour.bobs_link),
        go(browser(jitsi), hour.alices_link),
        go(browser(jitsi), "/join/1-nonsense"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert visits(database) == []


def test_a_foreign_form_leads_nowhere(hour: Hour, jitsi: Flask, database: Database) -> None:
    assert browser(jitsi).post(f"{hour.alices_link}/elsewhere").status_code == 400
    assert visits(database) == []


@pytest.mark.parametrize("way", ["google_meet", "url", "nonsense"])
def test_a_way_that_is_not_offered_is_not_there(hour: Hour, jitsi: Flask, way: str) -> None:
    assert go(browser(jitsi), hour.alices_link, way=way).status_code == 404


def test_the_door_offers_the_provider_first_and_lets_its_button_lead_there(hour: Hour, jitsi: Flask) -> None:
    answer = browser(jitsi).get(hour.alices_link, headers=ENGLISH)
    assert "Join on Jitsi" in answer.text
    assert answer.text.index("Join on Jitsi") < answer.text.index('id="call"')
    assert "form-action 'self' https://jitsi.example.org;" in answer.headers["Content-Security-Policy"]
    assert "jwt" not in answer.text


def test_before_it_opens_the_door_says_where_and_after_it_nothing(hour: Hour, jitsi: Flask, clock: Clock) -> None:
    clock.move(minutes=-60)
    assert "You meet on Jitsi. The button appears here when it is time." in page(browser(jitsi), hour.bobs_link)
    clock.move(minutes=60 + 90)
    assert "Jitsi" not in page(browser(jitsi), hour.bobs_link)


def test_without_a_provider_the_door_is_the_built_in_room_alone(hour: Hour, app_with: MakeApp) -> None:
    answer = browser(app_with("builtin", None)).get(hour.alices_link, headers=ENGLISH)
    assert "/elsewhere" not in answer.text
    assert "form-action 'self';" in answer.headers["Content-Security-Policy"]
    assert go(browser(app_with("builtin", None)), hour.alices_link).status_code == 404


def test_who_comes_second_reads_where_the_other_went(hour: Hour, jitsi: Flask) -> None:
    go(browser(jitsi), hour.alices_link)
    assert "Alice went there Tue 1 Dec, 04:00 (Toronto)." in page(browser(jitsi), hour.bobs_link)
    assert "went there" not in page(browser(jitsi), hour.alices_link)


def test_a_provider_that_fails_falls_back_to_the_built_in_room_and_both_see_it(
    hour: Hour, app_with: MakeApp, database: Database
) -> None:
    app = app_with("bigbluebutton", NOBODY)
    answer = go(browser(app), hour.bobs_link)
    assert (answer.status_code, answer.location) == (303, hour.bobs_link)
    assert [visit.failed for visit in visits(database)] == ["ConnectionError"]
    for link in (hour.alices_link, hour.bobs_link):
        words = page(browser(app), link)
        assert "BigBlueButton cannot be reached. You will both meet in the built-in room" in words
        assert "Join on BigBlueButton" not in words
        assert 'id="call"' in words
    assert [each.recipient_id for each in leaving(database, "room_instead")] == [hour.alice.id]


def test_a_page_from_before_it_failed_tells_first_and_a_second_try_may_work(
    hour: Hour, app_with: MakeApp, database: Database, bbb_server: BbbServer
) -> None:
    app = app_with("bigbluebutton", bbb_server.settings())
    bbb_server.status = 500
    go(browser(app), hour.bobs_link)
    bbb_server.status = 200
    stale = go(browser(app), hour.alices_link)
    assert (stale.location, len(visits(database))) == (hour.alices_link, 1)
    again = go(browser(app), hour.alices_link, way="bigbluebutton", again="1")
    assert "/bigbluebutton/api/join?" in again.location
    assert "Join on BigBlueButton" in page(browser(app), hour.bobs_link)


def test_a_mentors_own_room_is_where_they_meet_when_the_network_says_so(
    hour: Hour, app_with: MakeApp, database: Database
) -> None:
    app = app_with("url", None)
    assert "/elsewhere" not in browser(app).get(hour.bobs_link).text
    address = own_room(database, hour)
    answer = browser(app).get(hour.bobs_link, headers=ENGLISH)
    assert "Join in Alice’s own room" in answer.text
    assert address not in answer.text
    assert "form-action 'self' https:;" in answer.headers["Content-Security-Policy"]
    assert go(browser(app), hour.bobs_link).location == address


@pytest.mark.parametrize(
    ("video", "has_room", "wanted"),
    [
        ("builtin", False, set()),
        ("builtin", True, {"link"}),
        ("jitsi", False, {"provider"}),
        ("jitsi", True, {"link", "provider"}),
        ("url", False, set()),
        ("url", True, {"link"}),
    ],
)
def test_a_second_way_is_the_mentors_room_and_the_networks_provider(  # noqa: PLR0917  # pytest names arguments
    hour: Hour, app_with: MakeApp, database: Database, video: str, has_room: bool, wanted: set[str]
) -> None:
    if has_room:
        own_room(database, hour)
    app = app_with(video, JITSI if video == "jitsi" else None)
    with app.app_context(), database.reading() as db:
        video_providers: Providers = service(VIDEO)
        offered = offered_providers(db, db.get_one(Booking, hour.booking_id), providers=video_providers)
    assert offered == wanted


def plan_b(database: Database, hour: Hour, providers: Providers) -> Fallback:
    """What both are shown, twenty seconds after they have not found each other."""
    with database.writing() as db:
        begin_fallback(db, hour.booking_id, providers=providers)
        return db.get_one(Fallback, hour.booking_id)


def test_beyond_the_mentors_room_there_is_the_networks_provider(hour: Hour, jitsi: Flask, database: Database) -> None:
    own_room(database, hour)
    with jitsi.app_context():
        assert plan_b(database, hour, service(VIDEO)).way == "link"
    bob = browser(jitsi)
    bob.send(f"{hour.bobs_link}/second-way/next", {"tried": "link"}, page="/sign-in")
    with database.reading() as db:
        assert db.get_one(Fallback, hour.booking_id).way == "provider"
    assert go(bob, hour.bobs_link).location.startswith(f"{JITSI.url}/hour-")


def test_a_second_way_that_fails_leads_both_on_to_the_next(hour: Hour, app_with: MakeApp, database: Database) -> None:
    app = app_with("bigbluebutton", NOBODY)
    with app.app_context():
        assert plan_b(database, hour, service(VIDEO)).way == "provider"
    go(browser(app), hour.bobs_link)
    with database.reading() as db:
        assert db.get_one(Fallback, hour.booking_id).way == "text"
    words = page(browser(app), hour.alices_link)
    assert "BigBlueButton cannot be reached." in words
    assert "You will both meet in the built-in room" not in words  # they have just not found each other there


def test_a_provider_that_has_failed_is_no_second_way(hour: Hour, app_with: MakeApp, database: Database) -> None:
    app = app_with("bigbluebutton", NOBODY)
    go(browser(app), hour.bobs_link)
    with app.app_context():
        assert plan_b(database, hour, service(VIDEO)).way == "text"


def test_clicking_without_end_is_slowed_down(hour: Hour, jitsi: Flask) -> None:
    alice = browser(jitsi)
    assert {go(alice, hour.alices_link).status_code for _ in range(20)} == {303}
    assert go(alice, hour.alices_link).status_code == 429
    assert go(alice, hour.bobs_link).status_code == 303


def test_a_moved_hour_has_another_room_and_a_clean_slate(
    hour: Hour, app_with: MakeApp, database: Database, bbb_server: BbbServer
) -> None:
    app = app_with("bigbluebutton", bbb_server.settings())
    go(browser(app), hour.alices_link)
    with database.writing() as db:
        db.get_one(Booking, hour.booking_id).sequence += 1
    assert "went there" not in page(browser(app), hour.bobs_link)
    go(browser(app), hour.bobs_link)
    assert len(bbb_server.meetings) == 2


GOOD = ["", "https://meet.example.org/karim", "https://meet.example.org:8443/x?y=1#z", " https://a.example.org "]
BAD = [
    "http://meet.example.org/x",
    "javascript:alert(1)",
    "https://user:word@meet.example.org/",
    "https://user@meet.example.org/",
    "https://localhost/",
    "https:///x",
    "https://meet.example.org/a b",
    "https://meet.example.org/\u202eevil",
    "https://meet.example.org/\r\nSet-Cookie: x=1",
    "https://meet.example.org:99999/",
    "https://[::1/",
    "https://meet.example.org\\@evil.example.org/",
    "//meet.example.org/x",
    "https://meet.example.org/" + "x" * 500,
]


@pytest.mark.parametrize("text", GOOD)
def test_the_address_of_a_room_is_https(text: str) -> None:
    assert checked_own_room(text) == text.strip()


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_safe_address_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        checked_own_room(text)


@pytest.mark.parametrize("text", ["https://a;b.example.org/", "https://*.example.org/", "https://é.example.org/"])
def test_no_host_can_widen_the_content_security_policy(text: str) -> None:
    assert origin_of(text) == ""


def test_a_mentor_keeps_changes_and_forgets_their_own_room(hour: Hour, jitsi: Flask, database: Database) -> None:
    alice = browser(jitsi).sign_in(hour.alice)
    for address in ("https://a.example.org/1", "https://a.example.org/2", "", ""):
        assert alice.send("/me/room", {"own_room": address}, page="/me/room").location == "/me/room?saved=1"
        assert f'value="{address}"' in alice.get("/me/room").text
    wrong = alice.send("/me/room", {"own_room": "http://a.example.org"}, page="/me/room")
    assert (wrong.status_code, 'value="http://a.example.org"' in wrong.text) == (422, True)
    assert browser(jitsi).sign_in(hour.bob).get("/me/room").status_code == 404
    with database.writing() as db:
        save_own_room(db, hour.alice.id, "")
