"""What a schema looks like, so that two can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, inspect
from sqlalchemy.engine.reflection import Inspector

Shape = dict[str, dict[str, object]]


def shape(engine: Engine) -> Shape:
    """Every table but Alembic's own: columns, keys, checks and indexes; and the triggers of each."""
    inspector = inspect(engine)
    tables = {
        name: _table(inspector, name) for name in sorted(inspector.get_table_names()) if name != "alembic_version"
    }
    return tables | {"triggers": dict(_triggers(engine))}


def _triggers(engine: Engine) -> list[tuple[str, str]]:
    """Their names and what makes them, functions included; SQLAlchemy does not look at them."""
    if engine.dialect.name == "sqlite":
        asked = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    else:
        asked = (
            "SELECT t.tgname, pg_get_triggerdef(t.oid) || pg_get_functiondef(t.tgfoid) FROM pg_trigger t "
            "WHERE NOT t.tgisinternal ORDER BY t.tgname"
        )
    with engine.connect() as connection:
        return [(row[0], row[1]) for row in connection.exec_driver_sql(asked)]


def _table(inspector: Inspector, name: str) -> dict[str, object]:
    return {
        "columns": {
            column["name"]: (str(column["type"]), column["nullable"], column["default"])
            for column in inspector.get_columns(name)
        },
        "primary key": inspector.get_pk_constraint(name),
        "foreign keys": sorted(inspector.get_foreign_keys(name), key=_by_name),
        "unique": sorted(inspector.get_unique_constraints(name), key=_by_name),
        "checks": sorted((check["name"], check["sqltext"]) for check in inspector.get_check_constraints(name)),
        "indexes": sorted((_plain(index) for index in inspector.get_indexes(name)), key=_by_name),
        "options": inspector.get_table_options(name),
    }


def _plain(index: Mapping[str, Any]) -> dict[str, object]:
    """The condition of a partial index is a text of its own each time it is read."""
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return {**index, "dialect_options": options}


def _by_name(constraint: object) -> str:
    return str(constraint["name"]) if isinstance(constraint, dict) else ""
