"""Imports members. Sends no message; imported members are active at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from flashmeet.core.errors import Refusal
from flashmeet.core.settings.service import network_settings
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.core.text import fold
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.identity.rules import ROLES, MemberSource
from flashmeet.identity.service.events import mentor_changed
from flashmeet.people.rules.member_rows import MemberRow, Problem
from flashmeet.people.service.addresses import set_address
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


def import_good_rows(
    db: Session, rows: Sequence[MemberRow], *, update: bool, now: datetime, name: str = ""
) -> Imported:
    """Imports the rows but those whose new address is another member's: these are the problems of what it returns."""
    problems = _People(db, rows).taken() if update else []
    left_out = {each.line for each in problems}
    imported = import_members(db, [row for row in rows if row.line not in left_out], update=update, now=now, name=name)
    imported.problems = problems
    return imported


def import_members(db: Session, rows: Iterable[MemberRow], *, update: bool, now: datetime, name: str = "") -> Imported:
    """Creates new members, who came by the import of that `name`.

    Existing ones stay unchanged, or with `update` take the non-empty profile cells.

    Whoever has the row's `external_id` is that person, and with `update` takes the row's address: both addresses are
    told. Raises WrongFile where it is another member's.
    """
    rows = list(rows)
    settings, people = network_settings(db), _People(db, rows)
    moved = people.follow_addresses(now=now) if update else set()
    imported = Imported()
    themes = _Themes(db, settings.locale, imported.themes)
    for row in rows:
        member = people.find(row)
        if member is not None and member.joining is None and not update:
            imported.unchanged += 1
            continue
        lines = themes.lines(row.themes)
        if member is None:
            member = Member(email=row.email, created_at=now)
            _write(member, row, lines, settings=settings, name=name)
            db.add(member)
            imported.created += 1
        elif member.joining is not None:
            member.created_at, member.joining, member.suspended = now, None, False
            _write(member, row, lines, settings=settings, name=name)
            imported.created += 1
        elif _update(db, member, row, lines, now=now) or member.id in moved:
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


def _write(member: Member, row: MemberRow, lines: dict[int, str], *, settings: NetworkSettings, name: str) -> None:
    """Writes the row's data; the network's settings replace what the file leaves out."""
    member.source, member.source_name = MemberSource.IMPORTED, name
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


@dataclass(slots=True)
class Forecast:
    """What importing some rows would do: numbers of people, names of new themes by their folds, and the lines of
    people whose address would change."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    themes: dict[str, str] = field(default_factory=dict)
    moving: list[int] = field(default_factory=list)


def forecast(db: Session, rows: Sequence[MemberRow]) -> Forecast:
    """Writes nothing. `changed` are the people that an import with `update` would change."""
    people, found = _People(db, rows), Forecast()
    by_term = {row.term: row.theme_id for row in db.scalars(select(ThemeTerm))}
    for row in rows:
        member = people.find(row)
        found.themes.update({fold(name): name for name in row.themes if fold(name) not in by_term})
        if member is None or member.joining is not None:
            found.new += 1
            continue
        if member.email != row.email:
            found.moving.append(row.line)
        differs = member.email != row.email or _differs(member, row, by_term)
        found.changed, found.unchanged = found.changed + differs, found.unchanged + (not differs)
    return found


def _differs(member: Member, row: MemberRow, by_term: Mapping[str, int]) -> bool:
    """Says whether `_update` would change the member."""
    facts = {name: list(value) if isinstance(value, tuple) else value for name, value in row.facts.items() if value}
    if any(getattr(member, name) != value for name, value in facts.items()):
        return True
    if not member.mentor or not row.themes:
        return False
    offered = {offer.theme_id: offer.proof for offer in member.offers}
    named = {by_term.get(fold(name), 0): proof for name, proof in row.themes.items()}
    return named.keys() != offered.keys() or any(proof and proof != offered[key] for key, proof in named.items())
