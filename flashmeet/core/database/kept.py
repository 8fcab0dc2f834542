"""Facts that rarely change (settings, terms, themes), kept by each process between its units of work.

A unit of work reads one row, the revision, and goes by what the process kept under it. Every write to a model that is
`rarely_changed` gives the revision a new random value in the same transaction: what another process kept, or what a
transaction read before it was rolled back, is never taken for it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable, Set
from datetime import datetime, timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Pool, Table, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, SessionTransaction, UOWTransaction, mapped_column

from flashmeet.core.database.base import Base
from flashmeet.core.database.prepared import columns

Value = TypeVar("Value")
Arguments = ParamSpec("Arguments")
Model = TypeVar("Model", bound=type[Base])
_ONE = 1
_INFO = "flashmeet.revision"
_RARELY_CHANGED: set[Table] = set()
_KEPT: WeakKeyDictionary[Pool, dict[object, tuple[str, object]]] = WeakKeyDictionary()
"""By the pool, which the engine that reads and the one that writes share."""
_WATCHED: set[Table] = set()
_WRITTEN: WeakKeyDictionary[Pool, dict[Table | None, int]] = WeakKeyDictionary()
_A_WHILE: WeakKeyDictionary[Pool, dict[type, dict[object, tuple[int, datetime, object]]]] = WeakKeyDictionary()
"""By the kind of key."""
MOST_KEPT = 100
RENEWING = timedelta(seconds=5)
_TOUCHED, _BEGAN = "flashmeet.touched", "flashmeet.began"


class Revision(Base):
    """One row, whose value is another after every change of what processes keep."""

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[str]


REVISION = select(Revision.value).where(Revision.id == _ONE).scalar_subquery()
"""For a statement that every request makes anyway: see `note_revision`."""
_REVISION = select(Revision.value).where(Revision.id == _ONE)


def rarely_changed(model: Model) -> Model:
    """Marks a table: whatever is written to it by a session gives the revision a new value."""
    _RARELY_CHANGED.add(cast(Table, model.__table__))
    return model


def kept(
    db: Session,
    read: Callable[Concatenate[Session, Arguments], Value],
    *arguments: Arguments.args,
    **named: Arguments.kwargs,
) -> Value:
    """What `read(db, …)` finds in tables that are `rarely_changed`, read once per process and revision.

    `read` is a function of a module, its arguments are few different ones (languages); what it returns belongs to no
    session, and nobody changes it.
    """
    known = revision(db)
    if not known:
        return read(db, *arguments, **named)
    found = _KEPT.setdefault(db.get_bind().engine.pool, {})
    asked = (read, arguments, tuple(named.items()))
    there = found.get(asked)
    if there is None or there[0] != known:
        there = found[asked] = (known, read(db, *arguments, **named))
    return cast(Value, there[1])


def revision(db: Session) -> str:
    """Returns the revision as this unit of work sees it, its own changes in it; "" where there is none yet."""
    if any(_is_kept(each) for each in (*db.new, *db.dirty, *db.deleted)):
        db.flush()  # as a statement would have done
    return _revision(db)


def _is_kept(instance: object) -> bool:
    return isinstance(instance, Base) and instance.__table__ in _RARELY_CHANGED


def _revision(db: Session) -> str:
    """The revision as this unit of work read it first; "" where there is none yet, and nothing is kept."""
    transaction = db.get_transaction()
    known = db.info.get(_INFO)
    if known is not None and known[0] is transaction and transaction is not None:
        return cast(str, known[1])
    return note_revision(db, next((value for (value,) in columns(db, _REVISION, {})), None))


def note_revision(db: Session, value: str | None) -> str:
    """Takes the revision that another statement of this unit of work read along (`REVISION`)."""
    said = value or ""
    db.info[_INFO] = (db.get_transaction(), said)
    return said


def renew_revision(db: Session) -> None:
    """For whoever writes to a table that is `rarely_changed` past the session, and changed what is kept."""
    _renew(db)


def _renew(db: Session) -> None:
    """Two who change something at once wait here for each other, so that each change has a revision of its own."""
    connection, row = db.connection(), {"id": _ONE, "value": secrets.token_hex(8)}
    insert = _insert(connection).values(row)
    connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_={"value": row["value"]}))
    db.info.pop(_INFO, None)


def _insert(connection: Connection) -> Any:  # noqa: ANN401  # two dialects, each with its own `on_conflict_do_update`
    table = cast(Table, Revision.__table__)
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


_ONCE = "flashmeet.once"


def once(
    db: Session,
    read: Callable[Concatenate[Session, Arguments], Value],
    *arguments: Arguments.args,
    **named: Arguments.kwargs,
) -> Value:
    """What `read(db, …)` finds, asked once in a unit of work that only reads; each time in one that writes.

    `read` is a function of a module; nobody changes what it returns.
    """
    if not only_reads(db):
        return read(db, *arguments, **named)
    asked = (read, arguments, tuple(named.items()))
    known = _found_once(db)
    if asked not in known:
        found = read(db, *arguments, **named)  # which may begin the transaction
        known = _found_once(db)
        known[asked] = found
    return cast(Value, known[asked])


def found_already(db: Session, read: Callable[..., Value], *arguments: object, found: Value) -> None:
    """Has `once(db, read, *arguments)` return what another statement of this unit of work found along with its own."""
    if only_reads(db):
        _found_once(db)[read, arguments, ()] = found


def is_found(db: Session, read: Callable[..., object], *arguments: object) -> bool:
    """Whether `once(db, read, *arguments)` asks nothing more."""
    return (read, arguments, ()) in _found_once(db)


def only_reads(db: Session) -> bool:
    return bool(db.get_bind().get_execution_options().get("flashmeet_read", False))


def _found_once(db: Session) -> dict[object, object]:
    known = db.info.get(_ONCE)
    if known is None or known[0] is not db.get_transaction():
        known = db.info[_ONCE] = (db.get_transaction(), {})
    return cast(dict[object, object], known[1])


def watched(model: Model) -> Model:
    """Marks a table of which a count may be `kept_a_while`."""
    _WATCHED.add(cast(Table, model.__table__))
    return model


def kept_a_while(
    db: Session,
    read: Callable[[Session, datetime], Value],
    *,
    of: type[Base] | None = None,
    key: Hashable = None,
    now: datetime,
    lasts: timedelta,
    worth: Callable[[Value], bool] = lambda _: True,
    most: int = MOST_KEPT,
) -> Value:
    """What `read(db, now)` found not longer ago than `lasts`.

    What this process writes to the table of `of`, a `watched` one, shows at once; what others write, and where no table
    is named whatever anybody writes, after `lasts` at the latest. While one reads it anew, others go by what was found
    before, `RENEWING` more at most. `read` is a function of a module, or else `key` names what it finds. For each type
    of key the last `most` finds are kept; one that is not `worth` keeping is read each time.
    """
    pool, table = db.get_bind().engine.pool, cast(Table, of.__table__) if of else None
    if table in db.info.get(_TOUCHED, ()):
        return read(db, now)
    version = _WRITTEN.setdefault(pool, {}).get(table, 0)
    name: object = read if key is None else key
    found = _A_WHILE.setdefault(pool, {}).setdefault(type(name), {})
    there = found.get(name)
    if there is None or there[0] != version or not there[1] <= now < there[1] + lasts:
        if there is not None and there[0] == version and there[1] <= now:
            found[name] = (version, now - lasts + RENEWING, there[2])
        there = (_version_seen(db, table, version), now, read(db, now))
        found.pop(name, None)
        if there[0] == version and worth(there[2]):
            found[name] = there
            for oldest in list(found)[:-most]:
                found.pop(oldest, None)
    return cast(Value, there[2])


def _version_seen(db: Session, table: Table | None, version: int) -> int:
    """The version that held when the transaction began: on SQLite it sees nothing that was committed since."""
    began = db.info.get(_BEGAN)
    if began is None or began[0] is not db.get_transaction():
        return version
    return cast(int, began[1].get(table, 0))


def forget_all(pool: Pool) -> None:
    """For whoever writes to a database past every session, as tests do that empty it."""
    _KEPT.pop(pool, None)
    _A_WHILE.pop(pool, None)


@event.listens_for(Session, "before_flush")
def _follow_flush(db: Session, _context: UOWTransaction, _instances: object) -> None:
    changed = {each.__table__ for each in (*db.new, *db.dirty, *db.deleted) if isinstance(each, Base)}
    if changed & _RARELY_CHANGED:
        _renew(db)
    _touch(db, changed & _WATCHED)


@event.listens_for(Session, "do_orm_execute")
def _follow_statement(state: ORMExecuteState) -> None:
    table = getattr(state.statement, "table", None) if getattr(state.statement, "is_dml", False) else None
    if table in _RARELY_CHANGED:
        _renew(state.session)
    _touch(state.session, {table} & _WATCHED)


def _touch(db: Session, tables: Set[object]) -> None:
    if tables:
        db.info.setdefault(_TOUCHED, set()).update(tables)


@event.listens_for(Session, "after_begin")
def _remember_versions(db: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if transaction.parent is None:
        db.info[_BEGAN] = (transaction, dict(_WRITTEN.get(connection.engine.pool, {})))


@event.listens_for(Session, "after_soft_rollback")
def _forget(db: Session, _previous: SessionTransaction) -> None:
    """A savepoint that was rolled back took the revision along that was read in it."""
    db.info.pop(_INFO, None)


@event.listens_for(Session, "after_commit")
def _count_writes(db: Session) -> None:
    if db.in_nested_transaction():
        return  # a savepoint that was released is nothing that others see
    for table in db.info.pop(_TOUCHED, ()):
        written = _WRITTEN.setdefault(db.get_bind().engine.pool, {})
        written[table] = written.get(table, 0) + 1
