"""Imports members. Sends no message; imported members are active at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from flashmeet.identity.rules import ROLES, JoiningState, MemberSource
from flashmeet.identity.service.events import mentor_changed
from flashmeet.people.rules.member_rows import MemberRow, Problem
from flashmeet.people.service.addresses import set_address
from flashmeet.people.service.profile import change_facts, set_facts
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
    db: Session, rows: Sequence[MemberRow], *, update: bool, by: int | None = None, now: datetime, name: str = ""
) -> Imported:
    """Imports the rows but those whose address is another member's: these are the problems of what it returns."""
    people = _People(db, rows, update=update)
    left_out = {each.line for each in people.problems}
    imported = _import(db, [row for row in rows if row.line not in left_out], people, by=by, now=now, name=name)
    imported.problems = people.problems
    return imported


def import_members(
    db: Session, rows: Iterable[MemberRow], *, update: bool, by: int | None = None, now: datetime, name: str = ""
) -> Imported:
    """Creates new members, who came by the import of that `name`.

    Existing ones stay unchanged, or with `update` take the non-empty profile cells.

    Whoever has the row's `external_id` is that person, and with `update` takes the row's address: both addresses are
    told. Raises WrongFile where an address is another member's. `by` is the administrator who imports, None for the
    server's command line.
    """
    rows = list(rows)
    people = _People(db, rows, update=update)
    if people.problems:
        raise WrongFile(people.problems)
    return _import(db, rows, people, by=by, now=now, name=name)


def _import(
    db: Session, rows: Sequence[MemberRow], people: _People, *, by: int | None, now: datetime, name: str
) -> Imported:
    settings = network_settings(db)
    moved = people.follow_addresses(db, by=by, now=now)
    imported = Imported()
    themes = _Themes(db, settings.locale, imported.themes)
    for row in rows:
        member = people.find(row)
        if member is not None and member.joining is None and not people.update:
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
    """The members that the rows are about: by the school's key, else by address, as it is once those whom an `update`
    gives another address have left theirs.

    `problems` are rows that it cannot take: a new address that is another member's and stays theirs, or an address
    whose member has another key and another name. `mistaken` are the latter alone.
    """

    def __init__(self, db: Session, rows: Sequence[MemberRow], *, update: bool) -> None:
        self.update = update
        self._by_email = {each.email: each for each in _known(db, Member.email, [row.email for row in rows])}
        keys = [row.external_id for row in rows if row.external_id]
        self._by_key = {each.external_id: each for each in _known(db, Member.external_id, keys)}
        moves = [(member, row) for row in rows if (member := self._keyed(row)) and member.email != row.email]
        self._moving, stuck = _in_order(moves if update else [], self._by_email)
        for member, _ in self._moving:
            self._by_email.pop(member.email, None)
        self._by_email |= {row.email: member for member, row in self._moving}
        self.mistaken = [_taken(row) for row in rows if self._is_anothers(row)]
        self.problems = [*(_taken(row) for _, row in stuck), *self.mistaken]

    def find(self, row: MemberRow) -> Member | None:
        return self._keyed(row) or self._by_email.get(row.email)

    def _keyed(self, row: MemberRow) -> Member | None:
        return self._by_key.get(row.external_id)

    def _is_anothers(self, row: MemberRow) -> bool:
        """Whether the row's address leads to somebody else: two people may share one, and a school gives it on."""
        found = self._by_email.get(row.email)
        if found is None or self._keyed(row) is not None or not (row.external_id and found.external_id):
            return False
        names = fold(f"{row.facts['first_name']} {row.facts['last_name']}"), fold(found.name)
        return {*names[0].split()} != {*names[1].split()}

    def follow_addresses(self, db: Session, *, by: int | None, now: datetime) -> set[int]:
        """Changes the addresses, each once its new one is free; returns whose."""
        for member, row in self._moving:
            set_address(db, member, row.email, by=by, now=now)
        return {member.id for member, _ in self._moving}


_Moves = list[tuple[Member, MemberRow]]


def _in_order(moves: _Moves, by_email: Mapping[str, Member]) -> tuple[_Moves, _Moves]:
    """Returns the moves, each once its new address is free, and those whose new one stays another member's.

    Whoever has not proved an address keeps it from nobody.
    """
    taken = {email for email, member in by_email.items() if member.joining != JoiningState.PROOF}
    waiting, free = moves, _Moves()
    while ready := [each for each in waiting if each[1].email not in taken]:
        free += ready
        waiting = [each for each in waiting if each not in ready]
        taken -= {member.email for member, _ in ready}
    return free, waiting


def _taken(row: MemberRow) -> Problem:
    return Problem(row.line, "taken", "email", row.email)


def _known(db: Session, column: InstrumentedAttribute[Any], values: Sequence[str]) -> Iterator[Member]:
    for first in range(0, len(values), _ADDRESSES_AT_ONCE):
        some = column.in_(values[first : first + _ADDRESSES_AT_ONCE])
        yield from db.scalars(select(Member).where(some).options(selectinload(Member.offers)))


def _proofs(named: Mapping[str, str], theme_id: Callable[[str], int]) -> dict[int, str]:
    """Returns the proofs by theme id; of a theme named twice, the first that there is."""
    lines: dict[int, str] = {}
    for name, proof in named.items():
        key = theme_id(name)
        lines[key] = lines.get(key) or proof
    return lines


class _Themes:
    """Finds themes by slug, name or synonym, and creates unknown ones."""

    def __init__(self, db: Session, locale: str, created: list[str]) -> None:
        self._session, self._locale, self._created = db, locale, created
        self._by_term = {row.term: row.theme_id for row in db.scalars(select(ThemeTerm))}

    def lines(self, named: Mapping[str, str]) -> dict[int, str]:
        """Returns the proofs by theme id."""
        return dict(sorted(_proofs(named, self._id).items()))

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
    changed = change_facts(db, member, {name: value for name, value in row.facts.items() if value}, now=now)
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
    """What importing some rows would do: numbers of people, names of new themes by their folds, the lines of people
    whose address would change, and rows whose address is somebody else's."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    themes: dict[str, str] = field(default_factory=dict)
    moving: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def forecast(db: Session, rows: Sequence[MemberRow]) -> Forecast:
    """Writes nothing. `changed` are the people that an import with `update` would change."""
    people = _People(db, rows, update=True)
    found = Forecast(problems=people.mistaken)
    left_out = {each.line for each in people.mistaken}
    by_term = {row.term: row.theme_id for row in db.scalars(select(ThemeTerm))}
    for row in (each for each in rows if each.line not in left_out):
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
    named = _proofs(row.themes, lambda name: by_term.get(fold(name), 0))
    return named.keys() != offered.keys() or any(proof and proof != offered[key] for key, proof in named.items())
