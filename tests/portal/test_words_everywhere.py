"""What a network calls its people and its hours is said on every page; our own words are on none."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from flashmeet.core.database.session import Database
from flashmeet.core.settings.service import decide
from flashmeet.identity.models import Member
from tests.browsers import Browser
from tests.scene import stage

SignedIn = Callable[[Member | int], Browser]
THEIRS = {"mentor": "parrain, parrains", "mentee": "filleul·e, filleul·es", "meeting": "Heure utile, Heures utiles"}
MEMBERS = ("/", "/help", "/search?need=droit", "/me", "/me/profile", "/me/availability", "/me/leave", "/charter")
ADMINISTRATORS = ("", "/themes", "/members", "/joining", "/terms", "/settings", "/messages", "/texts")
OURS = re.compile(r"[^>]{0,30}(?<![\w/])(?:mentors?|mentoré·es?|Meet & Share)(?![\w·])[^<]{0,30}", re.IGNORECASE)


@pytest.fixture
def alice(database: Database, signed_in: SignedIn) -> Browser:
    """Mentors, and administers a network that has words of its own."""
    scene = stage(database)
    with database.writing() as db:
        for word, french in THEIRS.items():
            decide(db, f"word.{word}", {"fr": french, "en": "giver, givers"})
        db.get_one(Member, scene.alice.id).administrator = True
    return signed_in(scene.alice)


def test_no_page_says_our_words_where_the_network_has_its_own(alice: Browser) -> None:
    for path in (*MEMBERS, *(f"/admin{path}" for path in ADMINISTRATORS)):
        page = alice.get(path, headers={"Accept-Language": "fr"})
        words = re.sub(r"<[^>]+>", ">", page.get_data(as_text=True))
        assert (page.status_code, OURS.findall(words)) == (200, []), path


def test_the_terms_to_start_from_are_in_the_networks_words(alice: Browser) -> None:
    page = alice.get("/admin/terms").get_data(as_text=True)
    assert "Les parrains n’offrent que les heures" in page
    assert "Givers offer only the hours" in page
