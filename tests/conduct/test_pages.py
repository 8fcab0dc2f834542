"""What people see of it: the blocked cannot tell it from nobody, the reported learn nothing, cases open on record."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.outcome import BookingAnswer, Confirmation, NoShow, RoomVisit
from flashmeet.bookings.rules.outcomes import Happened
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.calendars.sync.syncing import Syncing
from flashmeet.conduct.service.blocks import block
from flashmeet.conduct.service.reports import Report, report
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.identity.service.tokens import create_token
from flashmeet.messages.models import OutboxMessage
from flashmeet.people.models import CaseEvent, ConductCase
from flashmeet.schedule.models import CalendarAccount, MemberCalendar
from flashmeet.schedule.rules.booked_hour import BookingStatus, SeatRole
from flashmeet.schedule.service.open_hours import open_hours
from tests import people
from tests.api.callers import Caller
from tests.browsers import Browser, Clock
from tests.people import NOW
from tests.scene import NINE, Scene, bookings, stage

SignedIn = Callable[[Member | int], Browser]
UNKNOWN = 987_654
_OWN = re.compile(r'csrf_token" value="[^"]+|name="(?:next|form_page)" value="[^"]*|/zone\?next=[^"]*')


@pytest.fixture
def scene(database: Database) -> Scene:
    return stage(database)


@pytest.fixture
def odile(database: Database, signed_in: SignedIn) -> Browser:
    with database.writing() as db:
        odile = people.member(db, "Odile", administrator=True, mentee=False, locale="en")
    return signed_in(odile)


def booked(database: Database, scene: Scene, config: Config) -> int:
    links = Links(config.base_url, config.secret_key)
    wish = BookingRequest(mentor_id=scene.alice.id, starts_at=NINE, theme="droit", need="Mes statuts, en secret")
    with database.writing() as db:
        return book_slot(db, db.get_one(Member, scene.bob.id), wish, links=links, now=NOW).id


def alice_blocks(database: Database, scene: Scene) -> None:
    """She knows him from an hour long ago that left no trace here."""
    with database.writing() as db:
        alice = db.get_one(Member, scene.alice.id)
        bob = db.get_one(Member, scene.bob.id)
        bob.mentor = True
        db.flush()
        block(db, alice, bob.id, cancel=True, now=NOW)
        bob.mentor = False


def same(answer: TestResponse) -> tuple[int, str]:
    """Without what a page says of its own address."""
    return answer.status_code, _OWN.sub("", answer.text)


@pytest.mark.parametrize(
    "path", ["/mentors/{}", "/book/{}/20261209T1700Z", "/members/{}/photo", "/members/{}/block", "/members/{}/report"]
)
def test_a_page_of_who_blocked_reads_like_that_of_nobody(
    database: Database, scene: Scene, signed_in: SignedIn, path: str
) -> None:
    alice_blocks(database, scene)
    bob = signed_in(scene.bob)
    hers, nobodys = bob.get(path.format(scene.alice.id)), bob.get(path.format(UNKNOWN))
    assert same(hers) == same(nobodys)
    assert hers.status_code == 404


@pytest.mark.parametrize("path", ["/book/{}/20261209T1700Z", "/members/{}/block", "/members/{}/report"])
def test_a_form_to_who_blocked_is_answered_like_one_to_nobody(
    database: Database, scene: Scene, signed_in: SignedIn, path: str
) -> None:
    alice_blocks(database, scene)
    bob, form = signed_in(scene.bob), {"need": "SAS?", "theme": "droit", "what": "other", "story": "x"}
    hers, nobodys = (bob.send(path.format(number), form, page="/me") for number in (scene.alice.id, UNKNOWN))
    assert same(hers) == same(nobodys)
    assert hers.status_code == 404


def test_the_api_answers_the_same_for_who_blocked_and_for_nobody(database: Database, scene: Scene, app: Flask) -> None:
    alice_blocks(database, scene)
    with database.writing() as db:
        token = create_token(db, db.get_one(Member, scene.bob.id), read_only=False, now=NOW)
    bob = Caller(app, token=token, member_id=scene.bob.id)
    for number in (scene.alice.id, UNKNOWN):
        assert bob.get(f"/mentors/{number}").status_code == 404
        assert bob.get("/slots", mentor=number).get_json() == {"slots": [], "next_cursor": None}
        refused = bob.book(number, "2026-12-09T17:00:00Z")
        assert (refused.status_code, refused.get_json()["code"]) == (404, "not_found")
        assert "alternatives" not in refused.get_json()
    assert bob.get("/mentors").get_json() == {"items": [], "next_cursor": None}
    assert bob.get("/slots").get_json()["slots"] == []


def test_search_and_my_page_do_not_name_who_blocked(database: Database, scene: Scene, signed_in: SignedIn) -> None:
    alice_blocks(database, scene)
    bob = signed_in(scene.bob)
    for path in ("/search?need=statuts", "/search?theme=droit", "/me", "/me/blocked"):
        page = bob.get(path)
        assert page.status_code == 200 and "Alice" not in page.text


def test_blocking_from_a_profile_takes_one_form_and_cancels_what_is_ahead(
    database: Database, scene: Scene, signed_in: SignedIn, config: Config
) -> None:
    booked(database, scene, config)
    bob, path = signed_in(scene.bob), f"/members/{scene.alice.id}/block"
    assert path in bob.get(f"/mentors/{scene.alice.id}").text
    assert 'value="cancel" checked' in bob.get(path).text
    assert bob.send(path, {"sessions": "cancel"}, page=path).location == "/me/blocked?saved=1"
    assert "Alice Exemple" in bob.get("/me/blocked").text
    assert [each.status for each in bookings(database)] == [BookingStatus.CANCELLED]
    bob.send(f"/me/blocked/{scene.alice.id}/unblock", page="/me/blocked")
    assert bob.get(f"/mentors/{scene.alice.id}").status_code == 200


def test_the_page_of_a_session_says_nothing_of_a_report(
    database: Database, scene: Scene, signed_in: SignedIn, config: Config
) -> None:
    booking_id = booked(database, scene, config)
    bob = signed_in(scene.bob)
    form = {"what": "unwelcome", "story": "Trop familier", "booking": str(booking_id), "share": "yes"}
    path = f"/members/{scene.alice.id}/report"
    assert bob.send(path, form, page=f"{path}?booking={booking_id}").location == "/me/blocked?reported=1"
    page = signed_in(scene.alice).get(f"/bookings/{booking_id}").text
    shown = page.split("apart-ways")[0]
    for word in ("report", "signal", "Trop familier", "Un mot du réseau", "n’a répondu à temps"):
        assert word.lower() not in shown.lower()
    assert "Elle n’aura pas lieu." in shown


def test_no_word_of_thanks_reaches_who_keeps_the_other_away(
    database: Database, scene: Scene, signed_in: SignedIn, config: Config, clock: Clock
) -> None:
    page = f"/bookings/{booked(database, scene, config)}"
    clock.at = NINE + timedelta(hours=1)
    alice, bob = signed_in(scene.alice), signed_in(scene.bob)
    alice.send(f"{page}/feedback", {"happened": "yes", "thanks": "À très vite"}, page=f"{page}/feedback")
    for where in (page, f"{page}/feedback"):
        assert "À très vite" in bob.get(where).text
    bob.send(f"/members/{scene.alice.id}/block", page=f"/members/{scene.alice.id}/block")
    for where in (page, f"{page}/feedback"):
        assert "À très vite" not in bob.get(where).text


def test_a_report_without_words_keeps_what_was_chosen(scene: Scene, signed_in: SignedIn) -> None:
    path = f"/members/{scene.alice.id}/report"
    answer = signed_in(scene.bob).send(path, {"what": "money", "story": ""}, page=path)
    assert answer.status_code == 422
    assert 'value="money" checked' in answer.text


def reported(database: Database, scene: Scene, booking_id: int | None = None) -> int:
    with database.writing() as db:
        bob = db.get_one(Member, scene.bob.id)
        said = Report(what="unwelcome", story="Trop familier", booking_id=booking_id, share=True)
        return report(db, bob, scene.alice.id, said, now=NOW).id


def test_what_was_written_opens_on_record_and_closes_by_itself(
    database: Database, scene: Scene, odile: Browser, clock: Clock, config: Config
) -> None:
    path = f"/admin/cases/{reported(database, scene, booked(database, scene, config))}"
    for _ in range(2):
        page = odile.get(path).text
        assert "Trop familier" not in page and "en secret" not in page
    odile.send(f"{path}/look", page=path)
    page = odile.get(path).text
    assert "Trop familier" in page and "en secret" in page
    assert "Read what was written" in page
    clock.move(minutes=15)
    assert "Trop familier" not in odile.get(path).text


def test_an_administrator_decides_and_a_second_form_changes_nothing(
    database: Database, scene: Scene, odile: Browser
) -> None:
    path = f"/admin/cases/{reported(database, scene)}"
    assert path in odile.get("/admin/cases").text
    refused = odile.send(f"{path}/decide", {"decision": "warned", "note": "Vu"}, page=path)
    assert refused.status_code == 422 and "Vu" in refused.text
    for decision in ("dismissed", "suspended"):
        odile.send(f"{path}/decide", {"decision": decision, "apart": "lift"}, page="/me")
    with database.reading() as db:
        assert db.scalars(select(ConductCase.decision)).all() == ["dismissed"]
        assert not db.get_one(Member, scene.alice.id).suspended
    assert path not in odile.get("/admin/cases").text
    assert path in odile.get("/admin/cases?only=closed").text


def test_an_administrator_who_is_reported_finds_neither_case_nor_trace(
    database: Database, scene: Scene, signed_in: SignedIn
) -> None:
    with database.writing() as db:
        db.get_one(Member, scene.alice.id).administrator = True
    case_id, alice = reported(database, scene), signed_in(scene.alice)
    hers, nobodys = alice.get(f"/admin/cases/{case_id}"), alice.get(f"/admin/cases/{UNKNOWN}")
    assert same(hers) == same(nobodys)
    assert "/admin/cases/" not in alice.get("/admin/cases").text
    for path in ("look", "note", "decide", "apart"):
        form = {"note": "x", "decision": "dismissed", "apart": "lift"}
        assert alice.send(f"/admin/cases/{case_id}/{path}", form, page="/me").status_code == 404


@pytest.fixture
def absent(database: Database, scene: Scene, signed_in: SignedIn, config: Config, clock: Clock) -> str:
    """Alice says at minute ten that Bob did not come; the link in the mail to Bob."""
    booking_id = booked(database, scene, config)
    page, alice = f"/bookings/{booking_id}", signed_in(scene.alice)
    clock.at = NINE + timedelta(minutes=9, seconds=59)
    assert 'value="absent"' not in alice.get(page).text
    early = alice.send(f"{page}/feedback", {"happened": "absent"}, page=page)
    assert early.status_code == 422
    clock.move(seconds=1)
    assert 'value="absent"' in alice.get(page).text
    asked = alice.send(f"{page}/feedback", {"happened": "absent"}, page=page)
    assert (asked.status_code, absences(database)) == (200, 0)
    assert alice.send(f"{page}/feedback", {"happened": "absent", "sure": "yes"}, page=page).status_code == 303
    with database.reading() as db:
        facts = db.scalars(select(OutboxMessage.payload).where(OutboxMessage.kind == "absence_said")).one()
    links = Links(config.base_url, config.secret_key)
    return urlsplit(links.absence(facts["absence_id"], facts["absence_nonce"])).path


def absences(database: Database) -> int:
    with database.reading() as db:
        return len(db.scalars(select(NoShow)).all())


def test_who_is_accused_hears_of_it_once_it_can_no_longer_be_taken_back(
    absent: str, database: Database, scene: Scene, signed_in: SignedIn, clock: Clock
) -> None:
    with database.reading() as db:
        mail = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "absence_said")).one()
        assert mail.due_at == clock.at + timedelta(minutes=10)
    bob, booking = signed_in(scene.bob), f"/bookings/{bookings(database)[0].id}"
    assert [absent in bob.get(page).text for page in ("/me", booking)] == [False, False]
    clock.move(minutes=10)
    assert [absent in bob.get(page).text for page in ("/me", booking)] == [True, True]


def test_an_absence_that_is_taken_back_in_time_is_told_to_nobody(
    absent: str, database: Database, scene: Scene, signed_in: SignedIn, clock: Clock
) -> None:
    clock.move(minutes=5)
    page = f"/bookings/{bookings(database)[0].id}/feedback"
    signed_in(scene.alice).send(page, {"happened": "yes"}, page=page)
    with database.reading() as db:
        mails = db.scalars(select(OutboxMessage).where(OutboxMessage.kind.startswith("absence"))).all()
        assert [(mail.kind, mail.state) for mail in mails] == [("absence_said", "dropped")]


@pytest.mark.parametrize("contradiction", ["said yes", "were together"])
def test_an_absence_that_is_contradicted_is_not_offered_and_a_person_decides(
    database: Database, scene: Scene, signed_in: SignedIn, request: pytest.FixtureRequest, contradiction: str
) -> None:
    config, clock = request.getfixturevalue("config"), request.getfixturevalue("clock")
    booking_id = booked(database, scene, config)
    page, alice = f"/bookings/{booking_id}", signed_in(scene.alice)
    clock.at = NINE + timedelta(minutes=15)
    if contradiction == "said yes":
        signed_in(scene.bob).send(f"{page}/feedback", {"happened": "yes"}, page=page)
    else:
        with database.writing() as db:
            for seat in db.get_one(Booking, booking_id).seats:
                db.add(RoomVisit(booking_id=booking_id, seat_id=seat.id, joined_at=NINE, left_at=clock.at))
    assert all('value="absent"' not in alice.get(at).text for at in (page, f"{page}/feedback"))
    alice.send(f"{page}/feedback", {"happened": "absent", "sure": "yes"}, page=page)
    assert state(database) == "contested"


def test_the_report_stands_below_the_way_into_the_room(
    database: Database, scene: Scene, signed_in: SignedIn, config: Config, clock: Clock
) -> None:
    page = f"/bookings/{booked(database, scene, config)}"
    clock.at = NINE + timedelta(minutes=15)
    shown = signed_in(scene.alice).get(page).text
    assert shown.index("<h1") < shown.index('id="join"') < shown.index('value="absent"')


def state(database: Database) -> str:
    with database.reading() as db:
        return db.scalars(select(NoShow.state)).one()


def test_who_is_accused_answers_from_the_mail_without_a_sign_in(
    absent: str, database: Database, client: Browser, scene: Scene, signed_in: SignedIn
) -> None:
    for _ in range(2):
        assert client.get(absent).status_code == 200
    assert state(database) == "said"
    empty = client.send(absent, {"answer": ""}, page=absent)
    assert (empty.status_code, state(database)) == (422, "said")
    assert client.send(absent, {"answer": "J’étais là"}, page=absent).location == absent
    assert state(database) == "contested"
    assert 'name="answer"' not in client.get(absent).text
    assert "J’étais là" not in signed_in(scene.alice).get(f"/bookings/{bookings(database)[0].id}").text


def test_after_72_hours_the_page_says_how_it_stands(
    absent: str, database: Database, client: Browser, clock: Clock
) -> None:
    clock.move(hours=72)
    assert 'name="answer"' not in client.get(absent).text
    assert client.send(absent, {"answer": "Trop tard"}, page="/sign-in").location == absent
    assert state(database) == "said"


def test_a_forged_absence_link_and_somebody_elses_open_nothing(
    absent: str, client: Browser, scene: Scene, signed_in: SignedIn
) -> None:
    number, _, signature = absent.rpartition("/")[2].partition("-")
    for token in (f"{int(number) + 1}-{signature}", f"{number}-{'0' * 43}", number, "x", f"{number}-é"):
        assert client.get(f"/absence/{token}").status_code == 404
        assert client.send(f"/absence/{token}", {"answer": "x"}).status_code == 404
    assert signed_in(scene.alice).get(absent).status_code == 404


def test_the_accuser_may_take_it_back_on_the_same_page(
    absent: str, database: Database, scene: Scene, signed_in: SignedIn
) -> None:
    page = f"/bookings/{bookings(database)[0].id}/feedback"
    signed_in(scene.alice).send(page, {"happened": "yes"}, page=page)
    assert state(database) == "withdrawn"
    with database.reading() as db:
        assert db.scalars(select(BookingAnswer.happened)).all() == [Happened.YES]


def test_the_case_shows_who_was_in_the_room_only_on_record(
    absent: str, database: Database, client: Browser, odile: Browser
) -> None:
    with database.writing() as db:
        row = db.scalars(select(NoShow)).one()
        seats = {seat.role: seat.id for seat in row.booking.seats}
        db.add(
            RoomVisit(
                booking_id=bookings(database)[0].id,
                seat_id=seats[SeatRole.MENTOR],
                joined_at=NINE,
                left_at=NINE + timedelta(minutes=12),
            )
        )
    client.send(absent, {"answer": "J’étais là"}, page=absent)
    with database.reading() as db:
        path = f"/admin/cases/{db.scalars(select(ConductCase.id)).one()}"
    assert "was in the room" not in odile.get(path).text
    odile.send(f"{path}/look", page=path)
    page = odile.get(path).text
    assert "Alice Exemple was in the room" in page and "J’étais là" in page
    assert "en secret" not in page


@pytest.fixture
def asked(database: Database, scene: Scene, config: Config, clock: Clock) -> str:
    """Bob is asked whether he comes; the link in the mail to him."""
    booked(database, scene, config)
    clock.at = NINE - timedelta(hours=24)
    with database.writing() as db:
        booking = bookings(database)[0]
        seat = db.merge(booking).seat_of(scene.bob.id)
        until = NINE - timedelta(hours=12)
        db.add(Confirmation(booking_id=booking.id, starts_at=NINE, until=until))
        return urlsplit(Links(config.base_url, config.secret_key).confirm(seat.id, seat.nonce)).path


@pytest.mark.parametrize(("said", "status"), [("yes", "confirmed"), ("no", "cancelled")])
def test_one_tap_confirms_or_frees_the_hour(
    asked: str, database: Database, client: Browser, said: str, status: str
) -> None:
    assert 'value="yes"' in client.get(asked).text
    for _ in range(2):
        assert client.send(asked, {"answer": said}, page="/sign-in").location == asked
    assert [each.status for each in bookings(database)] == [status]
    assert 'value="yes"' not in client.get(asked).text


def test_only_the_mentee_sees_that_they_are_asked(
    asked: str, database: Database, scene: Scene, signed_in: SignedIn
) -> None:
    page = f"/bookings/{bookings(database)[0].id}"
    assert asked in signed_in(scene.bob).get(page).text
    assert asked not in signed_in(scene.alice).get(page).text


def test_a_scanner_that_opens_every_link_changes_nothing(
    asked: str, database: Database, client: Browser, scene: Scene, signed_in: SignedIn
) -> None:
    def rows() -> list[int]:
        with database.reading() as db:
            tables = (OutboxMessage, CaseEvent, NoShow, Confirmation, ConductCase)
            return [db.scalar(select(func.count()).select_from(table)) or 0 for table in tables]

    before = rows()
    bob = signed_in(scene.bob)
    for path in (asked, f"/members/{scene.alice.id}/block", f"/members/{scene.alice.id}/report", "/me/blocked"):
        assert bob.get(path).status_code == bob.head(path).status_code == 200
    assert rows() == before
    assert [each.status for each in bookings(database)] == [BookingStatus.CONFIRMED]


def test_who_is_paused_reads_why_before_and_after_the_form(
    database: Database, scene: Scene, signed_in: SignedIn, odile: Browser
) -> None:
    with database.writing() as db:
        db.add(ConductCase(kind="pause", about_id=scene.bob.id, open_key=f"pause:{scene.bob.id}", opened_at=NOW))
    bob = signed_in(scene.bob)
    assert "Your bookings are on hold" in bob.get(scene.page).text
    answer = bob.send(scene.page, {"need": "SAS?", "theme": "droit"}, page=scene.page)
    assert answer.status_code == 403 and "Your bookings are on hold" in answer.text
    assert "Bob Exemple" in odile.get("/admin/cases").text
    with database.reading() as db:
        path = f"/admin/cases/{db.scalars(select(ConductCase.id)).one()}"
    assert "bob@example.org" in odile.get(path).text
    odile.send(f"{path}/decide", {"decision": "lifted"}, page=path)
    assert bob.send(scene.page, {"need": "SAS?", "theme": "droit"}, page=scene.page).status_code == 303


def test_no_count_tells_what_no_list_shows(database: Database, scene: Scene) -> None:
    with database.reading() as db:
        before = open_hours(db, tzid="Europe/Paris", viewer_id=scene.bob.id, now=NOW)
    alice_blocks(database, scene)
    with database.reading() as db:
        after, others = (
            open_hours(db, tzid="Europe/Paris", viewer_id=who.id, now=NOW) for who in (scene.bob, scene.charlie)
        )
    assert (after.total, after.by_theme) == (0, {})
    assert others == before and before.total > 0


def test_the_first_page_counts_for_who_looks(database: Database, scene: Scene, signed_in: SignedIn) -> None:
    alice_blocks(database, scene)
    bob, charlie = (signed_in(who).get("/").text for who in (scene.bob, scene.charlie))
    assert "No hours are free in the next seven days" in bob
    assert "hours are free in the next seven days" in charlie


def test_a_block_says_when_cancelling_is_late(
    database: Database, scene: Scene, signed_in: SignedIn, config: Config, clock: Clock
) -> None:
    booked(database, scene, config)
    bob, path = signed_in(scene.bob), f"/members/{scene.alice.id}/block"
    clock.at = NINE - timedelta(hours=24)
    assert "late cancellation" not in bob.get(path).text
    clock.move(seconds=1)
    assert "Less than 24 hours before the start, this counts as a late cancellation" in bob.get(path).text


def test_no_calendar_is_asked_for_somebody_who_is_hidden_from_its_owner(
    database: Database, scene: Scene, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time that a provider takes would tell them from nobody."""
    asked: list[int] = []

    def recheck(_syncing: Syncing, member_id: int, *, now: datetime, seconds: float = 0) -> None:
        asked.append(member_id)

    monkeypatch.setattr(Syncing, "recheck", recheck)
    with database.writing() as db:
        account = CalendarAccount(member_id=scene.alice.id, kind="ics", secret="", created_at=NOW)
        unread = MemberCalendar(member_id=scene.alice.id, remote_id="work", checks=True, next_try_at=NOW)
        account.calendars.append(unread)
        db.add(account)
    alice_blocks(database, scene)
    for who in (scene.bob, scene.charlie):
        signed_in(who).send(scene.page, {"need": "SAS?", "theme": "droit"}, page="/me")
    assert asked == [scene.alice.id]
