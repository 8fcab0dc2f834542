"""A database that stands still, or takes no writes, counts as away; nobody waits for it without end."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from flashmeet.app import create_app
from flashmeet.core.config import Config
from flashmeet.core.database.connection import Connection
from flashmeet.core.database.engine import ANSWER_SECONDS, LOCK_TIMEOUT_MS
from flashmeet.core.database.engine import Database as Opened
from flashmeet.core.database.session import Database, is_away
from flashmeet.http.services import services_of

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def test_a_statement_that_is_not_answered_in_time_is_given_up_and_the_next_one_is_asked(database: Database) -> None:
    patient = Opened(database.engine.url.render_as_string(hide_password=False), answers_within=0.2)
    with pytest.raises(OperationalError) as raised, patient.writing() as db:
        db.execute(text("SELECT pg_sleep(30)"))
    assert is_away(raised.value)
    with patient.reading() as db:
        assert db.scalar(text("SELECT 1")) == 1
    patient.dispose()


def test_a_page_waits_for_an_answer_longer_than_for_a_lock_and_not_for_ever(config: Config) -> None:
    engine = services_of(create_app(config)).database.engine
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
    assert isinstance(driver, Connection) and driver.answers_within == ANSWER_SECONDS > LOCK_TIMEOUT_MS / 1000
    engine.dispose()


def test_a_database_that_was_made_read_only_is_away(database: Database) -> None:
    with pytest.raises(DBAPIError) as raised, database.writing() as db:
        db.execute(text("SET TRANSACTION READ ONLY"))
        db.execute(text("UPDATE outbox SET reason = ''"))
    assert is_away(raised.value)
