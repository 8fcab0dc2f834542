"""What a schema looks like, so that two can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, inspect
from sqlalchemy.engine.reflection import Inspector

Shape = dict[str, dict[str, object]]


def shape(engine: Engine) -> Shape:
    """Every table but Alembic's own: columns, keys, checks and indexes."""
    inspector = inspect(engine)
    return {name: _table(inspector, name) for name in sorted(inspector.get_table_names()) if name != "alembic_version"}


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
