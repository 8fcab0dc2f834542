"""A network of one language is asked for no other, and keeps what it has in others."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from flashmeet.core.database.session import Database
from flashmeet.core.settings.entries import WORD_MENTOR
from flashmeet.core.settings.models import PageText
from flashmeet.core.settings.service import decide, setting
from flashmeet.identity.models import Member
from flashmeet.setup.service.legal_texts import blanks_left
from flashmeet.themes.models import Theme
from tests import people
from tests.browsers import Browser
from tests.people import NOW

SignedIn = Callable[[Member | int], Browser]
OTHER = re.compile(r'<(?:input(?![^>]*type="hidden")|textarea)[^>]*name="(?:\w+_en)"')


@pytest.fixture
def odile(database: Database, signed_in: SignedIn) -> Browser:
    """Administers a French network."""
    with database.writing() as db:
        decide(db, "languages", "fr")
        people.law(db)
        odile = people.member(db, "Odile", administrator=True, mentee=False)
    return signed_in(odile)


def test_no_form_asks_for_it(database: Database, odile: Browser) -> None:
    with database.reading() as db:
        theme_id = db.scalars(select(Theme.id)).one()
    themes = ("/admin/themes", f"/admin/themes/{theme_id}")
    for path in (*themes, "/admin/texts/legal", "/admin/terms", "/admin/settings/word.mentor"):
        page = odile.get(path)
        assert (path, page.status_code, OTHER.findall(page.text)) == (path, 200, [])


def test_a_theme_needs_a_name_in_its_language_alone(database: Database, odile: Browser) -> None:
    answer = odile.send("/admin/themes", {"name_fr": "Jonglage"}, page="/admin/themes")
    assert answer.status_code == 303
    with database.reading() as db:
        assert db.scalars(select(Theme.names).where(Theme.slug == "jonglage")).one() == {"fr": "Jonglage"}
    assert odile.send("/admin/themes", {"name_fr": ""}, page="/admin/themes").status_code == 422


def test_what_a_theme_has_in_another_language_stays(database: Database, odile: Browser) -> None:
    with database.writing() as db:
        theme = people.law(db)
        theme.synonyms = {"fr": ["statuts"], "en": ["bylaws"]}
    form = {"name_fr": "Droit des affaires", "synonyms_fr": "bail"}
    assert odile.send(f"/admin/themes/{theme.id}", form, page="/admin/themes").status_code == 303
    with database.reading() as db:
        after = db.get_one(Theme, theme.id)
        assert (after.names, after.synonyms) == (
            {"fr": "Droit des affaires", "en": "Law"},
            {"fr": ["bail"], "en": ["bylaws"]},
        )


def test_texts_and_words_are_wanted_in_its_language_alone(database: Database, odile: Browser) -> None:
    assert odile.send("/admin/texts/legal", {"text_fr": "Nous"}, page="/admin/texts/legal").status_code == 303
    page = "/admin/settings/word.mentor"
    english = re.search('name="value_en" value="([^"]*)"', odile.get(page).text)
    assert english is not None
    form = {"value_fr": "parrain, parrains", "value_en": english[1]}
    assert odile.send(page, form, page=page).status_code == 303
    with database.reading() as db:
        assert db.get_one(PageText, "legal").texts == {"fr": "Nous"}
        assert setting(db, WORD_MENTOR)["fr"] == "parrain, parrains"


def test_a_text_with_blanks_is_published_only_once_that_is_confirmed(database: Database, odile: Browser) -> None:
    page, form = "/admin/texts/legal", {"text_fr": "Édité par [Nom de l’association], [adresse]."}
    answer = odile.send(page, form, page=page)
    assert "[Nom de l’association]" in answer.text and 'name="sure"' in answer.text
    with database.reading() as db:
        assert db.get(PageText, "legal") is None
    assert odile.send(page, {**form, "sure": "yes"}, page=page).status_code == 303
    with database.reading() as db:
        assert db.get_one(PageText, "legal").texts["fr"].startswith("Édité par [Nom")


def test_blanks_in_a_language_that_nobody_reads_keep_nothing_shut(database: Database, odile: Browser) -> None:
    with database.writing() as db:
        texts = {"fr": "Nous", "en": "Published by [Name]."}
        db.add(PageText(name="legal", texts=texts, changed_at=NOW, changed_by_id=None))
    with database.reading() as db:
        assert blanks_left(db) == []
    with database.writing() as db:
        decide(db, "languages", "fr,en")
    with database.reading() as db:
        assert [(each.page, each.first) for each in blanks_left(db)] == [("legal", "[Name]")]
    with database.writing() as db:
        decide(db, "languages", "fr")
        db.get_one(PageText, "legal").texts = {"en": "Published by [Name]."}
    with database.reading() as db:
        assert [each.page for each in blanks_left(db)] == ["legal"], "it is what is shown, for want of another"
