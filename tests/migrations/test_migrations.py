"""The migrations make the schema that the models describe, keep what is there, and may be started twice."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError

from flashmeet.core.database import migrate, schema
from flashmeet.core.database.engine import Database
from flashmeet.core.files import folder
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.models import Base
from flashmeet.seed.themes import seed_themes
from tests import people
from tests.databases import fresh_database
from tests.migrations.rows import fill_every_table, rows_by_table
from tests.migrations.shapes import shape


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables."""
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path / 'bare.sqlite3'}")
        yield made
        made.dispose()
        return
    server: str = request.getfixturevalue("postgres_url")
    with fresh_database(server.replace("postgresql+psycopg://", "postgresql://")) as url:
        made = Database(url)
        yield made
        made.dispose()


@pytest.fixture
def next_scripts(tmp_path: Path) -> Path:
    """A copy of the migrations, to which a test adds one."""
    copy = tmp_path / "migrations"
    shutil.copytree(folder("migrations"), copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def add_migration(scripts: Path, body: str) -> None:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    (scripts / "versions" / "9999_next.py").write_text(
        '"""Next"""\nimport sqlalchemy as sa\nfrom alembic import op\n'
        f'revision = "9999"\ndown_revision = "{schema.head()}"\nbranch_labels = None\ndepends_on = None\n'
        f"def upgrade() -> None:\n{lines}\n"
    )


def test_the_name_of_each_file_begins_with_its_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(folder("migrations")))
    scripts = ScriptDirectory.from_config(config)
    assert (schema.head(), schema.revisions()) == (
        scripts.get_current_head(),
        tuple(reversed([each.revision for each in scripts.walk_revisions()])),
    )


def fill(database: Database) -> None:
    """Alice mentors in two of twelve themes."""
    with database.writing() as db:
        themes = seed_themes(db)
        alice = people.member(db, "Alice", mentor=True)
        alice.offers = [MentorTheme(theme_id=themes[key], proof=key) for key in ("law", "tax")]


def offers(database: Database) -> int:
    with database.reading() as db:
        return db.scalar(select(func.count()).select_from(MentorTheme)) or 0


@pytest.fixture
def from_models(bare: Database, sqlite_template: Path, postgres_url: str) -> Iterator[Database]:
    """A database of the same kind whose tables were made from the models."""
    made = Database(f"sqlite:///{sqlite_template}" if bare.engine.dialect.name == "sqlite" else postgres_url)
    yield made
    made.dispose()


def test_the_migrations_make_what_the_models_describe(bare: Database, from_models: Database) -> None:
    migrate.upgrade(bare)
    assert shape(bare.engine) == shape(from_models.engine)
    with bare.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_an_upgrade_says_where_it_is_and_a_second_one_changes_nothing(bare: Database) -> None:
    assert (schema.current(bare), schema.at_head(bare), schema.is_behind(bare)) == (None, False, True)
    migrate.upgrade(bare)
    fill(bare)
    before = shape(bare.engine)
    migrate.upgrade(bare)
    assert (shape(bare.engine), schema.at_head(bare), schema.is_behind(bare)) == (before, True, False)
    assert offers(bare) == 2


def test_upgrades_that_are_started_at_once_do_it_once(bare: Database) -> None:
    failed: list[Exception] = []

    def upgrade() -> None:
        mine = Database(bare.engine.url.render_as_string(hide_password=False))
        try:
            migrate.upgrade(mine)
        except Exception as error:  # whatever it is, the test shows it
            failed.append(error)
        finally:
            mine.dispose()

    threads = [threading.Thread(target=upgrade) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert schema.at_head(bare)


def test_a_filled_database_keeps_child_rows_when_their_table_is_made_anew(bare: Database, next_scripts: Path) -> None:
    """A batch operation on SQLite drops the old table, and with it, through ON DELETE CASCADE, its children."""
    migrate.upgrade(bare)
    fill(bare)
    add_migration(
        next_scripts,
        'anew = "always" if op.get_bind().dialect.name == "sqlite" else "auto"\n'
        'with op.batch_alter_table("theme", recreate=anew) as b:\n'
        '    b.add_column(sa.Column("colour", sa.String(), nullable=True))\n'
        'with op.batch_alter_table("member") as b:\n'
        '    b.alter_column("headline", type_=sa.Text())',
    )
    migrate.upgrade(bare, scripts=next_scripts)
    with bare.reading() as db:
        assert db.execute(text("SELECT count(*) FROM theme WHERE colour IS NULL")).scalar() == 12
        assert db.scalars(select(Member.email)).all() == ["alice@example.org"]
    assert offers(bare) == 2
    assert (schema.current(bare), schema.is_behind(bare)) == ("9999", False)


def test_rows_in_every_table_of_the_first_schema_come_through_to_head(bare: Database) -> None:
    """The rows are written by the tables as they were then, so that it holds for any migration that follows."""
    migrate.upgrade(bare, revision="0001")
    before = fill_every_table(bare)
    migrate.upgrade(bare)
    assert schema.at_head(bare)
    assert {name: count for name, count in rows_by_table(bare).items() if name in before} == before


def test_after_an_upgrade_references_are_enforced_again(bare: Database) -> None:
    migrate.upgrade(bare)
    with pytest.raises(IntegrityError), bare.writing() as db:
        db.execute(insert(MentorTheme).values(mentor_id=1, theme_id=1, proof=""))


def test_a_migration_that_leaves_rows_pointing_nowhere_keeps_nothing(bare: Database, next_scripts: Path) -> None:
    migrate.upgrade(bare)
    fill(bare)
    add_migration(next_scripts, 'op.execute("UPDATE mentor_theme SET theme_id = theme_id + 4711")')
    with pytest.raises((migrate.BrokenReferences, IntegrityError)):
        migrate.upgrade(bare, scripts=next_scripts)
    assert (schema.at_head(bare), offers(bare)) == (True, 2)
    with bare.reading() as db:
        assert db.scalars(select(Member.email)).all() == ["alice@example.org"]


def test_a_schema_of_a_newer_flashmeet_is_left_alone(bare: Database, next_scripts: Path) -> None:
    migrate.upgrade(bare)
    add_migration(next_scripts, "pass")
    migrate.upgrade(bare, scripts=next_scripts)
    with pytest.raises(migrate.UnknownRevision):
        migrate.upgrade(bare)
    assert (schema.current(bare), schema.is_behind(bare), schema.at_head(bare)) == ("9999", False, False)
