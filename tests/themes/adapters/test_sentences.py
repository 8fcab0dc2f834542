"""Whole sentences are understood, for any theme that has a name; and what is about nothing is said to be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from flashmeet.core.text import fold
from flashmeet.themes.adapters.understanding import understanding
from flashmeet.themes.rules.no_theme import NO_THEME
from flashmeet.themes.rules.starter_set import STARTER
from flashmeet.themes.rules.understanding import ByWords, DescribedTheme, Understanding
from tests.loops import for_each
from tests.themes.needs.scores import (
    HALVES,
    Answer,
    answers,
    needs,
    of_kind,
    share,
    starter_themes,
    terms_of,
    with_theme,
)

HOUSING = DescribedTheme(
    id=41,
    names=("Immobilier", "Property"),
    synonyms=("logement", "achat immobilier", "notaire", "mortgage"),
    questions=(
        "Acheter ou louer quand on commence sa carrière ?",
        "Que vérifier lors d’une visite d’appartement ?",
        "How much can I borrow to buy a flat?",
    ),
)
CLUBS = DescribedTheme(
    id=42,
    names=("Vie associative", "Clubs and volunteering"),
    synonyms=("association", "bénévolat", "volunteering"),
    questions=(
        "Comment trouver des bénévoles pour notre association ?",
        "Je prends la présidence d’un club : par où commencer ?",
        "How do we organise an event with volunteers?",
    ),
)
BARE = DescribedTheme(id=43, names=("Journalisme",))


@pytest.fixture(scope="module")
def by() -> Understanding:
    return understanding()


def test_the_tuning_half_is_recognised_as_well_as_it_was_tuned(by: Understanding) -> None:
    found = answers(needs("tuning"), by)
    themed = with_theme(found)
    assert share(themed, lambda each: each.is_first) >= 0.82
    assert share(themed, lambda each: each.is_shown) >= 0.97
    assert share(themed, lambda each: each.is_lost) <= 0.03
    assert share(of_kind(found, "nonsense"), lambda each: not each.found.sure) >= 0.9
    assert share(of_kind(found, "outside", "empty"), lambda each: not each.found.sure) >= 0.9


def test_needs_that_were_written_later_fare_nearly_as_well(by: Understanding) -> None:
    found = answers(needs("later"), by)
    themed = with_theme(found)
    assert share(themed, lambda each: each.is_first) >= 0.75
    assert share(themed, lambda each: each.is_shown) >= 0.95
    assert share(of_kind(found, "nonsense", "outside", "empty"), lambda each: not each.found.sure) >= 0.9


def test_who_tries_the_box_is_taken_for_no_theme(by: Understanding) -> None:
    themes = starter_themes()
    for typed in ("test", "Test", "tester", "testing", "essai", "just testing", "ceci est un test"):
        assert not by.recognise(typed, themes, terms_of(themes)).sure, typed


@pytest.mark.parametrize("questions", [0, 4])
def test_of_themes_with_few_questions_their_own_words_tell(by: Understanding, questions: int) -> None:
    """A network's own themes, or those of a member file."""
    bare = tuple(replace(theme, questions=theme.questions[:questions]) for theme in starter_themes())
    found = [Answer(need, by.recognise(need.text, bare, terms_of(bare))) for need in needs("tuning")]
    assert share(with_theme(found), lambda each: each.is_first) > 0.5
    assert share(of_kind(found, "nonsense", "empty", "outside"), lambda each: not each.found.sure) > 0.95


def test_sentences_are_understood_better_than_words(by: Understanding) -> None:
    some = needs("tuning")
    both = [share(with_theme(answers(some, each)), lambda answer: answer.is_shown) for each in (by, ByWords())]
    assert both[0] > both[1] + 0.2


def test_every_example_question_of_the_starter_set_finds_its_own_theme(by: Understanding) -> None:
    themes = starter_themes()
    terms = terms_of(themes)
    asked = [(theme.id, question) for theme in themes for question in theme.questions]
    found = [by.recognise(question, themes, terms).theme_id == theme_id for theme_id, question in asked]
    assert found == [True] * len(asked)


@for_each(
    ("need", "theme"),
    [
        ("faut il acheter un studio à Lyon avec un crédit sur vingt ans", HOUSING),
        ("la visite d’un appart, les pièges à éviter", HOUSING),
        ("is now a good time to buy a house?", HOUSING),
        ("plus personne ne vient aux réunions du club, comment relancer les bénévoles", CLUBS),
        ("we need volunteers to help at our fair", CLUBS),
        ("devenir reporter dans un journal", BARE),
    ],
)
def test_a_theme_that_an_administrator_adds_is_understood_too(need: str, theme: DescribedTheme) -> None:
    themes = (*starter_themes(), HOUSING, CLUBS, BARE)
    found = understanding().recognise(need, themes, terms_of(themes))
    assert found.theme_ids[0] == theme.id


def test_a_need_that_a_member_asked_before_leads_where_it_led(by: Understanding) -> None:
    themes, need = starter_themes(), "je cherche un parrain pour la loge des anciens"
    terms = terms_of(themes)
    learned = tuple(
        DescribedTheme(
            id=t.id, names=t.names, synonyms=t.synonyms, questions=t.questions, learned=(need,) * (t.id == 5)
        )
        for t in themes
    )
    assert by.recognise(need, learned, terms).theme_ids[0] == 5 != by.recognise(need, themes, terms).theme_ids[0]


def test_a_synonym_as_it_stands_leads_to_its_theme(by: Understanding) -> None:
    themes = starter_themes()
    terms = terms_of(themes)
    for theme in themes:
        for word in theme.synonyms:
            assert by.recognise(word.upper(), themes, terms).theme_id == terms[fold(word)]


@for_each("need", ["", "   ", "?!", "\u200b", "🙂"])
def test_nothing_said_is_about_nothing(need: str) -> None:
    themes = starter_themes()
    assert not understanding().recognise(need, themes, terms_of(themes)).sure


def test_three_themes_are_offered_whatever_is_typed(by: Understanding) -> None:
    themes = starter_themes()
    for need in ("", "azeaze", "mon chat a faim", "un stage"):
        assert len(by.recognise(need, themes, terms_of(themes)).theme_ids) == 3
    assert by.recognise("un stage", (), {}).theme_ids == ()


def test_the_same_need_has_the_same_answer_in_another_order(by: Understanding) -> None:
    themes = starter_themes()
    some = needs("tuning")[:40]
    first = [by.recognise(need.text, themes, terms_of(themes)) for need in some]
    again = [by.recognise(need.text, themes, terms_of(themes)) for need in reversed(some)]
    assert first == again[::-1]


def test_what_somebody_has_done_is_near_to_a_need_that_it_helps_with(by: Understanding) -> None:
    lines = ["J’ai recruté trente ingénieurs", "I moved to Canada with my family", ""]
    near = by.nearness("comment embaucher des développeurs ?", lines)
    assert near[0] > near[1] > near[2] == 0.0
    abroad = by.nearness("expatriation à Montréal", lines)
    assert abroad[1] > abroad[0]
    assert (by.nearness("", lines), by.nearness("texte", [])) == ([0.0] * 3, [])
    assert by.nearness(lines[0], lines[:1])[0] == pytest.approx(1.0, abs=0.01)
    assert ByWords().nearness(lines[0], lines) == [0.0] * 3


def test_no_need_of_the_set_was_copied_into_what_the_themes_say() -> None:
    said = {fold(text) for theme in STARTER for texts in theme.examples.values() for text in texts}
    said |= {fold(text) for text in NO_THEME}
    asked = {fold(need.text) for some in (*HALVES, "later") for need in needs(some)} - {""}
    assert said & asked == set()


def test_a_sentence_has_the_same_vector_where_the_model_is_kept_small(tmp_path: Path) -> None:
    from flashmeet.themes.adapters.packed_numbers import PackedNumbers  # only where the extra is installed
    from flashmeet.themes.adapters.rows_on_disk import RowsOnDisk
    from flashmeet.themes.adapters.sentences import BySentences

    said = ["relire mes statuts avant le dépôt", "une levée de fonds", "zzz", "Should I accept this offer?"]
    in_memory, on_disk = BySentences(), BySentences()
    on_disk.prepare(tmp_path)
    assert list(tmp_path.iterdir()) == []
    model = on_disk._model
    assert (type(model._model.table), type(model._tokenizer._prefixes)) == (RowsOnDisk, PackedNumbers)
    assert on_disk.nearness(said[0], said) == in_memory.nearness(said[0], said)


def test_where_there_is_no_room_for_the_file_the_table_stays_in_memory(tmp_path: Path) -> None:
    from flashmeet.themes.adapters.sentences import BySentences  # only where the extra is installed

    full = BySentences()
    full.prepare(tmp_path / "is not there")
    assert full.nearness("mes statuts", ["relire des statuts"])[0] > 0
