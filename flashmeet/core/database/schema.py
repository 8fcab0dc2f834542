"""Which schema a database has, and whether this program fits it.

Alembic keeps the revision in its table `alembic_version`, and the name of each migration's file begins with its own.
So looking loads neither Alembic nor a migration, which take 20 MB and a second of every process that does.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import Connection, column, inspect, select, table

from flashmeet.core.database.base import Base
from flashmeet.core.database.session import Database
from flashmeet.core.files import folder

_VERSION = table("alembic_version", column("version_num"))


@cache
def revisions() -> tuple[str, ...]:
    """Returns the revisions that this program knows, the first schema's first."""
    files = folder("migrations").glob("versions/[0-9]*.py")
    return tuple(sorted(file.name.partition("_")[0] for file in files))


def head() -> str:
    """Returns the revision that this program expects."""
    return revisions()[-1]


def current(database: Database) -> str | None:
    """Returns the database's revision, or None when it has no schema yet."""
    with database.reading() as db:
        return current_on(db.connection())


def current_on(connection: Connection) -> str | None:
    """The same within a transaction."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    return connection.scalar(select(_VERSION.c.version_num))


def is_ahead(database: Database) -> bool:
    """Whether the schema was made by a newer version than this program."""
    revision = current(database)
    return revision is not None and revision not in revisions()


def at_head(database: Database) -> bool:
    """Whether the schema is the one that this program expects."""
    return current(database) == head()


def is_behind(database: Database) -> bool:
    """Whether `migrate.upgrade` has something to do. A schema newer than this program is not behind."""
    revision = current(database)
    return revision is None or (revision in revisions() and revision != head())


def missing(database: Database) -> str:
    """Returns the first table, or column as `table.column`, that this program expects and the database lacks; "" where
    it has them all. A database can lack some at the right revision, where that revision was changed after it was made.
    """
    with database.reading() as db:
        columns = inspect(db.connection()).get_multi_columns()
    there = {name: {each["name"] for each in of_table} for (_, name), of_table in columns.items()}
    for wanted in Base.metadata.sorted_tables:
        if wanted.name not in there:
            return wanted.name
        for each in wanted.columns:
            if each.name not in there[wanted.name]:
                return f"{wanted.name}.{each.name}"
    return ""
