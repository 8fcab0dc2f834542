"""What people type finds the theme they mean, in both languages (F2)."""

from __future__ import annotations

import pytest

from flashmeet.core.text import fold, stem, stems
from flashmeet.themes.rules.recognition import crowding, recognise, slugify, tidy_synonyms
from flashmeet.themes.rules.starter_set import STARTER
from tests.loops import for_each

TERMS = {
    fold(word): number
    for number, theme in enumerate(STARTER)
    for word in (*theme.names.values(), *(each for some in theme.synonyms.values() for each in some))
}


def name_of(need: str) -> str | None:
    found = recognise(need, TERMS)
    return None if found is None else STARTER[found].names["en"]


@for_each(
    ("need", "theme"),
    [
        ("statuts de ma start-up", "Law"),
        ("STATUTS sas", "Law"),
        ("company bylaws", "Law"),
        ("Relire mes contrats avant de signer", "Law"),
        ("J’ai besoin de conseils juridiques sur la création de mes statuts", "Law"),
        ("Préparer des entretiens d’embauches", "First job"),
        ("negotiating my salary", "First job"),
        ("Une RECONVERSION à 40 ans", "Changing careers"),
        ("partir a l etranger", "Working abroad"),
        ("Relocating to Montréal", "Working abroad"),
        ("recrutements dans mon équipe", "Leading a team"),
        ("co-founders", "Starting a company"),
        ("Lever des fonds auprès d’investisseurs", "Funding and figures"),
        ("doctorants et thèses", "Studies and research"),
        ("la pluie et le beau temps", None),
        ("", None),
    ],
)
def test_a_need_finds_its_theme_by_synonyms_stems_and_accents(need: str, theme: str | None) -> None:
    assert name_of(need) == theme


def test_the_starter_set_speaks_both_languages_and_is_small() -> None:
    assert len(STARTER) == 8
    for theme in STARTER:
        assert set(theme.names) == set(theme.synonyms) == set(theme.examples) == {"fr", "en"}
        assert all(len(some) >= 8 for some in theme.synonyms.values())
        assert all(20 <= len(some) == len(set(some)) for some in theme.examples.values())
    slugs = [slugify(name) for theme in STARTER for name in theme.names.values()]
    assert len(set(slugs)) == len(slugs)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("recruter", "recrutements"),
        ("company", "companies"),
        ("fiscal", "fiscaux"),
        ("financer", "financements"),
        ("avocat", "avocates"),
        ("manager", "managing"),
        ("these", "theses"),
        ("tax", "taxes"),
        ("associe", "associes"),
        ("investisseur", "investisseuses"),
    ],
)
def test_forms_of_one_word_meet(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("sas", "sa"), ("vie", "vi"), ("stage", "stagner"), ("cours", "courir")])
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_words_that_say_nothing_are_left_out_unless_there_is_nothing_else() -> None:
    assert stems("les statuts de ma societe") == ("statut", "societ")
    assert stems("de la") == ("de", "la")


def test_the_answer_does_not_hang_on_the_order_of_the_terms() -> None:
    terms = {"contrat": 2, "contrats": 1, "bail": 3}
    backwards = dict(reversed(list(terms.items())))
    assert recognise("contrat ou statuts", terms) == recognise("contrat ou statuts", backwards) == 1


def test_the_ninth_theme_warns_and_the_thirteenth_asks_again() -> None:
    assert [crowding(active) for active in (0, 7, 8, 11, 12, 30)] == ["", "", "many", "many", "very_many", "very_many"]


def test_synonyms_stand_once_as_they_were_typed_first() -> None:
    assert tidy_synonyms([" V.I.E. ", "v.i.e", "", "Thèse", "these", "!"]) == ["V.I.E.", "Thèse"]
