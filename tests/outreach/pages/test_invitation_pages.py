"""The pages of invitations: what is said before, the start, the follow-up, and the stop."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.core.settings.service import decide
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.kinds import Category
from flashmeet.outreach.models import Campaign
from flashmeet.outreach.service.sending import send_campaigns
from tests import people
from tests.browsers import Browser, Clock
from tests.outreach.conftest import DAY, MINUTE, mails, newcomers
from tests.people import NOW

SignedIn = Callable[[Member | int], Browser]
FORM = {"never": "yes", "opening": "school", "note_fr": "Venez <b>vite</b>.", "note_en": ""}


@pytest.fixture
def administrator(database: Database) -> Member:
    with database.writing() as db:
        return people.member(db, "Odile", administrator=True, mentee=False, signed_in_at=NOW)


@pytest.fixture
def imported(database: Database) -> list[int]:
    with database.writing() as db:
        decide(db, "contact_mail", "ecole@example.org")
        people.mentor(db, "Alice", rules=())
        return [each.id for each in newcomers(db, 3)]


def text(answer: object) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))  # type: ignore[attr-defined]


def test_whom_it_reaches_when_and_how_it_reads_is_said_before_and_nothing_is_written(
    database: Database, administrator: Member, imported: list[int], signed_in: SignedIn
) -> None:
    page = text(signed_in(administrator).get("/admin/outreach/new", query_string=FORM))
    assert page.count('class="letter"') == 4  # a mentor and a mentee, in French and English
    assert page.count("Venez &lt;b&gt;vite&lt;/b&gt;.") >= 2
    assert administrator.email in page
    assert "ecole@example.org" in page
    with database.reading() as db:
        assert db.scalar(select(Campaign.id)) is None


def test_the_list_of_members_leads_here_with_its_filter(
    administrator: Member, imported: list[int], signed_in: SignedIn
) -> None:
    page = text(signed_in(administrator).get("/admin/outreach/new?role=mentor&theme=droit&from=&to=2030"))
    assert '<option value="mentor" selected>' in page
    assert '<option value="droit" selected>' in page
    assert page.count('class="letter"') == 0  # her year is not known


def test_started_twice_everybody_is_invited_once_and_the_page_follows_them(
    database: Database, administrator: Member, imported: list[int], signed_in: SignedIn, clock: Clock
) -> None:
    odile = signed_in(administrator)
    page = "/admin/outreach/new?never=yes"
    first = odile.send("/admin/outreach", FORM, page=page).location
    assert first.startswith("/admin/outreach/")
    assert odile.send("/admin/outreach", FORM, page=page).status_code == 303
    for minute in range(1, 4):
        with database.writing() as db:
            send_campaigns(db, now=NOW + minute * MINUTE)
    with database.writing() as db:
        assert sorted(mails(db)) == [("Alice", 0), ("Nova0", 0), ("Nova1", 0), ("Nova2", 0)]
        db.execute(update(Member).where(Member.id == imported[0]).values(signed_in_at=NOW + DAY))
    clock.move(days=2)
    page = text(odile.get(first))
    assert re.search(r"<strong>1</strong> <a [^>]*state=came", page)
    assert re.search(r"<strong>3</strong> <a [^>]*state=written", page)
    came = text(odile.get(f"{first}?state=came"))
    assert "Nova0 Exemple" in came
    assert "Nova1 Exemple" not in came
    assert odile.send(f"{first}/change", {"act": "end"}, page=first).location == first


def test_a_trial_goes_to_the_administrator_alone(
    database: Database, administrator: Member, imported: list[int], signed_in: SignedIn
) -> None:
    odile = signed_in(administrator)
    answer = odile.send("/admin/outreach/try", FORM, page="/admin/outreach/new?never=yes")
    assert answer.location.startswith("/admin/outreach/new?never=yes&opening=school")
    with database.reading() as db:
        rows = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "invited").order_by(OutboxMessage.id)).all()
        assert [(row.recipient_id, row.payload["role"]) for row in rows] == [
            (administrator.id, "mentor"),
            (administrator.id, "mentee"),
        ]


def test_the_people_of_a_state_can_be_downloaded(
    database: Database, administrator: Member, imported: list[int], signed_in: SignedIn
) -> None:
    odile = signed_in(administrator)
    where = odile.send("/admin/outreach", FORM, page="/admin/outreach/new?never=yes").location
    with database.writing() as db:
        send_campaigns(db, now=NOW + MINUTE)
    lines = odile.get(f"{where}/people.csv?state=written").get_data(as_text=True).splitlines()
    assert len(lines) == 1 + 4
    assert lines[1].split(",")[:2] == ["Alice Exemple", "alice@example.org"]
    assert len(odile.get(f"{where}/people.csv?state=came").get_data(as_text=True).splitlines()) == 1


def test_anyone_stops_with_one_button_and_no_sign_in(
    database: Database, imported: list[int], client: Browser, links: Links
) -> None:
    token = links.mail_off_token(imported[0], Category.NEWS)
    assert client.get(f"/mail-off/{token}").status_code == 200
    assert client.post(f"/mail-off/{token}", data={"List-Unsubscribe": "One-Click"}).status_code == 200
    with database.writing() as db:
        by = people.member(db, "Paul", administrator=True, mentee=False, signed_in_at=NOW)
        from tests.outreach.conftest import invite

        invite(db, by)
        send_campaigns(db, now=NOW + MINUTE)
        assert "Nova0" not in {name for name, _ in mails(db)}
