"""Values of ours as rows that a statement can join: one parameter, however many they are."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import BigInteger, FromClause, String, column, func, literal, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from flashmeet.core.database.session import is_sqlite

Answered = tuple[int, int, str | None]
"""A row's id, the attempt that was answered, and what the provider calls it."""


def as_rows(session: Session, answered: Sequence[Answered]) -> FromClause:
    """With the columns `id`, `attempt` and `ref`."""
    if is_sqlite(session):
        each = func.json_each(json.dumps(answered)).table_valued(column("value", String))
        parts = {"id": BigInteger, "attempt": BigInteger, "ref": String}
        return select(
            *(
                func.json_extract(each.c.value, f"$[{place}]", type_=kind).label(name)
                for place, (name, kind) in enumerate(parts.items())
            )
        ).subquery("answered")
    ids, attempts, refs = zip(*answered, strict=True)
    big, words = postgresql.ARRAY(BigInteger), postgresql.ARRAY(String)
    return (
        func.unnest(literal(list(ids), big), literal(list(attempts), big), literal(list(refs), words))
        .table_valued(column("id", BigInteger), column("attempt", BigInteger), column("ref", String), name="answered")
        .render_derived()
    )
