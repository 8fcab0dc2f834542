"""What was typed before the sign-in is there after it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from flashmeet.core.database.session import Database
from flashmeet.core.secrets import hashed
from flashmeet.http.admission.rate_limits import ADDRESS
from flashmeet.http.models import Draft
from flashmeet.messages.models import OutboxMessage
from tests.browsers import Browser, Clock
from tests.http.conftest import World

BRIEF = {"need": "Les statuts de ma start-up <b>", "good_hour": "Trois pistes"}


@pytest.fixture
def hour(world: World) -> str:
    return f"/book/{world.ids['Alice']}/20261216T0900Z"


def sign_in(client: Browser, database: Database, way: str) -> str:
    client.send("/sign-in", {"email": "charlie@example.org", "next": way})
    with database.reading() as db:
        row = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "sign_in_code")).one()
    return client.send("/sign-in/code", {"code": row.payload["code"], "next": way}).location


def test_a_brief_that_was_sent_signed_out_survives_the_mailed_code(
    client: Browser, database: Database, hour: str
) -> None:
    to_sign_in = client.send(hour, BRIEF)
    assert to_sign_in.location == f"/sign-in?next={hour.replace('/', '%2F')}"
    assert sign_in(client, database, hour) == hour
    page = client.get(hour).get_data(as_text=True)
    assert "Les statuts de ma start-up &lt;b&gt;" in page and "Trois pistes" in page


def test_it_survives_an_expired_cookie_too(client: Browser, database: Database, hour: str) -> None:
    """The form's token has gone with the cookie; nobody is signed in whom a foreign form could harm."""
    assert client.post(hour, data=BRIEF).status_code == 303
    sign_in(client, database, hour)
    assert "Les statuts" in client.get(hour).get_data(as_text=True)


def test_whichever_link_to_the_sign_in_one_takes_it_leads_back_to_the_form(client: Browser, hour: str) -> None:
    assert 'name="next" value=""' in client.get("/sign-in").get_data(as_text=True)
    client.send(hour, BRIEF)
    for link in ("/sign-in", "/sign-in?next="):
        assert f'name="next" value="{hour}"' in client.get(link).get_data(as_text=True)
    assert 'name="next" value="/me/profile"' in client.get("/sign-in?next=/me/profile").get_data(as_text=True)


def test_it_is_kept_for_an_hour_and_under_a_hash(client: Browser, database: Database, hour: str, clock: Clock) -> None:
    client.send(hour, BRIEF)
    with client.session_transaction() as cookie, database.reading() as db:
        draft = db.scalars(select(Draft)).one()
        kept = {name: [value] for name, value in BRIEF.items()}
        assert (draft.key_hash, draft.path, draft.fields) == (hashed(cookie["draft"]), hour, kept)
    sign_in(client, database, hour)
    clock.move(minutes=61)
    assert "Les statuts" not in client.get(hour).get_data(as_text=True)


def test_it_is_nobody_elses(app: Flask, client: Browser, database: Database, hour: str) -> None:
    client.send(hour, BRIEF)
    other = Browser(app)
    sign_in(other, database, hour)
    assert "Les statuts" not in other.get(hour).get_data(as_text=True)


def test_what_is_too_much_is_cut(client: Browser, database: Database, hour: str) -> None:
    client.send(hour, {"need": "x" * 50_000, **{f"field{number}": "y" for number in range(100)}})
    with database.reading() as db:
        fields = db.scalars(select(Draft)).one().fields
    assert fields == {"need": ["x" * 48_000]}


def test_more_values_than_any_form_has_are_cut(client: Browser, database: Database, hour: str) -> None:
    client.send(hour, {"start": ["18:00"] * 700})
    with database.reading() as db:
        assert db.scalars(select(Draft)).one().fields == {"start": ["18:00"] * 600}


def test_a_week_with_several_lines_a_day_survives_whole(client: Browser, database: Database, world: World) -> None:
    del world
    week = {"tzid": "Europe/Paris", "start-1": ["8:00", "18:00"], "end-1": ["10:00", "20:00"]}
    client.send("/me/availability", week)
    with database.reading() as db:
        assert db.scalars(select(Draft)).one().fields == {**week, "tzid": ["Europe/Paris"]}


def test_a_form_of_another_site_keeps_nothing(client: Browser, database: Database, hour: str) -> None:
    answer = client.post(hour, data=BRIEF, headers={"Sec-Fetch-Site": "cross-site"})
    with database.reading() as db:
        assert (answer.status_code, db.scalars(select(Draft)).all()) == (400, [])


def test_a_browser_has_one_draft_the_last(client: Browser, database: Database, hour: str) -> None:
    client.send(hour, {"need": "first"})
    client.send(hour, {"need": "second"})
    with database.reading() as db:
        assert db.scalars(select(Draft)).one().fields == {"need": ["second"]}


def test_drafts_count_against_the_address(app: Flask, database: Database, hour: str) -> None:
    statuses = [Browser(app).post(hour, data=BRIEF).status_code for _ in range(ADDRESS.most + 1)]
    assert statuses == [303] * ADDRESS.most + [429]
    with database.reading() as db:
        assert len(db.scalars(select(Draft)).all()) == ADDRESS.most
