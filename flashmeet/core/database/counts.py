"""Counting for every process of the installation, in the database."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import Table, update
from sqlalchemy.orm import Session

from flashmeet.core.database.inserts import insert_new
from flashmeet.identity.models.login import RateCount


def add_count(session: Session, key: str, *, times: int, expires_at: datetime) -> int:
    """`domain.ports.Counter` in the database; give it a transaction of its own."""
    insert_new(session, cast(Table, RateCount.__table__), [{"key": key, "count": 0, "expires_at": expires_at}])
    count: int = session.execute(
        update(RateCount)
        .where(RateCount.key == key)
        .values(count=RateCount.count + times)
        .returning(RateCount.count)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    return count
