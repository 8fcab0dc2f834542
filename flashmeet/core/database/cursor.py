"""The cursor of PostgreSQL's driver, without the work that nobody looks at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg


class Cursor(psycopg.Cursor[tuple[Any, ...]]):
    """Describes its columns when somebody looks at them: SQLAlchemy asks for the description of each result, and knows
    by its own cache of statements what is in it."""

    @property
    def description(self) -> Any:  # noqa: ANN401  # PEP 249's sequence, or None where there are no rows
        result = self.pgresult
        if result is None or not result.nfields:
            return super().description
        return _Description(self, result.nfields)

    def described(self) -> Sequence[psycopg.Column]:
        return super().description or ()


class _Description(Sequence[psycopg.Column]):
    def __init__(self, cursor: Cursor, length: int) -> None:
        self._cursor, self._length = cursor, length

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, place: Any) -> Any:  # noqa: ANN401  # an index or a slice
        return self._cursor.described()[place]

    def __iter__(self) -> Iterator[psycopg.Column]:
        return iter(self._cursor.described())
