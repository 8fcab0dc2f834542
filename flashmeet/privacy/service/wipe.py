"""Erases by the register: rows go, or the words in them; of the member a tombstone is left, so that counts stay."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, Table, cast, delete, or_, select, update
from sqlalchemy.orm import Session

from flashmeet.core.database.base import Base
from flashmeet.core.secrets import new_secret
from flashmeet.core.settings.service import network_settings
from flashmeet.core.text import mark
from flashmeet.i18n.catalogue import translations
from flashmeet.identity.models import Member
from flashmeet.identity.rules import tombstone_address
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.outbox import UNFINISHED, OutboxState
from flashmeet.privacy.queries import about, about_any, about_others, emptied, table_of, wiped_columns
from flashmeet.privacy.rules.entries import AtErasure, Kept
from flashmeet.privacy.rules.register import ENTRIES
from flashmeet.privacy.rules.traces import TRACES, Trace

FORMER = mark("Former member")
STAYS = frozenset({"id", "created_at", "erased_at", "link_generation"})
"""Of the member's own row: that there was somebody, since when, until when."""


def wipe(db: Session, member: Member, *, now: datetime) -> None:
    """Leaves nothing of the member but a number, and what others said in their own right. Idempotent."""
    _drop_waiting(db, member, now=now)
    _rub_out_traces(db, member)
    for table in reversed(Base.metadata.sorted_tables):
        for entry in ENTRIES:
            if entry.table == table.name and table.name != "member" and entry.paths:
                _erase(db, table, entry, member.id)
    leave_tombstone(db, member)


def _drop_waiting(db: Session, member: Member, *, now: datetime) -> None:
    db.execute(
        update(OutboxMessage)
        .where(OutboxMessage.recipient_id == member.id, OutboxMessage.state.in_(UNFINISHED))
        .values(state=OutboxState.DROPPED, reason="erased", settled_at=now, lease_until=None)
        .execution_options(synchronize_session=False)
    )


def _erase(db: Session, table: Table, entry: Kept, member_id: int) -> None:
    theirs = about_any(table, entry.paths, member_id)
    if entry.at_erasure is AtErasure.ROWS_GO:
        db.execute(delete(table).where(theirs))
        return
    if entry.at_erasure is AtErasure.UNSHARED_GO:
        others = or_(*(about_others(table, path, member_id) for path in entry.paths))
        db.execute(delete(table).where(theirs, ~others))
        return
    if entry.at_erasure is AtErasure.STAY:
        return
    for path, names in entry.own.items():
        _empty(db, table, names.split(), about(table, path, member_id))
    _empty(db, table, wiped_columns(entry), theirs)
    for name in entry.renewed.split():
        db.execute(update(table).where(theirs).values({name: new_secret()}))


def _empty(db: Session, table: Table, names: Sequence[str], theirs: ColumnElement[bool]) -> None:
    if names:
        db.execute(update(table).where(theirs).values({name: emptied(table.c[name]) for name in names}))


def leave_tombstone(db: Session, member: Member) -> None:
    """Makes a tombstone of the member's row: nobody can sign in by it, and nothing shows a name."""
    settings = network_settings(db)
    db.expire(member)
    for column in table_of("member").columns:
        if column.name not in STAYS:
            setattr(member, column.name, emptied(column))
    member.email = tombstone_address(member.id)
    member.first_name, member.last_name = translations(settings.locale).gettext(FORMER), ""
    member.tzid, member.locale = settings.tzid, settings.locale
    member.suspended = True
    db.flush()


def _rub_out_traces(db: Session, member: Member) -> None:
    """Takes the member's whole name, address and number out of what others wrote, and of what was written to them.

    A first or a last name alone is a word that others have too. So is the only name of who has one: it goes where they
    are near, in what belongs to their hours and in facts that name them by number.
    """
    told = [each for each in (member.name, member.email, member.phone) if each]
    rubber = _Rubber(
        member_id=member.id,
        near=_standing_alone(told),
        everywhere=_standing_alone([each for each in told if each != member.name or _is_told_apart(each)]),
        instead=translations(network_settings(db).locale).gettext(FORMER),
    )
    for trace in TRACES:
        _rewrite(db, trace, told, rubber)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rubber:
    """Takes the words of a pattern out of a value: those of `near` where it is about the member."""

    member_id: int
    near: re.Pattern[str]
    everywhere: re.Pattern[str]
    instead: str

    def rub(self, value: object, *, near: bool) -> object:
        if isinstance(value, str):
            return (self.near if near else self.everywhere).sub(lambda _: self.instead, value)
        if isinstance(value, dict):
            near = near or any(name.endswith("_id") and each == self.member_id for name, each in value.items())
            return {name: self.rub(each, near=near) for name, each in value.items()}
        return [self.rub(each, near=near) for each in value] if isinstance(value, list) else value


def _standing_alone(told: Sequence[str]) -> re.Pattern[str]:
    """Returns a pattern of the texts, but not of a part of a longer name or address, which is somebody else's.

    A single word is another one in small letters: Rose and a rose."""
    before = {each: r"[\w.+-]" if "@" in each else r"[^\W_]|-" for each in told}
    words = {each: f"(?i:{re.escape(each)})" if _is_told_apart(each) else re.escape(each) for each in told}
    return re.compile("|".join(rf"(?<!{before[each]}){words[each]}(?![^\W_]|-)" for each in told))


def _is_told_apart(text: str) -> bool:
    return " " in text or "@" in text


def _rewrite(db: Session, trace: Trace, told: Sequence[str], rubber: _Rubber) -> None:
    table = table_of(trace.table)
    keys, column = list(table.primary_key.columns), table.c[trace.column]
    text = cast(column, String)
    named = or_(*(text.icontains(form, autoescape=True) for each in told for form in _forms(each)))
    query = select(*keys, column).where(about_any(table, trace.near, rubber.member_id) if trace.near else named)
    for *row, said in db.execute(query).all():
        left = rubber.rub(said, near=bool(trace.near))
        if left != said:
            where = [key == value for key, value in zip(keys, row, strict=True)]
            db.execute(update(table).where(*where).values({column.name: left}))


def _forms(text: str) -> tuple[str, ...]:
    """Returns the text as a column of text holds it, and as JSON does, which writes accents as escapes; in large and
    in small letters too, since neither SQLite nor an escape knows accents by both."""
    written = {text, text.lower(), text.upper()}
    return tuple(sorted(written | {_escaped(each) for each in written}))


def _escaped(text: str) -> str:
    return "".join(char if char.isascii() else "".join(f"\\u{unit:04x}" for unit in _units(char)) for char in text)


def _units(char: str) -> list[int]:
    data = char.encode("utf-16-be")
    return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]
