"""Sentences are whole, say which of two meanings they have, and write dates and figures as their reader does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tests.package import french, words
from tests.package.sentences import ROOT, catalogue, with_context

Found = TypeVar("Found")
FOR_PROGRAMS = "We could not read this time. Write it with Z"
"""What the API says to programs, which write times so."""


def each_template(look: Callable[[str], list[Found]], pattern: str = "*.*") -> dict[str, list[Found]]:
    paths = sorted((ROOT / "templates").rglob(pattern))
    return {str(path.relative_to(ROOT)): found for path in paths if (found := look(path.read_text()))}


def each_module(look: Callable[[str], list[Found]]) -> dict[str, list[Found]]:
    paths = sorted((ROOT / "flashmeet").rglob("*.py"))
    return {str(path.relative_to(ROOT)): found for path in paths if (found := look(path.read_text()))}


def test_no_sentence_is_glued_together() -> None:
    """Another language has another order; what is joined has no grammar."""
    assert each_template(words.glued_in_template, "*.html") == {}
    assert each_module(words.glued_in_code) == {}
    assert words.glued_in_template('{{ _("within") }} {{ hours }}') == ["within"]
    assert words.glued_in_template('{{ _("By joining you accept the") }} <a href="/">') and not words.glued_in_template(
        '{{ _("Saved.") }} <a href="/">'
    )
    assert words.glued_in_template('{{ _("usual answer") ~ " " ~ span }}')
    assert words.glued_in_code("x = f\"{y} {_('hours')}\"") == [1]
    assert words.glued_in_code('x = _("usual answer") + span') == [1] and not words.glued_in_code(
        'x = _("Saved.") + "\\n"'
    )


def test_a_word_of_two_meanings_says_which() -> None:
    alone = {message for message, context in with_context() if isinstance(message, str) and not context}
    assert {message for message in alone if message.lower() in words.TWO_MEANINGS} == set()


def test_no_date_is_shown_as_a_machine_writes_it() -> None:
    assert each_template(words.machine_dates) == {}
    said = {
        text for entry in catalogue("fr") if entry.id for text in (*french.texts(entry.id), *french.texts(entry.string))
    }
    about_programs = {
        text
        for entry in catalogue("fr")
        if str(entry.id).startswith(FOR_PROGRAMS)
        for text in french.texts(entry.string)
    }
    dates = {text for text in said if words.MACHINE_DATE.search(text) and not text.startswith(FOR_PROGRAMS)}
    assert dates <= about_programs
    assert words.machine_dates("<p>{{ at|machine }}</p>") and not words.machine_dates(
        '<time datetime="{{ at|machine }}">'
    )
    assert words.machine_dates("<p>{{ day.isoformat() }}</p>") and words.MACHINE_DATE.search("until 2026-12-10")


def test_figures_are_written_as_the_reader_writes_them() -> None:
    assert each_template(words.bare_figures) == {}
    assert words.bare_figures("<p>{{ people|length }}</p>") and not words.bare_figures(
        "<p>{{ people|length|number }}</p>"
    )
    assert words.bare_figures('{{ _("%(count)s more", count=rest|length) }}') == [1]


def test_code_gives_sentences_figures_and_dates_as_the_reader_writes_them_too() -> None:
    """Of the number that chooses between one and many, the sentence is told the figure by `num`."""
    assert each_module(words.bare_values) == {}
    assert words.bare_values('gettext("%(n)s of them", n=1, all=len(them))') == [1]
    assert words.bare_values('say("until %(day)s") % {"day": day.isoformat()}') == [1]
    assert words.bare_values('say("until %(day)s") % {"day": f"{day:%d.%m.}"}') == [1]
    assert not words.bare_values('say("until %(day)s") % {"day": day_of(day, locale)}')


def test_the_french_texts_of_templates_are_typeset_too() -> None:
    def look(text: str) -> list[str]:
        return [fault for line in text.splitlines() for fault in french.faults(line)]

    paths = sorted((ROOT / "templates").rglob("*.fr.txt"))
    assert paths and {path.name: found for path in paths if (found := look(Path(path).read_text()))} == {}


def test_a_figure_and_its_unit_stay_on_one_line() -> None:
    assert french.faults("de 22 h à 7 h") and french.faults("moins de %(hours)s h") and french.faults("80 %")
    assert not french.faults("de 22\u00a0h à 7\u202fh") and not french.faults("deux heures")
