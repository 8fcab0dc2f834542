"""The page of an announcement: seen and tried before it is sent."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.outreach.models import Campaign
from flashmeet.outreach.service.sending import send_campaigns
from tests import people
from tests.browsers import Browser
from tests.outreach.conftest import MINUTE, mails, newcomers
from tests.people import NOW

SignedIn = Callable[[Member | int], Browser]
NEW = "/admin/outreach/announcements/new"
FORM = {"never": "yes", "subject_fr": "La <soirée>", "text_fr": "Venez.\nhttps://example.org/soiree"}


@pytest.fixture
def administrator(database: Database) -> Member:
    with database.writing() as db:
        newcomers(db, 2)
        return people.member(db, "Odile", administrator=True, mentee=False, signed_in_at=NOW)


def test_it_is_seen_tried_and_sent_by_three_buttons(
    database: Database, administrator: Member, signed_in: SignedIn
) -> None:
    odile = signed_in(administrator)
    page = odile.send("/admin/outreach/announcements", {**FORM, "done": "look"}, page=NEW).get_data(as_text=True)
    assert "La &lt;soirée&gt;" in page
    assert "https://example.org/soiree" in page
    with database.reading() as db:
        assert (db.scalar(select(Campaign.id)), db.scalar(select(OutboxMessage.id))) == (None, None)
    assert odile.send("/admin/outreach/announcements", {**FORM, "done": "try"}, page=NEW).status_code == 200
    with database.reading() as db:
        assert mails(db, "announced") == [("Odile", 0)]
    where = odile.send("/admin/outreach/announcements", {**FORM, "done": "send"}, page=NEW).location
    with database.writing() as db:
        send_campaigns(db, now=NOW + MINUTE)
        assert mails(db, "announced") == [("Odile", 0), ("Nova0", 0), ("Nova1", 0)]
    assert odile.get(where).status_code == 200


def test_what_is_missing_is_said_beside_its_field_and_what_was_typed_stays(
    administrator: Member, signed_in: SignedIn
) -> None:
    typed = {"subject_fr": "", "text_fr": "Venez donc", "done": "send"}
    answer = signed_in(administrator).send("/admin/outreach/announcements", typed, page=NEW)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert 'id="field-subject_fr-problem"' in page
    assert "Venez donc" in page


def test_news_can_be_switched_off_on_ones_own_page(administrator: Member, signed_in: SignedIn) -> None:
    page = signed_in(administrator).get("/me/notifications").get_data(as_text=True)
    assert 'value="news"' in page
