"""Charter, privacy and legal notice: shipped to start from, written by the network, read as text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flashmeet.core.database.session import Database
from flashmeet.core.settings.entries import ACCESSIBILITY, CONFORMITY, CONTACT_MAIL, NAME
from flashmeet.core.settings.page_texts import PAGES
from flashmeet.core.settings.policies import Conformity
from flashmeet.core.settings.service import decide
from flashmeet.http.prose import prose
from flashmeet.i18n.catalogue import translations
from flashmeet.identity.models import Member
from flashmeet.people.service.terms import shipped
from flashmeet.programme.service.page_texts import shipped_text
from flashmeet.setup.service.legal_texts import blanks_left
from tests import people
from tests.browsers import Browser

SignedIn = Callable[[Member | int], Browser]


@pytest.fixture
def office(database: Database, signed_in: SignedIn) -> Browser:
    with database.writing() as db:
        odile = people.member(db, "Odile", administrator=True, locale="en")
    return signed_in(odile)


def test_the_texts_we_ship_say_the_same_in_both_languages() -> None:
    for name in PAGES:
        heads = {locale: text.count("## ") for locale, text in shipped_text(name).items()}
        assert set(heads) == {"fr", "en"}
        assert heads["fr"] == heads["en"] > 0
    assert [len(shipped(locale)[1]) for locale in ("fr", "en")] == [4, 4]
    assert "J’ai 18 ans ou plus." in shipped("fr")[1]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_the_networks_own_once_it_is_written(office: Browser, client: Browser, name: str) -> None:
    assert client.get(f"/{name}").status_code == 200
    start = office.get(f"/admin/texts/{name}").get_data(as_text=True)
    assert shipped_text(name)["fr"].splitlines()[0] in start
    office.send(f"/admin/texts/{name}", {"text_fr": "## Chez nous\n\n<b>Oui</b>", "text_en": "## At ours"})
    page = client.get(f"/{name}", headers={"Accept-Language": "fr"}).get_data(as_text=True)
    assert "<h2>Chez nous</h2>" in page and "&lt;b&gt;Oui" in page
    assert "Changed by Odile" in office.get(f"/admin/texts/{name}").get_data(as_text=True)
    office.send(f"/admin/texts/{name}", {"drop": "yes"})
    assert "Changed by" not in office.get(f"/admin/texts/{name}").get_data(as_text=True)
    assert "Chez nous" not in client.get(f"/{name}", headers={"Accept-Language": "fr"}).get_data(as_text=True)


def test_a_language_without_text_is_refused_and_what_was_typed_stays(office: Browser) -> None:
    answer = office.send("/admin/texts/charter", {"text_fr": "Bonjour", "text_en": " "})
    assert (answer.status_code, "Bonjour" in answer.get_data(as_text=True)) == (422, True)


def test_no_visitor_reads_a_text_with_gaps_to_fill(client: Browser) -> None:
    for name in PAGES:
        assert "[" not in client.get(f"/{name}").get_data(as_text=True).split("<main")[1].split("</main>")[0]


def test_an_unknown_page_is_not_there(office: Browser) -> None:
    assert office.get("/admin/texts/nothing").status_code == 404
    assert office.send("/admin/texts/nothing", {"text_fr": "x", "text_en": "x"}).status_code == 404


@pytest.mark.parametrize("state", ["none", "partial", "full"])
def test_every_page_and_the_declaration_say_the_state_of_conformity_as_the_law_words_it(
    database: Database, client: Browser, state: str
) -> None:
    with database.writing() as db:
        decide(db, ACCESSIBILITY.key, state)
    french = {"Accept-Language": "fr"}
    said = translations("fr").gettext(CONFORMITY[Conformity(state)])
    for path in ("/", "/help", "/accessibility"):
        page = client.get(path, headers=french).get_data(as_text=True)
        assert said in page.split("<footer")[1]
    assert page.count(said) == 2


def test_the_declaration_names_network_contact_and_the_ways_of_recourse(database: Database, client: Browser) -> None:
    with database.writing() as db:
        decide(db, NAME.key, "Réseau des anciens")
        decide(db, CONTACT_MAIL.key, "odile@example.org")
    page = client.get("/accessibility", headers={"Accept-Language": "fr"}).get_data(as_text=True)
    assert "Réseau des anciens s’engage à rendre son site internet accessible" in page and "odile@example.org" in page
    assert '<a href="https://formulaire.defenseurdesdroits.fr/">Défenseur des droits</a>' in page
    assert "Libre réponse 71120, 75342 Paris CEDEX 07" in page
    heads = [line for line in shipped_text("accessibility")["fr"].splitlines() if line.startswith("## ")]
    assert [head for head in heads if head[3:] not in page] == []


def test_blanks_of_the_declaration_are_named_as_those_of_the_other_texts(office: Browser, database: Database) -> None:
    office.send(
        "/admin/texts/accessibility",
        {"sure": "yes", **{f"text_{each}": text for each, text in shipped_text("accessibility").items()}},
    )
    with database.reading() as db:
        assert [each.page for each in blanks_left(db)] == ["accessibility"]
    assert "Accessibility declaration</a>: " in office.get("/admin").get_data(as_text=True)


def test_a_text_may_link_to_the_web_and_to_nothing_else() -> None:
    assert prose("Voir [ici](https://example.org/a?b=1&c=2).") == (
        '<p>Voir <a href="https://example.org/a?b=1&amp;c=2">ici</a>.</p>'
    )
    assert "<a" not in prose('[x](javascript:alert(1)) [y](https://e.org/" onclick="z)')
