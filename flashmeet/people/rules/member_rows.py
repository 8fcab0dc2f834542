"""One row of a member file: the person it is about, or what is wrong in its cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flashmeet.core.errors import AccentedEmail, BadInput, Missing, OutOfRange, TooLong
from flashmeet.identity.rules import ROLES
from flashmeet.people.rules.empty_texts import says_nothing
from flashmeet.people.rules.facts import FACTS, FactKind, FactReader, Facts, FactSource, fact, facts_of
from flashmeet.people.rules.headings import CITY, FULL_NAME, ROLE, THEME
from flashmeet.people.rules.member_cells import (
    WrongCell,
    checked_theme,
    first_address,
    full_name,
    name_beside_address,
    proof_texts,
    read_approved,
    read_roles,
    read_themes,
    without_civility,
    yes_or_no,
    zone_of_city,
)
from flashmeet.people.rules.member_columns import COLUMNS, KnownWords, Plan

_OPTIONAL = frozenset(each.name for each in facts_of(FactSource.IMPORT) if each.optional_column) | {"proof"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """One person in the file; None, or empty, where the file has no value.

    `themes` maps names as written to their proofs.
    """

    email: str
    roles: frozenset[str]
    approved: bool
    themes: Mapping[str, str]
    facts: Facts
    line: int = field(default=0, compare=False)

    @property
    def external_id(self) -> str:
        """The school's key of this person; "" where the file has none."""
        return str(self.facts.get("external_id") or "")

    def says(self) -> int:
        """Returns a number that two rows share that say the same."""
        return hash((self.email, self.roles, self.approved, *self.themes.items(), *sorted(self.facts.items())))


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault on a line of the file (the header is line 1), for `people.wording`.

    `columns` is how many the header has.
    """

    line: int
    code: str
    column: str = ""
    value: str = ""
    columns: int = len(COLUMNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a file is to be read: phone numbers without + belong to `country`; `roles` and `approved` are taken where
    the file says nothing; `plan` is what its columns were taken for, if somebody has looked at it."""

    country: str
    words: KnownWords = field(default_factory=KnownWords)
    roles: frozenset[str] = frozenset()
    approved: bool | None = None
    plan: Plan | None = None


class RowReader:
    """Reads the cells of one row; collects every problem, so that one pass over the file finds them all."""

    def __init__(self, line: int, cells: Mapping[str, list[tuple[str, str]]], how: Reading, reader: FactReader) -> None:
        self._line, self._cells, self._how, self._reader = line, cells, how, reader
        self.problems: list[Problem] = []

    def row(self) -> MemberRow:
        """Returns the row, which is valid only if there are no problems."""
        read: dict[str, Any] = {}
        self._names()
        for column in self._order():
            with self._at(column):
                read[column] = self._value(column, self._text(column))
        proofs = read.pop("proof", None) or []
        themes: dict[str, str] = {}
        with self._at("themes"):
            themes = read_themes(self._text("themes"), proofs, known=self._how.words.themes)
        self._themed(themes)
        email, roles, approved = read.pop("email", ""), read.pop("roles", frozenset()), read.pop("approved", False)
        return MemberRow(email=email, roles=roles, approved=approved, themes=themes, facts=read, line=self._line)

    def _order(self) -> list[str]:
        """Our columns, in the order of the file; those that are not in it are read as empty."""
        ours = [*(fact.name for fact in facts_of(FactSource.IMPORT)), "roles", "approved", "proof"]
        there = [column for column in self._cells if column in ours]
        always = [column for column in ours if column not in there and column not in _OPTIONAL]
        return [*there, *always]

    def _text(self, column: str) -> str:
        found = self._cells.get(column) or [("", "")]
        if column == "languages":
            found = [each for each in found if not says_nothing(each[1], line=False)]
        if column in ("themes", "languages", "roles", "proof"):
            return "\n".join(text.strip() for _, text in found)
        text = found[0][1].strip()
        known = next((each for each in FACTS if each.name == column), None)
        return "" if known is not None and says_nothing(text, line=known.kind == FactKind.LINE) else text

    def _names(self) -> None:
        """A name in one cell, or beside the address, gives the first and last name that the row has not."""
        if self._text("first_name"):
            return
        whole = self._text(FULL_NAME) or ("" if self._text("last_name") else name_beside_address(self._text("email")))
        if whole:
            first, last = full_name(without_civility(whole))
            heading = self._cells.get(FULL_NAME, [("email", "")])[0][0]
            filled = {"first_name": [(heading, first)]}
            if not self._text("last_name"):
                filled["last_name"] = [(heading, last)]
            self._cells = {**self._cells, **filled}

    def _value(self, column: str, text: str) -> object:
        """Returns the cell's value. Raises WrongCell, BadInput."""
        if column == "roles":
            return self._roles(text)
        if column == "approved":
            otherwise = self._how.approved if column in self._cells else bool(self._how.approved)
            return read_approved(text, otherwise=True if self._gives_no_hours() else otherwise)
        if column == "proof":
            return [self._reader.read(fact(column), each, way=FactSource.IMPORT) for each in proof_texts(text)]
        if column == "email":
            text = first_address(text)
        if column == "first_name":
            text = without_civility(text)
        if column == "tzid" and not text:
            text = zone_of_city(self._text(CITY))
        return self._reader.read(fact(column), text, way=FactSource.IMPORT)

    def _gives_no_hours(self) -> bool:
        """Whether the row is of somebody who does not mentor: approval is of mentors alone."""
        try:
            roles = read_roles(self._text("roles"), words=self._how.words.roles, otherwise=self._how.roles)
        except WrongCell:
            return False
        return "mentor" not in roles and not yes_or_no(self._text(f"{ROLE}mentor"))

    def _roles(self, text: str) -> frozenset[str]:
        marked: set[str] = set()
        for role in ROLES:
            mark = self._text(f"{ROLE}{role}")
            if mark and yes_or_no(mark) is None:
                self.problems.append(Problem(self._line, "approved", self._heading(f"{ROLE}{role}"), mark))
            if yes_or_no(mark):
                marked.add(role)
        if marked and not text:
            return frozenset(marked)
        return read_roles(text, words=self._how.words.roles, otherwise=self._how.roles) | marked

    def _themed(self, themes: dict[str, str]) -> None:
        """Adds the themes that have a column of their own: with a yes, or with their line of proof."""
        for column in self._cells:
            text = self._text(column) if column.startswith(THEME) else ""
            marked = yes_or_no(text)
            if text and marked is not False:
                with self._at(column):
                    name = column.removeprefix(THEME)
                    checked_theme(name)
                    line = "" if marked else self._reader.read(fact("proof"), text, way=FactSource.IMPORT)
                    themes[name] = themes.get(name) or str(line)

    def _heading(self, column: str) -> str:
        return " ".join((self._cells.get(column) or [("", "")])[0][0].split()) or column

    @contextmanager
    def _at(self, column: str) -> Iterator[None]:
        try:
            yield
        except WrongCell as wrong:
            self.problems.append(Problem(self._line, wrong.code, self._heading(column), wrong.value))
        except BadInput as refusal:
            code, value = _broken_rule(refusal, self._text(column))
            self.problems.append(Problem(self._line, code, self._heading(column), value))


def _broken_rule(refusal: BadInput, text: str) -> tuple[str, str]:
    """Returns the broken rule, by its name in `people.wording`, and the offending part."""
    if isinstance(refusal, Missing):
        return "empty", ""
    if isinstance(refusal, TooLong):
        return "long", str(refusal.facts["most"])
    if isinstance(refusal, AccentedEmail):
        return "accented_email", text
    if refusal.field == "languages":
        too_many = isinstance(refusal, OutOfRange)
        return ("languages", str(refusal.facts["high"])) if too_many else ("language", str(refusal.facts["value"]))
    return refusal.field, text
