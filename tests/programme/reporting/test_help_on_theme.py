"""Members read on a theme's page how soon help came, where that tells of nobody in particular."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from flashmeet.core.database.session import Database
from flashmeet.i18n.times import within
from flashmeet.identity.models import Member
from flashmeet.programme.rules.time_to_help import FEW
from flashmeet.programme.service.time_to_help import help_on_theme
from flashmeet.themes.service import create_theme
from tests import people
from tests.browsers import Browser
from tests.databases import statements_of
from tests.people import law
from tests.programme.reporting.conftest import held

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def helped(db: Session, count: int, *, hours_each: int = 1) -> None:
    """Camille's friends were helped within one, two, … days, by Alice."""
    alice = people.member(db, "Alice", mentor=True)
    for number in range(count):
        mentee = people.member(db, f"M{number}")
        for each in range(hours_each):
            at = people.NOW - (number * hours_each + each + 1) * DAY
            held(db, alice, mentee, at, created_at=at - (number + 1) * DAY)


@pytest.mark.parametrize(("mentees", "hours_each", "said"), [(FEW - 1, 3, False), (FEW, 1, True)])
def test_a_figure_is_told_of_five_people_not_of_five_hours(
    db: Session, mentees: int, hours_each: int, said: bool
) -> None:
    helped(db, mentees, hours_each=hours_each)
    found = help_on_theme(db, law(db).id, now=people.NOW).time
    assert (found.n, found.people, found.sayable) == (mentees * hours_each, mentees, said)


def test_another_theme_has_figures_of_its_own(db: Session) -> None:
    helped(db, FEW)
    tax = create_theme(db, names={"fr": "Impôts", "en": "Taxes"}, synonyms=[])
    assert help_on_theme(db, tax.id, now=people.NOW).time.n == 0


def test_the_page_says_it_in_the_member_s_language_and_a_process_counts_once_an_hour(
    database: Database, signed_in: Callable[[Member | int], Browser]
) -> None:
    with database.writing() as db:
        helped(db, 10)
        readers = [people.member(db, name, locale=name.lower()).id for name in ("Fr", "En")]
    french, english = (signed_in(each) for each in readers)
    said = "In the past year, half of the 10 hours took place within 5 days of the need, and 9 in 10 within 9 days."
    assert said in english.get("/search?theme=droit").text
    assert "sur 10 heures, l’aide est arrivée en 5" in french.get("/search?theme=droit").text
    statements = statements_of(database)
    assert said in english.get("/search?theme=droit").text
    assert [each for each in statements if "row_number" in each] == []


@pytest.mark.parametrize(
    ("time", "words"),
    [(20 * 60, "1 hour"), (3_700, "2 hours"), (48 * 3600, "48 hours"), (49 * 3600, "3 days"), (72 * 3600, "3 days")],
)
def test_what_came_within_a_time_came_within_the_time_that_is_said(time: int, words: str) -> None:
    assert within(timedelta(seconds=time), "en") == words
