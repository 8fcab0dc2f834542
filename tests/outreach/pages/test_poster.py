"""The poster and the paragraphs: words in both languages, the network's look, a code that leads to the door."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from pypdf import PdfReader

from flashmeet.core.database.session import Database
from flashmeet.core.settings.service import decide
from flashmeet.identity.models import Member
from flashmeet.outreach.adapters import poster_file
from flashmeet.outreach.rules.posters import Poster
from flashmeet.outreach.rules.segments import SegmentRole
from tests import people
from tests.browsers import Browser

SignedIn = Callable[[Member | int], Browser]


def sheet(**more: object) -> Poster:
    given = {"role": SegmentRole.EVERYBODY, "line": "", "logo": b"", "locale": "fr", **more}
    return Poster(network="Réseau", address="https://meet.example.org/", accent="#b0431a", **given)  # type: ignore[arg-type]  # each test gives one


def read(made: bytes) -> str:
    reader = PdfReader(io.BytesIO(made))
    (page,) = reader.pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
    return " ".join(page.extract_text().split())


@pytest.mark.parametrize("role", SegmentRole)
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_it_is_one_sheet_of_a4_with_name_line_and_address(role: SegmentRole, locale: str) -> None:
    words = read(poster_file(sheet(role=role, locale=locale, line="Le mardi, salle B")))
    for said in "Réseau", "Le mardi, salle B", "meet.example.org":
        assert said in words


def test_every_sign_of_it_is_in_its_font(caplog: pytest.LogCaptureFixture) -> None:
    poster_file(sheet(line="Quand\u202f? Chaque mardi\u202f; salle B"))
    assert [line.message for line in caplog.records if "missing" in line.message] == []


def test_the_same_poster_gives_the_same_bytes() -> None:
    assert poster_file(sheet()) == poster_file(sheet())


@pytest.fixture
def odile(database: Database) -> Member:
    with database.writing() as db:
        return people.member(db, "Odile", administrator=True, mentee=False)


def test_the_code_leads_to_the_form_for_joining_where_anybody_may_join(
    database: Database, odile: Member, signed_in: SignedIn
) -> None:
    browser = signed_in(odile)
    assert "localhost" in read(browser.get("/admin/outreach/poster.pdf").get_data())
    with database.writing() as db:
        decide(db, "joining", "approval")
    assert "localhost/welcome" in read(browser.get("/admin/outreach/poster.pdf?locale=en").get_data())
    page = browser.get("/admin/outreach/words").get_data(as_text=True)
    assert page.count("http://localhost/welcome") == 7  # six paragraphs and the sentence above


def test_a_line_that_is_too_long_is_refused_beside_its_field(odile: Member, signed_in: SignedIn) -> None:
    answer = signed_in(odile).get("/admin/outreach/poster.pdf", query_string={"own_line": "a" * 141})
    assert answer.status_code == 422
    assert "field-problem" in answer.get_data(as_text=True)
