"""What three people say is learned; what one, two or a quarrel say is not."""

from __future__ import annotations

from flashmeet.core.text import SILENT
from flashmeet.themes.rules.learning import (
    A_THEME,
    AGREEING,
    LONGEST_LEARNED,
    MOST_WORDS,
    Choice,
    Lesson,
    lessons,
    telling_words,
    tidy_need,
)
from tests.loops import for_each

KNOWN = frozenset(telling_words("changer de nom pour ma boîte"))
BLASE = [
    Choice(1, 7, "changer de blase pour ma boîte"),
    Choice(2, 7, "quel blase pour mon projet ?"),
    Choice(3, 7, "BLASÉ"),
]


def test_a_new_word_leads_to_the_theme_once_three_people_chose_it() -> None:
    for few in range(AGREEING):
        assert lessons(BLASE[:few], KNOWN) == {}
    assert lessons(BLASE, KNOWN)[7].words == ("blase",)
    assert set(lessons(BLASE, KNOWN)[7].needs) == {each.need for each in BLASE}


def test_one_person_is_one_however_often_they_say_it() -> None:
    assert lessons([Choice(1, 7, f"blase {number}") for number in range(50)], KNOWN) == {}


def test_three_mistakes_among_many_who_know_better_teach_nothing_wrong() -> None:
    wrong = [Choice(number, 9, f"blase {number}") for number in range(10, 13)]
    assert 9 not in lessons([*wrong, *BLASE, *(Choice(each, 7, "blase") for each in range(20, 23))], KNOWN)
    assert lessons([*wrong, *BLASE], KNOWN) == {}


def test_a_word_that_the_themes_have_leads_nowhere_else_but_its_needs_are_examples() -> None:
    found = lessons([Choice(each, 7, f"nom {'abc'[each]}") for each in range(3)], KNOWN)
    assert found[7] == Lesson(words=(), needs=("nom a", "nom b", "nom c"))


@for_each("need", ["42 42", "du de la", "à ou", *sorted(SILENT)[:9]])
def test_numbers_and_small_words_tell_nothing(need: str) -> None:
    assert telling_words(need) == frozenset()


def test_the_order_of_equal_choices_does_not_matter_for_what_is_learned() -> None:
    assert lessons(BLASE[::-1], KNOWN)[7].words == lessons(BLASE, KNOWN)[7].words


def test_what_is_learned_of_a_theme_is_bounded_and_the_newest_needs_stay() -> None:
    many = [Choice(each, 7, f"blase {chr(97 + each % 26)}{each}") for each in range(3 * A_THEME)]
    assert lessons(many, KNOWN)[7].needs == tuple(each.need for each in many[:A_THEME])
    words = [f"mot{chr(97 + each % 26)}{chr(97 + each // 26)}" for each in range(2 * MOST_WORDS)]
    assert len(lessons([Choice(each, 7, " ".join(words)) for each in range(3)], KNOWN)[7].words) == MOST_WORDS


def test_stories_and_silence_are_not_kept() -> None:
    assert tidy_need("a" * LONGEST_LEARNED) and not tidy_need("a" * (LONGEST_LEARNED + 1))
    assert (tidy_need(" ?! "), tidy_need(" un \n stage ")) == ("", "un stage")
