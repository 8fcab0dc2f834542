"""Custom column types."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import DateTime, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

Members = TypeVar("Members", bound=StrEnum)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant: `timestamptz` on PostgreSQL; UTC wall time on SQLite, which keeps no offset."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime is no instant")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """None on PostgreSQL: our connections speak UTC, so that the driver's own instants are in UTC already."""
        return None if dialect.name == "postgresql" else _read_utc


def _read_utc(stored: str | None) -> datetime | None:
    """Reads what SQLite keeps in one step: a page reads a thousand instants."""
    return None if stored is None else datetime.fromisoformat(f"{stored}+00:00")


SortKey = String().with_variant(String(collation="C"), "postgresql")
"""A text compared by code point, as Python does; PostgreSQL would compare by the language of its server."""


class StoredEnum(TypeDecorator[Members]):
    """Text that is the value of one of `members`, loaded as that member; any other text raises ValueError."""

    impl = String
    cache_ok = True

    def __init__(self, members: type[Members]) -> None:
        super().__init__()
        self.members = members

    def process_bind_param(self, value: Members | str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.members(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Members | None:
        return None if value is None else self.members(value)
