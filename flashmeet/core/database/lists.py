"""Conditions on lists of ids that may be long.

`IN` with a parameter for each id is another statement for each length: the driver prepares none of them, and the
database plans each anew. Here a list is one parameter: the text of an array on PostgreSQL, which spares the driver to
look at each id, and JSON on SQLite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import BindParameter, Boolean, ColumnElement, Integer, String, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import UserDefinedType


class _Ids(UserDefinedType[Iterable[int]]):
    """A list of ids as one parameter, typed as an array: one that is cast from text is read anew for every row."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_how: object) -> str:
        return "BIGINT[]"

    def bind_processor(self, dialect: Dialect) -> Callable[[Iterable[int] | None], str]:
        start, end = "[]" if dialect.name == "sqlite" else "{}"
        return lambda ids: f"{start}{','.join(map(str, sorted(set(ids or ()))))}{end}"


class _Among(FunctionElement[bool]):
    """A column, and the list of ids that it is looked up in."""

    type = Boolean()
    inherit_cache = True


@compiles(_Among)
def _as_array(among: _Among, compiler: SQLCompiler, **how: Any) -> str:  # noqa: ANN401  # SQLAlchemy's own keywords
    column, ids = (compiler.process(each, **how) for each in among.clauses)
    return f"({column} = ANY ({ids}))"


@compiles(_Among, "sqlite")
def _as_json(among: _Among, compiler: SQLCompiler, **how: Any) -> str:  # noqa: ANN401  # SQLAlchemy's own keywords
    column, ids = (compiler.process(each, **how) for each in among.clauses)
    return f"({column} IN (SELECT value FROM json_each({ids})))"  # noqa: S608  # compiled from our own column


def among(column: ColumnElement[int] | InstrumentedAttribute[int], ids: Iterable[int]) -> ColumnElement[bool]:
    """Whether the column holds one of the ids, however many: the statement is the same for any number."""
    if isinstance(ids, BindParameter):  # in a statement that is built once (`core.database.prepared`)
        return _Among(column, bindparam(ids.key, type_=_Ids()))
    return _Among(column, bindparam(None, list(ids), type_=_Ids()))


class _Holds(FunctionElement[bool]):
    """A column that stores a list, and one value."""

    type = Boolean()
    inherit_cache = True


@compiles(_Holds)
def _in_jsonb(holds: _Holds, compiler: SQLCompiler, **how: Any) -> str:  # noqa: ANN401  # SQLAlchemy's own keywords
    column, value = (compiler.process(each, **how) for each in holds.clauses)
    return f"(CAST({column} AS JSONB) @> to_jsonb({value}))"


@compiles(_Holds, "sqlite")
def _in_json(holds: _Holds, compiler: SQLCompiler, **how: Any) -> str:  # noqa: ANN401  # SQLAlchemy's own keywords
    column, value = (compiler.process(each, **how) for each in holds.clauses)
    return f"({value} IN (SELECT value FROM json_each({column})))"  # noqa: S608  # compiled from our own column


def holds(
    column: InstrumentedAttribute[list[str]] | InstrumentedAttribute[list[int]], name: str, kind: type[str | int]
) -> ColumnElement[bool]:
    """Whether the list that the column stores holds the value of the parameter `name`."""
    return _Holds(column, bindparam(name, type_=String() if kind is str else Integer()))
