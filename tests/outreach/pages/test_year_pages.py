"""The year's page, and the page behind a question's link: one button, no sign-in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.outreach.models import CampaignPerson
from flashmeet.outreach.service.sending import send_campaigns
from tests import people
from tests.browsers import Browser
from tests.outreach.conftest import MINUTE
from tests.people import NOW

SignedIn = Callable[[Member | int], Browser]
YEAR = "/admin/outreach/year"


@pytest.fixture
def alice(database: Database) -> Member:
    with database.writing() as db:
        alice = people.mentor(db, "Alice", rules=())
        alice.created_at = NOW - timedelta(days=400)
        return alice


@pytest.fixture
def odile(database: Database, signed_in: SignedIn) -> Browser:
    """The administrator's browser."""
    with database.writing() as db:
        odile = people.member(db, "Odile", administrator=True, mentee=False, signed_in_at=NOW)
    return signed_in(odile)


def link_of(database: Database, links: Links) -> str:
    with database.reading() as db:
        person = db.scalars(select(CampaignPerson)).one()
        return links.year(person.id, person.member_id).removeprefix("http://localhost")


def test_asked_by_one_button_and_answered_by_one_without_signing_in(
    database: Database, links: Links, alice: Member, odile: Browser, client: Browser
) -> None:
    assert "Alice Exemple" not in odile.get(YEAR).get_data(as_text=True)
    assert odile.send(YEAR, {"kind": "renewal"}, page=YEAR).status_code == 303
    with database.writing() as db:
        assert send_campaigns(db, now=NOW + MINUTE) == 1
    way = link_of(database, links)
    page = client.get(way).get_data(as_text=True)
    assert [page.count(f'value="{answer}"') for answer in ("yes", "fewer", "pause", "back")] == [1, 1, 1, 0]
    assert client.send(way, {"answer": "pause"}, page=way).location == way
    with database.reading() as db:
        assert db.get_one(Member, alice.id).paused(NOW)
    assert "<strong>1</strong>" in odile.get(YEAR).get_data(as_text=True)
    again = odile.send(YEAR, {"kind": "renewal"}, page=YEAR)
    assert again.status_code >= 400  # nobody is left to ask


def test_only_looking_answers_nothing_and_an_unknown_answer_is_refused(
    database: Database, links: Links, alice: Member, odile: Browser, client: Browser
) -> None:
    odile.send(YEAR, {"kind": "renewal"}, page=YEAR)
    with database.writing() as db:
        send_campaigns(db, now=NOW + MINUTE)
    way = link_of(database, links)
    client.get(way)
    assert client.send(way, {"answer": "back"}, page=way).status_code == 422
    with database.reading() as db:
        assert db.scalars(select(CampaignPerson.answer)).one() is None


def test_leavers_are_listed_before_they_are_archived(database: Database, odile: Browser) -> None:
    with database.writing() as db:
        away = people.member(db, "Away", signed_in_at=NOW - timedelta(days=1_200))
        away.created_at = NOW - timedelta(days=2_000)
    assert "Away Exemple" in odile.get(f"{YEAR}?years=3").get_data(as_text=True)
    assert "Away Exemple" not in odile.get(f"{YEAR}?years=4").get_data(as_text=True)
