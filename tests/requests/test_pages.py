"""The pages of a request: one tap from the mail, one status page, and nothing that looking changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.intervals import Interval
from flashmeet.core.links import Links
from flashmeet.core.settings.policies import Confirm
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.todays_facts import tell_todays_facts
from flashmeet.requests.mails import asked_of
from flashmeet.requests.models import HourOffer, InactivityCheck, MentoringRequest, RequestAsk
from flashmeet.requests.rules.requests import RequestState
from flashmeet.requests.service.create import Asking, ask
from flashmeet.schedule.service.availability import save_availability
from tests import people
from tests.browsers import Browser, Clock
from tests.pages import app, clock, compiled, signed_in
from tests.people import NOW
from tests.portal.test_own_calendars import class_of
from tests.requests.conftest import NO_RULES
from tests.scene import effects

__all__ = ["app", "clock", "compiled", "signed_in"]

SignedIn = Callable[[Member | int], Browser]
AT = datetime(2026, 12, 9, 17, tzinfo=UTC)
STAMP = "20261209T1700Z"


@pytest.fixture
def client(app: Flask) -> Browser:
    """Nobody signed in, in English."""
    browser = Browser(app)
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


class Stage:
    """Karim in Paris gives no hours; Bob in New York asks him."""

    def __init__(self, database: Database, config: Config) -> None:
        self.database, self.links = database, Links(config.base_url, config.secret_key)
        with database.writing() as db:
            self.karim = people.mentor(db, "Karim", rules=NO_RULES, mentee=False, locale="en").id
            self.ada = people.mentor(db, "Ada", rules=NO_RULES, mentee=False).id
            self.bob = people.member(db, "Bob", tzid="America/New_York", locale="en").id

    def asked(self, **more: Any) -> str:
        """The path in the mail to Karim."""
        with self.database.writing() as db:
            wanted = Asking(
                **{"theme": "droit", "need": "Mes statuts", "mentor_id": self.karim, "times": (AT,), **more}
            )
            made = ask(db, db.get_one(Member, self.bob), wanted, now=NOW).asks[0]
            return urlsplit(self.links.ask(made.id, made.nonce)).path

    @property
    def status(self) -> str:
        """The path in the mails to Bob."""
        with self.database.reading() as db:
            found = db.scalars(select(MentoringRequest)).unique().one()
            return urlsplit(self.links.request(found.id, found.mentee_id)).path

    def states(self) -> tuple[str, str]:
        with self.database.reading() as db:
            asked = db.scalars(select(RequestAsk).order_by(RequestAsk.id)).first()
            request = db.scalars(select(MentoringRequest)).unique().one()
            return request.state, asked.state if asked else ""


@pytest.fixture
def stage(database: Database, config: Config) -> Stage:
    return Stage(database, config)


def form(stage: Stage, **more: Any) -> dict[str, Any]:
    return {
        "mentor": str(stage.karim),
        "theme": "droit",
        "need": "Relire mes statuts",
        "when": "mine",
        "time": ["2026-12-09T12:00", "", ""],
        "mode": "video",
        **more,
    }


def test_a_mentee_asks_on_their_own_wall_and_sees_how_it_stands(stage: Stage, signed_in: SignedIn) -> None:
    bob = signed_in(stage.bob)
    page = bob.get(f"/requests/new?mentor={stage.karim}&need=Relire")
    assert "Relire" in page.text and "New York" in page.text
    sent = bob.send("/requests/new", form(stage), page=f"/requests/new?mentor={stage.karim}")
    assert sent.status_code == 303
    shown = bob.get(sent.location)
    assert "Karim has your request" in shown.text and "12:00" in shown.text
    assert bob.send("/requests/new", form(stage), page="/requests/new").location == sent.location  # sent twice


def test_what_was_typed_is_kept_when_it_is_refused(stage: Stage, signed_in: SignedIn) -> None:
    bob = signed_in(stage.bob)
    for wrong in ({"need": " "}, {"time": ["2026-12-09T12:05"]}, {"time": ["2026-12-01T04:30"]}, {"time": [""]}):
        sent = bob.send("/requests/new", form(stage, good_hour="Un premier pas", **wrong), page="/requests/new")
        assert sent.status_code == 422 and "Un premier pas" in sent.text, wrong
    assert effects(stage.database) == 0


def test_a_form_that_is_sent_signed_out_comes_back_after_the_sign_in(
    stage: Stage, client: Browser, signed_in: SignedIn
) -> None:
    sent = client.send("/requests/new", form(stage))
    assert sent.status_code == 303 and "/sign-in" in sent.location
    client.sign_in(stage.bob)
    assert "Relire mes statuts" in client.get("/requests/new").text


def test_looking_at_the_mails_link_changes_nothing(stage: Stage, client: Browser) -> None:
    path = stage.asked()
    before = effects(stage.database)
    page = client.get(f"{path}?at={AT.isoformat()}")
    assert page.status_code == 200 and "18:00" in page.text and "Mes statuts" in page.text
    assert stage.states() == ("open", "asked") and effects(stage.database) == before


def test_one_tap_and_one_button_accept_without_a_sign_in(stage: Stage, client: Browser) -> None:
    path = stage.asked()
    for _ in range(2):  # a double click leads to the same page
        sent = client.send(path, {"act": "accept", "at": STAMP}, page="/sign-in")
        assert (sent.status_code in (303, 409)) is True
    assert stage.states() == ("accepted", "accepted")
    assert "it is confirmed" in client.get(path).text
    with stage.database.reading() as db:
        assert db.scalars(select(Booking.starts_at)).one() == AT


def test_other_times_reach_the_mentee_who_taps_one(stage: Stage, client: Browser) -> None:
    path = stage.asked(any_time=True, times=())
    wanted = {"act": "propose", "time": ["2026-12-10T18:30", "2026-12-11T09:00", ""], "note": "Le soir"}
    assert client.send(path, wanted, page=path).status_code == 303
    page = client.get(stage.status)
    assert "Le soir" in page.text and "12:30" in page.text  # on the mentee's wall
    assert client.send(stage.status, {"act": "choose", "at": "20261210T1730Z"}, page=stage.status).status_code == 303
    assert "It is confirmed" in client.get(stage.status).text and stage.states() == ("accepted", "countered")


@pytest.mark.parametrize(
    ("said", "state", "words"),
    [
        ({"act": "decline", "note": "Plutôt Ada"}, ("declined", "declined"), "Plutôt Ada"),
        ({"act": "solve", "note": "Article 12"}, ("solved", "solved"), "Article 12"),
        ({"act": "leave", "first": "2026-12-01", "last": "2026-12-20"}, ("declined", "declined"), "another"),
    ],
)
def test_each_answer_is_seen_on_both_pages(
    stage: Stage, client: Browser, said: dict[str, str], state: tuple[str, str], words: str
) -> None:
    path = stage.asked()
    assert client.send(path, said, page=path).status_code == 303
    assert stage.states() == state
    if words != "another":
        assert words in client.get(stage.status).text
    assert 'name="act"' not in client.get(path).text


def test_a_refused_answer_keeps_what_was_typed(stage: Stage, client: Browser) -> None:
    path = stage.asked()
    wrong = {"act": "propose", "time": ["2026-12-10T18:07"], "note": "Le soir"}
    sent = client.send(path, wrong, page=path)
    assert sent.status_code == 422 and "Le soir" in sent.text and "2026-12-10T18:07" in sent.text
    assert client.send(path, {"act": "dance"}, page=path).status_code == 422


def test_somebody_elses_link_opens_nothing(stage: Stage, client: Browser, signed_in: SignedIn) -> None:
    path = stage.asked()
    assert signed_in(stage.ada).get(path).status_code == 404
    assert client.get(path[:-1] + ("0" if path[-1] != "0" else "1")).status_code == 404
    assert client.get("/asked/999-abc").status_code == 404
    assert signed_in(stage.ada).get(stage.status).status_code == 404
    number = stage.status.rpartition("/")[2].partition("-")[0]
    assert signed_in(stage.ada).get(f"/requests/{number}").status_code == 404


def test_an_hour_that_came_free_is_taken_from_its_mail(stage: Stage, client: Browser) -> None:
    with stage.database.writing() as db:
        wanted = Asking(theme="droit", need="Mes statuts", any_time=True)
        request = ask(db, db.get_one(Member, stage.bob), wanted, now=NOW)
        request.state, request.queued_at, request.due_at = RequestState.QUEUED, NOW, None
        karim = db.get_one(Member, stage.karim)
        save_availability(
            db, karim, tzid="Europe/Paris", rules=people.EVERY_DAY, overrides=(), policy=people.FREE, now=NOW
        )
        offer = HourOffer(request=request, mentor=karim, starts_at=AT, state="open", ends_at=AT, nonce="n")
        db.add(offer)
        db.flush()
        path = urlsplit(stage.links.offer(offer.id, "n")).path
    page = client.get(path)
    assert "Karim Exemple has an hour for you" in page.text and "12:00" in page.text
    assert client.get(stage.status).text.count(path) == 1
    assert client.send(path, {"act": "take"}, page=path).status_code == 303
    assert "The hour is yours" in client.get(path).text and stage.states()[0] == "accepted"


def test_an_hour_from_the_queue_that_waits_for_its_mentor_is_not_said_to_be_agreed(
    stage: Stage, client: Browser
) -> None:
    with stage.database.writing() as db:
        request = ask(
            db, db.get_one(Member, stage.bob), Asking(theme="droit", need="Mes statuts", any_time=True), now=NOW
        )
        request.state, request.queued_at, request.due_at = RequestState.QUEUED, NOW, None
        karim, asks = db.get_one(Member, stage.karim), replace(people.FREE, confirm=Confirm.ASK)
        save_availability(db, karim, tzid="Europe/Paris", rules=people.EVERY_DAY, overrides=(), policy=asks, now=NOW)
        offer = HourOffer(request=request, mentor=karim, starts_at=AT, state="open", ends_at=AT, nonce="n")
        db.add(offer)
        db.flush()
        path = urlsplit(stage.links.offer(offer.id, "n")).path
        status = urlsplit(stage.links.request(request.id, stage.bob)).path
    assert client.send(path, {"act": "take"}, page=path).status_code == 303
    for page in (path, status):
        told = client.get(page).text
        assert "Waiting for an answer" in told and "Karim has until" in told
        assert "The hour is yours" not in told and "It is confirmed" not in told


def test_still_with_us_is_one_button(stage: Stage, client: Browser, clock: Clock) -> None:
    with stage.database.writing() as db:
        question = InactivityCheck(member_id=stage.karim, asked_at=NOW, due_at=NOW + timedelta(days=7), nonce="n")
        db.add(question)
        db.flush()
        path = urlsplit(stage.links.inactivity_check(question.id, "n")).path
    assert "Still with us?" in client.get(path).text
    assert client.send(path, page=path).status_code == 303
    assert "Good to have you" in client.get(path).text


def test_both_see_what_waits_on_their_own_page(stage: Stage, signed_in: SignedIn) -> None:
    path = stage.asked()
    assert path in signed_in(stage.karim).get("/me").text
    assert "Your requests" in signed_in(stage.bob).get("/me").text


def test_the_buttons_lead_to_the_form(stage: Stage, signed_in: SignedIn) -> None:
    bob = signed_in(stage.bob)
    assert f"/requests/new?mentor={stage.karim}" in bob.get(f"/mentors/{stage.karim}").text.replace("&amp;", "&")
    assert "/requests/new?theme=droit" in bob.get("/search?theme=droit").text


def test_a_leave_taken_in_answer_asks_about_the_hours_agreed_in_it(
    stage: Stage, client: Browser, database: Database
) -> None:
    agreed = stage.asked()
    client.send(agreed, {"act": "accept", "at": STAMP}, page=agreed)
    path, leave = stage.asked(any_time=True, times=()), {"act": "leave", "first": "2026-12-01", "last": "2026-12-20"}
    asked = client.send(path, leave, page=path).get_data(as_text=True)
    assert ("1 hour to come" in asked, "Bob" in asked, 'value="2026-12-20"' in asked) == (True, True, True)
    assert client.send(path, {**leave, "hours": "cancel"}, page=path).status_code == 303
    with database.reading() as db:
        assert db.scalars(select(Booking.status)).all() == ["cancelled"]


def test_the_leave_in_an_answer_begins_on_the_mentors_own_day(stage: Stage, client: Browser) -> None:
    """NOW is 1 December in UTC."""
    with stage.database.writing() as db:
        db.get_one(Member, stage.karim).tzid = "Pacific/Honolulu"
    page = client.get(stage.asked()).get_data(as_text=True)
    assert page.count('value="2026-11-30"') == 1


def test_a_mentor_asks_back_from_the_mail_and_the_mentee_replies_on_one_form_without_signing_in(
    client: Browser, stage: Stage
) -> None:
    path = stage.asked()
    assert "SAS ou SARL" not in client.get(f"{path}?act=ask").text
    empty = client.send(path, {"act": "ask", "note": ""}, page=path)
    assert empty.status_code == 422
    sent = client.send(path, {"act": "ask", "note": "SAS ou SARL ?"}, page=path)
    assert sent.status_code == 303
    shown = client.get(path).text
    assert "SAS ou SARL ?" in shown and 'value="ask"' not in shown and "Accept" in shown  # once; and the answer stays
    assert stage.states() == ("open", "asked")
    theirs = client.get(stage.status).text
    assert "Karim asks you" in theirs and "SAS ou SARL ?" in theirs and 'name="reply"' in theirs
    ask_id = theirs.partition('name="ask" value="')[2].partition('"')[0]
    empty = client.send(stage.status, {"act": "reply", "ask": ask_id, "reply": " "}, page=stage.status)
    assert empty.status_code == 422
    assert (
        client.send(stage.status, {"act": "reply", "ask": ask_id, "reply": "SAS"}, page=stage.status).status_code == 303
    )
    both = [client.get(each).text for each in (path, stage.status)]
    assert all("SAS ou SARL ?" in each and ">SAS<" in each for each in both)
    assert 'name="reply"' not in both[1]


def test_a_question_and_its_reply_stand_among_what_the_two_write_once_they_meet(
    client: Browser, stage: Stage, signed_in: SignedIn
) -> None:
    path = stage.asked()
    client.send(path, {"act": "ask", "note": "SAS ou SARL ?"}, page=path)
    ask_id = client.get(stage.status).text.partition('name="ask" value="')[2].partition('"')[0]
    client.send(stage.status, {"act": "reply", "ask": ask_id, "reply": "SAS, à deux"}, page=stage.status)
    client.send(path, {"act": "accept", "at": STAMP}, page=path)
    with stage.database.reading() as db:
        booking_id = db.scalars(select(Booking.id)).one()
    for who in (stage.karim, stage.bob):
        page = signed_in(who).get(f"/bookings/{booking_id}").text
        assert page.index("SAS ou SARL ?") < page.index("SAS, à deux")


def test_an_answer_that_came_lands_as_a_card_with_its_buttons_on_top_of_the_members_page(
    client: Browser, stage: Stage, signed_in: SignedIn
) -> None:
    path = stage.asked(times=(), any_time=True)
    client.send(path, {"act": "ask", "note": "SAS ou SARL ?"}, page=path)
    bob = signed_in(stage.bob)
    page = bob.get("/me").text
    assert "SAS ou SARL ?" in page and "#reply-" in page
    client.send(path, {"act": "propose", "time": ["2026-12-09T18:00"], "note": ""}, page=path)
    page = bob.get("/me").text
    assert f'value="{STAMP}"' in page and page.index(f'value="{STAMP}"') < page.index(
        'id="requests"' if 'id="requests"' in page else "</main>"
    )
    assert bob.send(stage.status, {"act": "choose", "at": STAMP}, page="/me").status_code == 303
    assert stage.states()[0] == "accepted"


def test_a_time_that_is_tapped_is_proposed_though_at_your_convenience_stands_chosen(
    stage: Stage, signed_in: SignedIn
) -> None:
    bob = signed_in(stage.bob)
    page = bob.get(f"/requests/new?mentor={stage.karim}").text
    walls = [each.partition('"')[0] for each in page.split('name="chip" value="')[1:]]
    assert len(walls) == 6 and 'value="theirs" checked' in page
    sent = bob.send(
        "/requests/new", form(stage, when="theirs", chip=walls[:2], time=["", "", ""]), page="/requests/new"
    )
    assert sent.status_code == 303
    with stage.database.reading() as db:
        made = db.scalars(select(MentoringRequest)).unique().one()
        assert (made.any_time, len(made.times)) == (False, 2)
    assert walls[0].partition("T")[2] in bob.get(sent.location).text


def test_what_was_typed_stays_where_at_your_convenience_is_chosen(stage: Stage, signed_in: SignedIn) -> None:
    bob = signed_in(stage.bob)
    sent = bob.send("/requests/new", form(stage, when="theirs", need=" "), page="/requests/new")
    assert sent.status_code == 422 and 'value="2026-12-09T12:00"' in sent.text


def test_a_mentor_sees_who_asks_and_what_stands_around_each_time_in_their_own_calendar(
    client: Browser, stage: Stage, signed_in: SignedIn
) -> None:
    path = stage.asked()
    assert "calendar" not in client.get(path).text.partition("<main")[2]  # nothing is known of their days
    with stage.database.writing() as db:
        karim = db.get_one(Member, stage.karim)
        db.get_one(Member, stage.bob).headline = "Luthier"
    hour = timedelta(hours=1)
    class_of(stage.database, karim, Interval(AT - 2 * hour, AT - hour), Interval(AT + 2 * hour, AT + 3 * hour))
    wanted = "In your calendar: taken until 17:00, then again from 20:00."
    assert wanted in client.get(path).text
    with stage.database.writing() as db:
        row = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "asked")).one()
        tell_todays_facts(db, [row])
        payload = row.payload
    assert payload["other_about"] == "Luthier"
    (time,) = asked_of(payload, locale="en", tzid="Europe/Paris", links=stage.links).times
    assert time.around == wanted
    assert wanted not in client.get(stage.status).text  # the mentee reads nothing of it
