"""Settings, terms and themes are read once per process and revision, and nobody goes by what is no longer so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from flashmeet.conduct.service.blocks import block
from flashmeet.core.database.engine import Database
from flashmeet.core.database.kept import kept_a_while
from flashmeet.core.settings.models import Setting
from flashmeet.core.settings.service import decide, network_settings
from flashmeet.people.queries import blocked_with, terms_version_in_force
from flashmeet.schedule.models import Opening
from flashmeet.themes.models import Theme, ThemeTerm
from flashmeet.themes.service import create_theme, find_theme, known_themes, theme_id_of
from tests import people
from tests.databases import statements_of
from tests.people import NOW, law, mentor
from tests.terms import announced


def _named(database: Database, name: str) -> None:
    with database.writing() as db:
        decide(db, "name", name)


def _name(database: Database) -> str:
    with database.reading() as db:
        return network_settings(db).name


def test_a_unit_of_work_reads_one_row_for_all_of_them(database: Database) -> None:
    _named(database, "Uni")
    with database.writing() as db:
        law(db)
        announced(db, in_force_at=NOW)
    with database.reading() as db:
        network_settings(db), theme_id_of(db, "droit"), terms_version_in_force(db, now=NOW)
    statements = statements_of(database)
    with database.reading() as db:
        network_settings(db), network_settings(db), theme_id_of(db, "droit"), terms_version_in_force(db, now=NOW)
    assert [each for each in statements if each.startswith("SELECT")] == [
        each for each in statements if "FROM revision" in each
    ]
    assert len([each for each in statements if "FROM revision" in each]) == 1


def test_what_was_decided_holds_from_the_next_unit_of_work_on_for_everybody(database: Database) -> None:
    _named(database, "Uni")
    assert _name(database) == "Uni"
    _named(database, "Haute école")
    assert _name(database) == "Haute école"


def test_who_decides_sees_it_before_it_is_committed_and_nobody_else_does(database: Database) -> None:
    _named(database, "Uni")
    assert _name(database) == "Uni"
    with database.new_writer() as db:
        decide(db, "name", "Haute école")
        assert network_settings(db).name == "Haute école"
        decide(db, "name", "Institut")
        assert network_settings(db).name == "Institut"
        assert _name(database) == "Uni"
        db.rollback()
        assert network_settings(db).name == "Uni"
    _named(database, "Académie")
    assert _name(database) == "Académie"


def test_a_savepoint_that_is_rolled_back_takes_what_was_read_in_it_along(db: Session) -> None:
    decide(db, "name", "Uni")
    assert network_settings(db).name == "Uni"
    with db.begin_nested() as savepoint:
        decide(db, "name", "Haute école")
        assert network_settings(db).name == "Haute école"
        savepoint.rollback()
    assert network_settings(db).name == "Uni"


def test_statements_count_as_changes_too(database: Database) -> None:
    _named(database, "Uni")
    with database.writing() as db:
        droit, impots = law(db), create_theme(db, names={"fr": "Impôts"})
        assert find_theme(db, "impots").id == impots.id
    with database.writing() as db:
        db.execute(update(ThemeTerm).where(ThemeTerm.theme_id == impots.id).values(theme_id=droit.id))
        assert find_theme(db, "impots").id == droit.id
        db.execute(update(Theme).where(Theme.id == impots.id).values(merged_into_id=droit.id, active=False))
        db.execute(delete(Setting))
    with database.reading() as db:
        assert theme_id_of(db, impots.id) == droit.id
        assert network_settings(db).name == "flashmeet"


def test_whom_a_member_is_hidden_from_is_asked_once_in_a_unit_that_reads_and_anew_in_one_that_writes(
    database: Database,
) -> None:
    with database.writing() as db:
        alice, bob = people.member(db, "Alice"), mentor(db, "Bob")
        assert blocked_with(db, bob.id) == set()
        block(db, alice, bob.id, cancel=False, now=NOW)
        assert blocked_with(db, bob.id) == {alice.id}
    statements = statements_of(database)
    with database.reading() as db:
        assert blocked_with(db, bob.id) == blocked_with(db, bob.id) == {alice.id}
        db.rollback()
        assert blocked_with(db, alice.id) == {bob.id}
    assert len([each for each in statements if "FROM member_block" in each]) == 2


def test_a_theme_shows_its_new_name_from_the_next_unit_of_work_on(database: Database) -> None:
    with database.writing() as db:
        law(db)
    with database.reading() as db:
        assert [each.name("fr") for each in known_themes(db)] == ["Droit"]
    with database.writing() as db:
        law(db).names = {"fr": "Le droit"}
    statements = statements_of(database)
    with database.reading() as db:
        assert [each.name("fr") for each in known_themes(db)] == ["Le droit"]
        known_themes(db)
    assert len([each for each in statements if "FROM theme" in each]) == 1


def _openings(db: Session, _now: datetime) -> int:
    return db.scalar(select(func.count()).select_from(Opening)) or 0


def _kept(db: Session) -> int:
    return kept_a_while(db, _openings, of=Opening, now=NOW, lasts=timedelta(minutes=1))


def test_a_savepoint_that_is_released_shows_nothing_to_others_and_the_commit_does(database: Database) -> None:
    with database.writing() as db:
        mentor(db)
    with database.new_writer() as writer:
        with writer.begin_nested():
            writer.execute(delete(Opening))
        with database.reading() as db:
            assert _kept(db) > 0
        assert _kept(writer) == 0
        writer.commit()
    with database.reading() as db:
        assert _kept(db) == 0


def test_a_count_that_began_before_a_write_is_not_kept_for_those_who_begin_after(database: Database) -> None:
    with database.writing() as db:
        mentor(db)
    with database.reading() as early:
        assert _openings(early, NOW) > 0
        with database.writing() as db:
            db.execute(delete(Opening))
        _kept(early)
        with database.reading() as late:
            assert _kept(late) == 0


def test_of_the_counts_that_keys_name_the_last_are_kept(database: Database) -> None:
    read = list[str]()

    def ask(db: Session, key: str) -> None:
        def look(_db: Session, _now: datetime) -> None:
            read.append(key)

        kept_a_while(db, look, of=Opening, key=key, now=NOW, lasts=timedelta(minutes=1), most=2)

    with database.reading() as db:
        for key in ("first", "second", "third", "third", "second", "first"):
            ask(db, key)
    assert read == ["first", "second", "third", "first"]


def test_while_one_reads_a_count_anew_others_go_by_the_one_before(database: Database) -> None:
    later, told = NOW + timedelta(minutes=2), list[str]()

    def ask(db: Session, at: datetime, look: Callable[[], str]) -> str:
        return kept_a_while(db, lambda _db, _now: look(), key="a count", now=at, lasts=timedelta(minutes=1))

    def count_anew() -> str:
        told.append(ask(db, later, lambda: "a second look"))
        return "new"

    with database.reading() as db:
        assert ask(db, NOW, lambda: "old") == "old"
        assert ask(db, later, count_anew) == "new"
        assert told == ["old"]
        assert ask(db, later, lambda: "a third look") == "new"


def test_a_count_that_failed_is_tried_again_soon(database: Database) -> None:
    later, lasts = NOW + timedelta(minutes=2), timedelta(minutes=1)

    def fail(_db: Session, _now: datetime) -> str:
        raise TimeoutError

    with database.reading() as db:
        kept_a_while(db, lambda _db, _now: "old", key="a count", now=NOW, lasts=lasts)
        with pytest.raises(TimeoutError):
            kept_a_while(db, fail, key="a count", now=later, lasts=lasts)
        soon = later + timedelta(seconds=6)
        assert kept_a_while(db, lambda _db, _now: "new", key="a count", now=soon, lasts=lasts) == "new"
