"""What the administrator decided, as the outbox and the use cases read it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.settings.entries import BY_KEY, ROOM_CLOSES, ROOM_OPENS
from flashmeet.core.settings.kinds import Entry
from flashmeet.core.settings.models import Setting
from flashmeet.core.settings.policies import Policy, RoomTimes
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.core.settings.vocabulary import OUR_WORDS, Vocabulary

POLICY = "policy."
_WORD = "word."
_MADE = {"policy", "room", "words"}
Value = TypeVar("Value")


def network_settings(session: Session) -> NetworkSettings:
    """The shipped defaults, with what was decided in their place; one statement."""
    decided: dict[str, Any] = {row.name: row.value["is"] for row in session.scalars(select(Setting))}
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


def value_of(decided: dict[str, Any], entry: Entry[Value]) -> Value:
    """What was decided there, or its default. A policy's field may have been decided together with others."""
    field = entry.key.removeprefix(POLICY)
    if entry.key not in decided and entry.key.startswith(POLICY) and field in decided.get("policy", {}):
        return entry.kept(decided["policy"][field])
    return entry.kept(decided[entry.key]) if entry.key in decided else entry.default


def _policy(decided: dict[str, Any]) -> Policy:
    """`policy` holds several fields at once, `policy.per_day` one."""
    said = dict(decided.get("policy", {}))
    said |= {
        key.removeprefix(POLICY): BY_KEY[key].kept(value) for key, value in decided.items() if key.startswith(POLICY)
    }
    return replace(Policy(), **said)
