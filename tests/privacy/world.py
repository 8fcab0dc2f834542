"""A world in which every personal column of every table holds a canary of whoever it is about."""

from __future__ import annotations

import base64
import itertools
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Boolean, Column, Date, Integer, SmallInteger, Table, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.types import JSON, TypeDecorator

from flashmeet.core.database.types import StoredEnum, UtcDateTime
from flashmeet.identity.models import Member
from flashmeet.models import Base
from flashmeet.privacy.queries import LISTS
from flashmeet.privacy.rules.entries import Kept
from flashmeet.privacy.rules.register import ENTRIES
from tests import people
from tests.people import NOW

TABLES = Base.metadata.tables
OUR_WORDS = frozenset(
    {
        "audit_entry.about",
        "audit_entry.browser",
        "audit_entry.network",
        "outbox.kind",
        "provider_visit.failed",
        "provider_visit.provider",
        "quota_use.period",
        "terms_acceptance.locale",
    }
)
"""Columns that hold a word of ours about a person, and none of theirs."""
_numbers = itertools.count(1000)


@dataclass(slots=True)
class Person:
    """A member with a row in each place; `canaries` are by `table.column`, `given` those that their copy must hold."""

    name: str
    member: Member
    third: Member
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    canaries: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)

    def canary(self, table: str, column: str, *, whose: str = "") -> str:
        return f"canary.{whose or self.name}.{table}.{column}.{next(_numbers)}"


def person(db: Session, name: str, *, third: Member, **more: Any) -> Person:
    """Somebody about whom there is a row under every path of the register, with a canary in every text of theirs."""
    it = Person(name, people.member(db, name, **more), third)
    _mark_member(db, it)
    it.rows["theme"] = {"id": people.law(db).id}
    by_value = [each.table for each in ENTRIES if "=" in each.people]
    for table in sorted(Base.metadata.sorted_tables, key=lambda each: each.name in by_value):
        entries = [each for each in ENTRIES if each.table == table.name]
        if table.name != "member":
            for path in dict.fromkeys(path for each in entries for path in (*each.paths, *each.own)):
                _add_row(db, it, table, path, entries)
    db.refresh(it.member)
    return it


def _mark_member(db: Session, it: Person) -> None:
    table, values = TABLES["member"], {}
    for entry in (each for each in ENTRIES if each.table == "member"):
        for name in (*entry.given, *entry.withheld.split()):
            if _holds_text(table.c[name]) and name not in ("tzid", "locale"):
                values[name] = _marked(it, table.c[name], given=name in entry.given)
    db.execute(update(table).where(table.c.id == it.member.id).values(values))
    it.rows["member"] = values


def _add_row(db: Session, it: Person, table: Table, path: str, entries: list[Kept], *, alone: bool = False) -> None:
    row: dict[str, Any] = {}
    people_of = [each for entry in entries for each in entry.paths]
    mine = {path} if alone or path in people_of else {path, people_of[0]}  # who cancels is one of the two
    heads = {each.partition(".")[0].partition("=")[0]: each for each in mine}
    if (table.name, path) == ("request_question", "ask_id.mentor_id"):
        mine = {*people_of}  # the one request there is is the member's: who is asked here asks, too
    for column in table.columns:
        keys = list(column.foreign_keys)
        if column.name in heads:
            row[column.name] = _about(db, it, table, heads[column.name])
        elif keys and (not column.nullable or (table.name, column.name) == ("thread_message", "booking_id")):
            row[column.name] = _another(it, keys[0].column)
        elif keys or _numbered(table, column):
            continue
        else:
            row[column.name] = _value(it, table, column, mine, entries)
    if row.get("ends_at") and row.get("starts_at"):
        row["ends_at"] = row["starts_at"] + timedelta(hours=1)
    made = db.execute(insert(table).values(row).returning(*table.primary_key.columns)).one()
    key = {**row, **made._mapping}
    it.rows[f"{table.name}:{path}"] = it.rows[table.name] = key


def _about(db: Session, it: Person, table: Table, path: str) -> Any:
    head, _, rest = path.partition(".")
    name, _, other = head.partition("=")
    if other:
        return it.rows[other][rest.partition(".")[0]]
    if not rest:
        return it.member.id
    target = next(iter(table.c[name].foreign_keys)).column
    if f"{target.table.name}:{rest}" not in it.rows:
        entries = [each for each in ENTRIES if each.table == target.table.name]
        _add_row(db, it, target.table, rest, entries, alone=True)
    return it.rows[f"{target.table.name}:{rest}"][target.name]


def _another(it: Person, target: Column[Any]) -> Any:
    if target.table.name == "member":
        return it.third.id
    if target.table.name not in it.rows:
        raise AssertionError(f"no row of {target.table.name} yet")
    return it.rows[target.table.name][target.name]


def _value(it: Person, table: Table, column: Column[Any], mine: set[str], entries: list[Kept]) -> Any:
    for entry in entries:
        for owner, names in entry.own.items():
            if column.name in names.split() and _holds_text(column):
                return _marked(it, column, given=True) if owner in mine else _others(it, column)
        shared = mine & {*entry.paths} and column.name in (*entry.given, *entry.withheld.split(), *entry.wiped.split())
        if shared and _holds_text(column):
            return _marked(it, column, given=column.name in entry.given)
    if (table.name, column.name) == ("outbox", "provider_ref"):
        return f"ref-{it.member.id}"
    return None if column.nullable else _plain(column)


def _marked(it: Person, column: Column[Any], *, given: bool) -> Any:
    canary = it.canary(column.table.name, column.name)
    if column.name == "content":  # a picture's and a file's bytes are kept as text
        canary = base64.b64encode(canary.encode()).decode()
    it.canaries.append(canary)
    if given:
        it.given.append(canary)
    return _wrapped(column, canary)


def _others(it: Person, column: Column[Any]) -> Any:
    return _wrapped(column, it.canary(column.table.name, column.name, whose="third"))


def _wrapped(column: Column[Any], canary: str) -> Any:
    if not isinstance(column.type, JSON):
        return canary
    return [canary] if column.name in LISTS else {"it": canary}


def _holds_text(column: Column[Any]) -> bool:
    if f"{column.table.name}.{column.name}" in OUR_WORDS:
        return False
    if isinstance(column.type, JSON):
        return column.name not in ("durations", "breaks")
    return not isinstance(column.type, TypeDecorator) and column.type.python_type is str


def _plain(column: Column[Any]) -> Any:
    """Returns something that the column takes and that is nobody's."""
    kind = column.type
    if isinstance(kind, StoredEnum):
        return next(each for each in kind.members)
    if isinstance(kind, JSON):
        return [] if column.name in LISTS else {}
    if isinstance(kind, Integer):
        number = next(_numbers) if column.primary_key else 1
        return number % 30_000 if isinstance(kind, SmallInteger) else number
    if isinstance(kind, UtcDateTime):
        return FAR_AHEAD.get(column.name, NOW - timedelta(days=2, seconds=next(_numbers)))
    return PLAIN.get(type(kind), f"{column.name}-{next(_numbers)}")


FAR_AHEAD = {"kept_until": NOW + timedelta(days=1_000)}
PLAIN: dict[type, Any] = {Boolean: False, Date: date(2026, 11, 1)}


def _numbered(table: Table, column: Column[Any]) -> bool:
    return column.primary_key and column.name == "id" and isinstance(column.type, Integer)


def texts_of(db: Session) -> dict[str, str]:
    """Every text of the database, by `table.column`."""
    found = {}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if not isinstance(column.type, Boolean | Date | UtcDateTime | Integer):
                found[f"{table.name}.{column.name}"] = "\n".join(str(each) for each in db.scalars(select(column)))
    return found
