"""My calendars in a browser, and the questions that a mail leads to."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import select

from flashmeet.app import create_app
from flashmeet.calendars.service.sync_runs import fail_run
from flashmeet.core.errors import SlotTaken
from flashmeet.core.provider_faults import AuthFailed
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.lease import outgoing
from flashmeet.messages.rendering.mail import compose
from flashmeet.messages.rendering.renderer import Renderer
from flashmeet.schedule.models import CalendarAccount, MemberCalendar
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.rules.calendars import CalendarKind
from tests.browsers import Browser, connections_held
from tests.calendars.events import HOUR, NINE, at, ics
from tests.calendars.house import House
from tests.calendars.test_ics_reading import published
from tests.fakes.radicale import PASSWORD, USER

PAGE = "/me/calendars"


@pytest.fixture
def app(home: House) -> Flask:
    app = create_app(home.config, database=home.database, clock=lambda: home.at)
    app.test_client_class = Browser
    return app


@pytest.fixture
def alice(app: Flask, home: House) -> Browser:
    return cast(Browser, app.test_client()).sign_in(home.ids["Alice"])


def form(home: House, **more: str) -> dict[str, str]:
    return {"way": "caldav", "provider": "caldav", "url": home.server.url, "user": USER, "password": PASSWORD, **more}


def test_a_calendar_is_connected_read_and_let_go(home: House, alice: Browser) -> None:
    home.server.put("dentist", at(NINE))
    assert alice.send(PAGE, form(home), page=PAGE).status_code == 303
    assert [(each.checks, each.writes) for each in home.calendars()] == [(True, True), (True, False)]
    home.look()
    shown = alice.get(PAGE).get_data(as_text=True)
    assert (shown.count("Tout fonctionne"), PASSWORD in shown, home.listed()) == (2, False, False)
    assert PASSWORD not in home.account().secret
    alice.send(f"{PAGE}/accounts/{home.account().id}", {"act": "disconnect"}, page=PAGE)
    assert (home.calendars(), home.listed()) == ([], True)


def test_no_connection_is_held_while_a_calendar_is_asked(home: House, app: Flask, alice: Browser) -> None:
    held = connections_held(app)
    assert alice.send(PAGE, form(home), page=PAGE).status_code == 303
    assert held == [0]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"password": "wrong"}, "Il a refusé la connexion"),
        ({"url": "https://10.0.0.1/"}, "adresses publiques"),
        ({"url": "http://calendars.example.org/"}, "adresses publiques"),
        ({"url": "https://user@example.org/"}, "adresses publiques"),
        ({"url": ""}, "Adresse"),
        ({"way": "ics", "url": "https://localhost/x.ics"}, "adresses publiques"),
    ],
)
def test_what_does_not_work_is_said_with_what_to_do_and_nothing_is_kept(
    home: House, alice: Browser, wrong: dict[str, str], words: str
) -> None:
    answer = alice.send(PAGE, form(home, **wrong), page=PAGE)
    text = answer.get_data(as_text=True)
    assert (answer.status_code, words in text, PASSWORD in text, home.calendars()) == (422, True, False, [])


def test_an_address_that_asks_for_a_password_is_told_as_such(home: House, alice: Browser) -> None:
    answer = alice.send(PAGE, form(home, way="ics", url=home.server.calendar()), page=PAGE)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Cette adresse demande un mot de passe" in text
    assert "L’identifiant est-il juste" not in text


@pytest.mark.parametrize(
    ("kind", "told"), [("caldav", "mot de passe d’application"), ("ics", "adresse secrète"), ("google", "autorisation")]
)
def test_who_is_shut_out_reads_what_to_do_by_the_way_they_came_in(
    home: House, alice: Browser, kind: CalendarKind, told: str
) -> None:
    home.connect(password="wrong")
    with home.database.writing() as db:
        db.scalars(select(CalendarAccount)).unique().one().kind = kind
    with home.database.writing() as db:
        for calendar in db.scalars(select(MemberCalendar)):
            fail_run(db, calendar.id, AuthFailed("401"), now=home.at)
    text = alice.get(PAGE).get_data(as_text=True)
    account = text[text.index(f'id="account-{home.account().id}"') : text.index('class="calendar-one"')]
    words = ("mot de passe d’application", "adresse secrète", "autorisation a pris fin")
    assert [each for each in words if each in account] == [each for each in words if told in each]


def test_somebody_else_s_calendar_is_none_of_yours(home: House, app: Flask) -> None:
    account_id = home.connect()
    bob = cast(Browser, app.test_client()).sign_in(home.ids["Bob"])
    assert bob.send(f"{PAGE}/accounts/{account_id}", {"act": "disconnect"}, page=PAGE).status_code == 404
    assert bob.send(f"{PAGE}/{home.calendars()[0].id}", {"switches": "checks"}, page=PAGE).status_code == 404
    assert len(home.calendars()) == 2


def test_the_link_in_the_mail_shows_and_only_the_button_acts(home: House, app: Flask) -> None:
    home.connect()
    home.look()
    booking_id = home.book()
    home.write()
    for path in home.server.events():
        home.server.ask("DELETE", path)
    home.look()
    [question] = home.questions()
    link = "/" + home.links.calendar_question(question.id, question.nonce).split("/", 3)[3]
    visitor = cast(Browser, app.test_client())
    for _ in range(2):
        assert visitor.get(link).status_code == 200
    assert home.questions()[0].answered_at is None
    assert visitor.get(link[:-1] + ("0" if link[-1] != "0" else "1")).status_code == 404
    assert visitor.send(link, {"answer": "cancel"}, page=link).status_code == 303
    assert home.booking(booking_id).status == BookingStatus.CANCELLED
    assert "annul" in visitor.get(link).get_data(as_text=True)


def test_booking_on_the_page_looks_at_the_calendar_first(home: House, app: Flask) -> None:
    home.connect()
    bob = cast(Browser, app.test_client()).sign_in(home.ids["Bob"])
    page = f"/book/{home.ids['Alice']}/{NINE:%Y%m%dT%H%MZ}"
    typed = {"need": "Mes statuts", "theme": "droit"}
    home.server.put("dentist", at(NINE))
    assert bob.send(page, typed, page=page).status_code == 409
    home.server.stop()
    home.at += HOUR
    other = f"/book/{home.ids['Alice']}/{NINE + HOUR:%Y%m%dT%H%MZ}"
    answer = bob.send(other, typed, page=other)
    assert (answer.status_code, "agenda" in answer.get_data(as_text=True)) == (503, True)
    with pytest.raises(SlotTaken):
        home.book(recheck=False)


def test_booking_by_the_api_answers_calendar_unavailable(home: House, app: Flask) -> None:
    from flashmeet.identity.service.tokens import create_token

    home.connect()
    with home.database.writing() as db:
        token = create_token(db, home.who(db, "Bob"), read_only=False, now=home.at)
    body = {"mentor_id": home.ids["Alice"], "starts_at": "2026-12-09T09:00:00Z", "theme": "droit", "need": "Statuts"}
    asked = cast(Browser, app.test_client())
    headers = {"Authorization": f"Bearer {token}"}
    home.server.stop()
    refused = asked.post("/api/v1/bookings", json=body, headers=headers)
    assert (refused.status_code, refused.json and refused.json["code"]) == (503, "calendar_unavailable")
    home.server.start()
    assert asked.post("/api/v1/bookings", json=body, headers=headers).status_code == 201


def test_what_could_not_be_read_is_named_on_the_page_and_in_the_mail(home: House, alice: Browser) -> None:
    broken = ("BEGIN:VEVENT", "UID:b", "SUMMARY:Zahn<arzt>", "DTSTART:20261332T99", "END:VEVENT")
    with published(ics("DTSTART:20261209T090000Z", "DURATION:PT1H", around=broken)) as address:
        assert alice.send(PAGE, {"way": "ics", "url": address.url}, page=PAGE).status_code == 303
        home.look()
        shown = alice.get(PAGE).get_data(as_text=True)
    assert ("Zahn&lt;arzt&gt;" in shown, "Tout fonctionne" in shown) == (True, False)
    with home.database.reading() as db:
        row = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "calendar_trouble")).one()
        mail = compose(
            outgoing(row, row.recipient), Renderer(home.links, "rendez-vous@example.org", "Anciens"), at=home.at
        )
    body = mail.get_body(("plain",))
    assert body is not None
    assert "Zahn<arzt>" in body.get_content()


def test_a_calendar_in_which_nothing_takes_time_is_connected_once_its_member_says_that_this_is_so(
    home: House, alice: Browser
) -> None:
    with published(ics()) as address:
        typed = {"way": "ics", "url": address.url}
        answer = alice.send(PAGE, typed, page=PAGE)
        assert (answer.status_code, 'name="empty"' in answer.get_data(as_text=True)) == (422, True)
        assert home.calendars() == []
        assert alice.send(PAGE, {**typed, "empty": "yes"}, page=PAGE).status_code == 303
        home.look()
        assert [each.fault for each in home.calendars()] == [""]


def test_two_addresses_at_one_host_are_connected_side_by_side(home: House, alice: Browser) -> None:
    with published(at(NINE)) as address:
        for name in ("one", "two", "one"):
            url = address.url.replace("karim", name)
            assert alice.send(PAGE, {"way": "ics", "url": url}, page=PAGE).status_code == 303
    assert len(home.calendars()) == 2


ADE_PATH = "/jsp/custom/modules/plannings/anonymous_cal.jsp?resources=12&projectId=3&calType=ical&nbWeeks=4"


def test_a_timetable_s_address_is_renewed_in_place_and_what_was_read_counts_meanwhile(
    home: House, alice: Browser
) -> None:
    with published(at(NINE)) as school:
        url = f"http://127.0.0.1:{school.port}{ADE_PATH}"
        pasted = f"Mon emploi du temps : {url.replace('&projectId', ' &projectId')}"
        assert alice.send(PAGE, {"way": "ics", "url": pasted}, page=PAGE).status_code == 303
        home.look()
        shown = alice.get(PAGE).get_data(as_text=True)
        assert (
            "ADE · 127.0.0.1" in shown,
            "au-delà, nous ne comparons" in shown,
            "09:00" in shown or "10:00" in shown,
        ) == (
            True,
            True,
            True,
        )
        school.text = "<!doctype html><html>Connexion</html>"
        home.at += HOUR
        home.look()
        lost = alice.get(PAGE).get_data(as_text=True)
        assert ("Générer URL" in lost, "page web au lieu" in lost, home.listed()) == (True, True, False)
    with published(at(NINE + HOUR)) as school:
        fresh = f"http://127.0.0.1:{school.port}{ADE_PATH}&lastDate=2027-07-04".replace("nbWeeks=4", "calType=ical")
        account = home.account().id
        sent = alice.send(PAGE, {"way": "ics", "url": fresh, "replaces": str(account)}, page=PAGE)
        home.look()
        assert (sent.status_code, home.account().id, [each.fault for each in home.calendars()]) == (303, account, [""])
        assert "Remplacer l’adresse" not in alice.get(PAGE).get_data(as_text=True)


def test_an_address_is_renewed_by_its_owner_alone(home: House, alice: Browser, app: Flask) -> None:
    bob = cast(Browser, app.test_client()).sign_in(home.ids["Bob"])
    with published(at(NINE)) as school:
        school.connect(home)
        form = {"way": "ics", "url": school.url, "replaces": str(home.account().id)}
        assert bob.send(PAGE, form, page=PAGE).status_code == 404


def test_an_account_whose_address_is_typed_otherwise_is_the_same_account(home: House, alice: Browser) -> None:
    for url in (home.server.url, f"{home.server.url}/", f"{home.server.url}/{USER}/"):
        assert alice.send(PAGE, form(home, url=url), page=PAGE).status_code == 303
        assert home.account().settings["url"] == url
    assert len(home.calendars()) == 2


def test_connecting_again_lets_go_of_calendars_that_exist_no_more(home: House, alice: Browser) -> None:
    alice.send(PAGE, form(home), page=PAGE)
    home.look()
    assert home.server.ask("DELETE", f"/{USER}/home/").ok
    for _ in range(2):
        home.look()
        home.at += timedelta(hours=1)
    assert (home.calendars()[1].fault, home.listed()) == ("missing", False)
    assert "Décochez" in alice.get(PAGE).get_data(as_text=True)
    alice.send(PAGE, form(home), page=PAGE)
    home.look()
    assert ([each.remote_id for each in home.calendars()], home.listed()) == ([home.server.calendar()], True)
