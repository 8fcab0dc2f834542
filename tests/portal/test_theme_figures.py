"""What members read of a theme's last twelve months is counted once a minute, not for each of them."""

from __future__ import annotations

from datetime import timedelta

from flashmeet.core.database.engine import Database
from flashmeet.portal.service.theme_figures import figures_of
from tests import people
from tests.databases import statements_of
from tests.people import NOW

COUNTED = ("session_answer", "mentoring_request", "booking")


def test_the_figures_of_a_theme_are_counted_again_after_a_minute(database: Database) -> None:
    with database.writing() as db:
        law = people.law(db).id
    statements = statements_of(database)
    counted = []
    for seconds in (0, 1, 59, 61):
        statements.clear()
        with database.reading() as db:
            found = figures_of(db, law, now=NOW + timedelta(seconds=seconds))
        counted.append(any(table in each for table in COUNTED for each in statements))
        assert (found.help.time.sayable, found.odds.asked, found.clearer) == (False, 0, None)
    assert counted == [True, False, False, True]
