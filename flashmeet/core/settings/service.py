"""Reads, changes and records the network's settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.database.kept import kept
from flashmeet.core.errors import BadInput, NotFound
from flashmeet.core.settings.entries import BY_KEY, ROOM_CLOSES, ROOM_OPENS
from flashmeet.core.settings.kinds import Entry
from flashmeet.core.settings.models import Setting, SettingChange
from flashmeet.core.settings.policies import Policy, RoomTimes
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.core.settings.vocabulary import OUR_WORDS, Vocabulary

HISTORY = 50
Value = TypeVar("Value")


def setting(db: Session, entry: Entry[Value]) -> Value:
    """Returns the entry's present value."""
    return value_of(kept(db, _decided), entry)


def present_values(db: Session) -> dict[str, Any]:
    """Returns the present value of every entry, by key."""
    decided = kept(db, _decided)
    return {key: value_of(decided, entry) for key, entry in BY_KEY.items()}


def _decided(db: Session) -> Mapping[str, Any]:
    return {name: value["is"] for name, value in db.execute(select(Setting.name, Setting.value))}


def entry_of(key: str) -> Entry[Any]:
    """Returns the entry of that key. Raises NotFound."""
    if key not in BY_KEY:
        raise NotFound
    return BY_KEY[key]


def decide(db: Session, name: str, value: object) -> None:
    """Stores one decision."""
    db.merge(Setting(name=name, value={"is": value}))


def change_setting(db: Session, entry: Entry[Value], value: Value, *, by_id: int, now: datetime) -> bool:
    """Stores a decision and who made it; returns whether anything changed. Raises BadInput."""
    checked = entry.kind.check(value)
    before = setting(db, entry)
    if checked == before:
        return False
    _check_together(db, entry, checked)
    decide(db, entry.key, checked)
    _note(db, entry.key, before, {"is": checked}, by_id=by_id, now=now)
    return True


def restore_default(db: Session, entry: Entry[Any], *, by_id: int, now: datetime) -> bool:
    """Restores the default; returns whether a decision was stored. Raises BadInput."""
    row = db.get(Setting, entry.key)
    if row is None:
        return False
    _check_together(db, entry, entry.default)
    _note(db, entry.key, entry.kept(row.value["is"]), None, by_id=by_id, now=now)
    db.delete(row)
    db.flush()
    return True


def _check_together(db: Session, entry: Entry[Any], value: object) -> None:
    """Checks that the first language is among those of the pages. Raises BadInput."""
    values = {**present_values(db), entry.key: value}
    if values["locale"] not in str(values["languages"]).split(","):
        raise BadInput("locale", value=values["locale"])


def _note(db: Session, name: str, before: object, after: dict[str, Any] | None, *, by_id: int, now: datetime) -> None:
    db.add(SettingChange(name=name, before={"is": before}, after=after, changed_at=now, changed_by_id=by_id))
    db.flush()


def history_of(db: Session, key: str) -> Sequence[SettingChange]:
    """Returns the entry's changes, latest first, at most `HISTORY`."""
    query = select(SettingChange).where(SettingChange.name == key)
    return db.scalars(query.order_by(SettingChange.id.desc()).limit(HISTORY)).all()


POLICY = "policy."
_WORD = "word."
_MADE = {"policy", "room", "words"}


def network_settings(db: Session) -> NetworkSettings:
    """Returns the shipped defaults overridden by the stored decisions."""
    return kept(db, _network_settings)


def _network_settings(db: Session) -> NetworkSettings:
    decided = _decided(db)
    plain = {field.name for field in fields(NetworkSettings)} - _MADE
    return replace(
        NetworkSettings(),
        **{name: _kept(name, value) for name, value in decided.items() if name in plain},
        policy=_policy(decided),
        room=RoomTimes(value_of(decided, ROOM_OPENS), value_of(decided, ROOM_CLOSES)),
        words=Vocabulary.of({word: decided[_WORD + word] for word in OUR_WORDS if _WORD + word in decided}),
    )


def _kept(name: str, value: Any) -> Any:  # noqa: ANN401  # each setting has its own type
    return BY_KEY[name].kept(value) if name in BY_KEY else value


def value_of(decided: Mapping[str, Any], entry: Entry[Value]) -> Value:
    """Returns the entry's decision or its default. A policy's field may have been decided together with others."""
    field = entry.key.removeprefix(POLICY)
    if entry.key not in decided and entry.key.startswith(POLICY) and field in decided.get("policy", {}):
        return entry.kept(decided["policy"][field])
    return entry.kept(decided[entry.key]) if entry.key in decided else entry.default


def _policy(decided: Mapping[str, Any]) -> Policy:
    """Returns the policy: the stored `policy` sets several fields at once, `policy.per_day` one."""
    said = dict(decided.get("policy", {}))
    said |= {
        key.removeprefix(POLICY): BY_KEY[key].kept(value) for key, value in decided.items() if key.startswith(POLICY)
    }
    return replace(Policy(), **said)
