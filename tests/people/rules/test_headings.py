"""Headings of a people's file are read as they are written: by people, by forms, by programs that export."""

from __future__ import annotations

import pytest

from flashmeet.people.rules import headings
from flashmeet.people.rules.headings import KNOWN, heading_key

ASKED = {
    "email": ("Quelle est votre adresse e-mail ?", "What is your email address?"),
    "first_name": ("Quel est votre prénom ?",),
    "roles": (
        "Vous êtes…",
        "Je m’inscris comme :",
        "I am a…",
        "Are you a mentor or a mentee?",
        "I want to be a",
        "You are",
    ),
    "themes": ("Sur quelles thématiques ?", "Sur quels sujets pouvez-vous aider ?", "On which topics can you help?"),
    "company": ("Dans quelle entreprise travaillez-vous ?", "Which company do you work for?"),
    "languages": ("Quelles langues parlez-vous ?", "What languages do you speak?"),
    "headline": ("Quel est votre métier ?", "What is your job title?"),
    "locale": ("Langue de contact", "Contact language"),
}


@pytest.mark.parametrize(("column", "question"), [(column, each) for column, all_ in ASKED.items() for each in all_])
def test_the_questions_of_a_form_are_headings(column: str, question: str) -> None:
    assert KNOWN.get(heading_key(question)) == column


@pytest.mark.parametrize("word", ["Vous", "Help", "You can", "Sur", "Contact"])
def test_words_that_say_nothing_are_no_column(word: str) -> None:
    assert heading_key(word) not in KNOWN


def test_no_name_of_one_column_is_read_as_another() -> None:
    meant = {name: column for column, names in headings._NAMES.items() for name in names.split("; ")}
    assert {name: KNOWN[heading_key(name)] for name in meant} == meant
