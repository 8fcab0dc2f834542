"""Imports members. Sends no message; imported members are active at once."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from flashmeet.core.errors import NotFound, Refusal
from flashmeet.core.secrets import hashed, new_secret
from flashmeet.core.settings.service import network_settings
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.core.text import fold
from flashmeet.http.models import Draft
from flashmeet.http.service.drafts import KEPT_FOR
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.identity.service.events import mentor_changed
from flashmeet.people.rules.member_cells import ROLES
from flashmeet.people.service.addresses import set_address
from flashmeet.people.service.import_rows import MemberFile, MemberRow, Problem, read_file
from flashmeet.people.service.import_words import reading_of
from flashmeet.people.service.profile import set_facts
from flashmeet.themes.models import Theme, ThemeTerm
from flashmeet.themes.rules.starter_set import starter_named
from flashmeet.themes.service import create_theme

_ADDRESSES_AT_ONCE = 500


class WrongFile(Refusal):
    """Rows of the file are invalid; nothing of the file was written."""

    code = "wrong_file"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems=problems)
        self.problems = problems


@dataclass(slots=True)
class Imported:
    """The result of an import: numbers of members, the names of new themes, and the rows left out."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    themes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def import_good_rows(db: Session, rows: Sequence[MemberRow], *, update: bool, now: datetime) -> Imported:
    """Imports the rows but those whose new address is another member's: these are the problems of what it returns."""
    problems = _People(db, rows).taken() if update else []
    left_out = {each.line for each in problems}
    imported = import_members(db, [row for row in rows if row.line not in left_out], update=update, now=now)
    imported.problems = problems
    return imported


def import_members(db: Session, rows: Iterable[MemberRow], *, update: bool, now: datetime) -> Imported:
    """Creates new members. Existing ones stay unchanged, or with `update` take the non-empty profile cells.

    Whoever has the row's `external_id` is that person, and with `update` takes the row's address: both addresses are
    told. Raises WrongFile where it is another member's.
    """
    rows = list(rows)
    settings, people = network_settings(db), _People(db, rows)
    moved = people.follow_addresses(now=now) if update else set()
    imported = Imported()
    themes = _Themes(db, settings.locale, imported.themes)
    for row in rows:
        member, lines = people.find(row), themes.lines(row.themes)
        if member is None:
            db.add(_created(row, lines, settings=settings, now=now))
            imported.created += 1
        elif member.joining is not None:
            _let_in(member, row, lines, settings=settings, now=now)
            imported.created += 1
        elif update and (_update(db, member, row, lines, now=now) or member.id in moved):
            imported.updated += 1
        else:
            imported.unchanged += 1
    db.flush()
    return imported


class _People:
    """The members that the rows are about: by the school's key, else by address."""

    def __init__(self, db: Session, rows: Sequence[MemberRow]) -> None:
        self._session = db
        self._by_email = {each.email: each for each in _known(db, Member.email, [row.email for row in rows])}
        keys = [row.external_id for row in rows if row.external_id]
        self._by_key = {each.external_id: each for each in _known(db, Member.external_id, keys)}
        self._moves = [
            (member, row)
            for row in rows
            if (member := self._by_key.get(row.external_id)) is not None and member.email != row.email
        ]

    def find(self, row: MemberRow) -> Member | None:
        return self._by_key.get(row.external_id) or self._by_email.get(row.email)

    def follow_addresses(self, *, now: datetime) -> set[int]:
        """Changes the addresses, each once its new one is free; returns whose. Raises WrongFile."""
        free, stuck = self._in_order()
        if stuck:
            raise WrongFile(stuck)
        for member, row in free:
            set_address(self._session, member, row.email, now=now)
        return {member.id for member, _ in free}

    def taken(self) -> list[Problem]:
        """Returns the rows whose new address is another member's, and stays theirs."""
        return self._in_order()[1]

    def _in_order(self) -> tuple[list[tuple[Member, MemberRow]], list[Problem]]:
        taken, waiting, free = set(self._by_email), self._moves, list[tuple[Member, MemberRow]]()
        while ready := [each for each in waiting if each[1].email not in taken]:
            free += ready
            waiting = [each for each in waiting if each not in ready]
            taken -= {member.email for member, _ in ready}
        return free, [Problem(row.line, "taken", "email", row.email) for _, row in waiting]


def _known(db: Session, column: InstrumentedAttribute[Any], values: Sequence[str]) -> Iterator[Member]:
    for first in range(0, len(values), _ADDRESSES_AT_ONCE):
        some = column.in_(values[first : first + _ADDRESSES_AT_ONCE])
        yield from db.scalars(select(Member).where(some).options(selectinload(Member.offers)))


class _Themes:
    """Finds themes by slug, name or synonym, and creates unknown ones."""

    def __init__(self, db: Session, locale: str, created: list[str]) -> None:
        self._session, self._locale, self._created = db, locale, created
        self._by_term = {row.term: row.theme_id for row in db.scalars(select(ThemeTerm))}

    def lines(self, named: Mapping[str, str]) -> dict[int, str]:
        """Returns the proofs by theme id."""
        lines: dict[int, str] = {}
        for name, proof in named.items():
            theme_id = self._id(name)
            lines[theme_id] = lines.get(theme_id) or proof
        return dict(sorted(lines.items()))

    def _id(self, name: str) -> int:
        term = fold(name)
        if term not in self._by_term:
            self._by_term[term] = self._make(name, term).id
            self._created.append(name)
        return self._by_term[term]

    def _make(self, name: str, term: str) -> Theme:
        """A name of the starter set brings that theme's names, synonyms and examples, so that needs are recognised."""
        known = starter_named(term)
        if known is None:
            return create_theme(self._session, names={self._locale: name})
        names = {self._locale: name, **{locale: said for locale, said in known.names.items() if locale != self._locale}}
        return create_theme(
            self._session, names=names, synonyms=known.synonyms, examples=known.examples, regulated=known.regulated
        )


def _created(row: MemberRow, lines: dict[int, str], *, settings: NetworkSettings, now: datetime) -> Member:
    """Creates a member; the network's settings replace what the file leaves out."""
    member = Member(email=row.email, created_at=now)
    _write(member, row, lines, settings=settings)
    return member


def _let_in(member: Member, row: MemberRow, lines: dict[int, str], *, settings: NetworkSettings, now: datetime) -> None:
    """Makes a newcomer whose joining is unfinished a member with the file's data."""
    member.created_at, member.joining, member.suspended = now, None, False
    _write(member, row, lines, settings=settings)


def _write(member: Member, row: MemberRow, lines: dict[int, str], *, settings: NetworkSettings) -> None:
    locale = row.facts["locale"] or settings.locale
    from_network = {"tzid": row.facts["tzid"] or settings.tzid, "locale": locale}
    set_facts(member, {**row.facts, **from_network, "languages": row.facts["languages"] or (str(locale),)})
    for role in ROLES:
        setattr(member, role, role in row.roles)
    member.approved = row.approved
    offered = lines if member.mentor else {}
    member.offers = [MentorTheme(theme_id=theme_id, proof=proof) for theme_id, proof in offered.items()]


def _update(db: Session, member: Member, row: MemberRow, lines: dict[int, str], *, now: datetime) -> bool:
    """Returns whether anything changed. Roles and approval are not updated; empty cells are ignored."""
    changed = set_facts(member, {name: value for name, value in row.facts.items() if value})
    if "phone" in changed:
        member.sms_opt_in = False
    if member.mentor and lines:
        changed += _update_offers(db, member, lines, now=now)
    return bool(changed)


def _update_offers(db: Session, member: Member, lines: dict[int, str], *, now: datetime) -> list[str]:
    """Returns what changed; a theme keeps its proof if the file has none."""
    kept = {offer.theme_id: offer for offer in member.offers}
    before = {theme_id: offer.proof for theme_id, offer in kept.items()}
    after = {theme_id: proof or before.get(theme_id, "") for theme_id, proof in lines.items()}
    if after == before:
        return []
    for theme_id, proof in after.items():
        kept.setdefault(theme_id, MentorTheme(theme_id=theme_id)).proof = proof
    member.offers = [kept[theme_id] for theme_id in after]
    db.flush()
    if after.keys() != before.keys():
        mentor_changed(db, member.id, now)
    return ["themes"]


_PATH = "/admin/members/import"


@dataclass(frozen=True, slots=True)
class Preview:
    """What importing a file would do; `key` identifies it for the import."""

    key: str
    file: MemberFile
    known: int
    new_themes: list[str]


def preview(db: Session, data: bytes, *, by: Member, now: datetime) -> Preview:
    """Stores the file for an hour, for this administrator only."""
    how = reading_of(db)
    file, key = read_file(data, country=how.country, reading=how), new_secret()
    text = base64.b64encode(data).decode() if file.rows else ""
    kept = {"file": [text], "by": [str(by.id)]}
    db.add(Draft(key_hash=hashed(key), path=_PATH, fields=kept, expires_at=now + KEPT_FOR))
    db.flush()
    return Preview(key, file, _known_count(db, file.rows), _new_themes(db, file))


def take_good_rows(db: Session, key: str, *, update: bool, by: Member, now: datetime) -> Imported:
    """Imports the valid rows, once per `key`. Raises NotFound."""
    draft = db.get(Draft, hashed(key), with_for_update=True)
    if draft is None or draft.path != _PATH or draft.expires_at <= now or draft.fields["by"] != [str(by.id)]:
        raise NotFound
    how = reading_of(db)
    file = read_file(base64.b64decode(draft.fields["file"][0]), country=how.country, reading=how)
    db.delete(draft)
    return import_good_rows(db, file.rows, update=update, now=now)


def _known_count(db: Session, rows: Sequence[MemberRow]) -> int:
    people = _People(db, rows)
    return sum(1 for row in rows if (member := people.find(row)) is not None and member.joining is None)


def _new_themes(db: Session, file: MemberFile) -> list[str]:
    terms = set(db.scalars(select(ThemeTerm.term)))
    named = {fold(name): name for row in file.rows for name in row.themes}
    return sorted(name for term, name in named.items() if term not in terms)
