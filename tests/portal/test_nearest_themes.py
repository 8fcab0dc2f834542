"""Whatever is typed, themes are offered with their hours; and where none is meant, the page says so."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.setup.service.starter_themes import every_starter, open_starters
from flashmeet.themes.service import create_theme
from tests.browsers import Browser
from tests.people import NOW
from tests.scene import stage

ENGLISH = {"Accept-Language": "en"}
SignedIn = Callable[[Member], Browser]
_CHIP = re.compile(r'<a class="part( part-chosen)?" href="/search\?[^"]*theme=([a-z-]+)[^"]*"[^>]*>')


def chips(page: str) -> list[tuple[str, bool]]:
    """Returns the slug of each theme offered, and whether it is the one shown."""
    start = page.index('class="nearest"')
    return [(slug, bool(chosen)) for chosen, slug in _CHIP.findall(page[start : page.index("</section>", start)])]


@pytest.fixture
def bob(database: Database) -> Member:
    """Bob, in a network with the eight starter themes, where only Alice, a lawyer, has hours."""
    scene = stage(database)
    with database.writing() as db:
        open_starters(db, every_starter(), by=scene.alice, now=NOW)
    return scene.bob


def test_three_themes_are_offered_and_the_hours_of_the_one_understood_are_shown(
    bob: Member, signed_in: SignedIn
) -> None:
    words = signed_in(bob).get("/search?need=is+this+clause+of+my+contract+legal%3F").text
    assert "We understood:" in words
    first, *others = chips(words)
    assert first == ("droit", True)
    assert [shown for _, shown in others] == [False, False]
    assert re.search(r'>Law<span class="part-count">\d+ hours<', words)
    assert '<span class="part-count">none this week<' in words
    assert "Which theme is missing" not in words


def test_a_theme_chosen_among_those_offered_stays_offered_beside_the_others(bob: Member, signed_in: SignedIn) -> None:
    need = "need=is+this+clause+of+my+contract+legal%3F"
    before = chips(signed_in(bob).get(f"/search?{need}").text)
    other = before[1][0]
    after = chips(signed_in(bob).get(f"/search?{need}&theme={other}").text)
    assert after == [(slug, slug == other) for slug, _ in before]


@pytest.mark.parametrize("need", ["azertyuiop+qsdf", "ma+tondeuse+ne+d%C3%A9marre+plus", "%F0%9F%99%82", "coucou"])
def test_what_no_theme_is_for_is_said_to_be_so_and_three_themes_an_ask_and_a_proposal_are_offered(
    bob: Member, signed_in: SignedIn, need: str
) -> None:
    words = signed_in(bob).get(f"/search?need={need}").text
    assert "No theme is quite about that. The nearest ones:" in words
    assert [shown for _, shown in chips(words)] == [False, False, False]
    assert f'href="/requests/new?need={need}"' in words
    assert 'href="#missed"' in words
    assert 'id="missed"' in words


def test_a_visitor_is_offered_the_same_themes_but_no_form(bob: Member, client: Browser) -> None:
    words = client.get("/search?need=blah+blah", headers=ENGLISH).text
    assert len(chips(words)) == 3
    assert "/requests/new" not in words


def test_nothing_typed_offers_no_chips(bob: Member, signed_in: SignedIn) -> None:
    assert 'class="nearest"' not in signed_in(bob).get("/search").text


def test_the_examples_of_the_first_page_are_the_networks_own_and_lead_to_their_themes(
    database: Database, signed_in: SignedIn
) -> None:
    scene = stage(database)
    with database.writing() as db:
        create_theme(db, names={"fr": "Apiculture", "en": "Beekeeping"})
        create_theme(
            db,
            names={"fr": "Musique", "en": "Music"},
            examples={"en": ["Where do beginners find a good piano teacher?"]},
        )
    browser = signed_in(scene.bob)
    home = browser.get("/").text
    examples = re.findall(r'href="(/search\?need=[^"]+)">([^<]+)</a>', home)
    assert [words for _, words in examples] == ["Law", "Beekeeping", "Where do beginners find a good piano teacher?"]
    for (address, _), slug in zip(examples, ["droit", "apiculture", "musique"], strict=True):
        assert chips(browser.get(address).text)[0] == (slug, True)
