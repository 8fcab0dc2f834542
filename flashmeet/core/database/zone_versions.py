"""Rows made by older zone data than ours, some at a time: each table keeps the version beside what was derived from it.

The table has an index that begins with the version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from flashmeet.core.zones import is_outdated

Row = TypeVar("Row")


class Behind(Enum):
    """What a step found of older rows: none, some that it took, or only such as another transaction holds."""

    NONE = "none"
    SOME = "some"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Taken(Generic[Row]):
    """Rows that this transaction has locked."""

    rows: Sequence[Row]
    behind: Behind


def take_outdated(
    db: Session, rows: Select[Row], version: InstrumentedAttribute[str], *, limit: int, known: bool = False
) -> Taken[Row]:
    """Locks some of these rows whose `version` is older than our zone data, and returns them in the order asked for.

    Those of one version; of the next only once none of the former is left or free. `known`: rows without a version are
    left alone.
    """
    behind = Behind.NONE
    for each in outdated_versions(db, version, *([version > ""] if known else ())):
        theirs = rows.where(version == each)
        locked = theirs.limit(limit).with_for_update(of=version.class_, skip_locked=True)
        if found := db.scalars(locked.execution_options(populate_existing=True)).all():
            return Taken(found, Behind.SOME)
        if db.scalars(theirs.limit(1)).first() is not None:
            behind = Behind.HELD
    return Taken((), behind)


def outdated_versions(db: Session, version: InstrumentedAttribute[str], *where: ColumnElement[bool]) -> list[str]:
    """Returns the versions in that column that are older than our zone data.

    Each version is one look into the index, however many rows have it; DISTINCT would read them all.
    """
    first = select(version).where(*where).order_by(version).limit(1)
    found, each = [], db.scalar(first)
    while each is not None:
        if is_outdated(each):
            found.append(each)
        each = db.scalar(first.where(version > each))
    return found
