"""Which column of a people's file is taken for which of ours: found by headings and contents, and changed by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from flashmeet.core.text import fold
from flashmeet.identity.rules import ROLES
from flashmeet.people.rules.facts import OPTIONAL_COLUMNS
from flashmeet.people.rules.headings import (
    CITY,
    FULL_NAME,
    IGNORED,
    KNOWN,
    ROLE,
    THEME,
    columns_named,
    heading_key,
    themed,
)
from flashmeet.people.rules.member_cells import role_named, yes_or_no

COLUMNS = (
    "email",
    "first_name",
    "last_name",
    "roles",
    "approved",
    "tzid",
    "locale",
    "phone",
    "graduation_year",
    "themes",
    "languages",
    "company",
    "sector",
    "headline",
)
HEADER = ",".join(COLUMNS)
MEANINGS = (*COLUMNS, *OPTIONAL_COLUMNS, FULL_NAME, CITY, *(f"{ROLE}{role}" for role in ROLES))
"""What a column can be taken for, besides one theme (`theme:` and its name)."""
LOOKED_AT = 60
"""Rows in which headings are looked for, and by which a column's contents are judged."""

Rows = Sequence[tuple[int, Sequence[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownWords:
    """What the network already knows: folded names of its themes, its own words for roles, and what an administrator
    took a heading for the last time (by `heading_key`)."""

    themes: Collection[str] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    headings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a file is read: the line of its headings (0: it has none), and what each column is taken for."""

    line: int
    headings: tuple[str, ...]
    meanings: tuple[str, ...]
    exact: bool = False
    """Whether it is our own form, in which every row has as many cells as the header."""
    turned: bool = False
    """Whether the headings stand below each other, in the first column, and each person has a column."""


def plan_for(rows: Rows, words: KnownWords) -> Plan:
    """Finds the headings among the first rows, and what each column means."""
    at = _heading_row(rows, words)
    if _is_turned(rows):
        return Plan(line=rows[0][0], headings=tuple(rows[0][1]), meanings=(IGNORED,) * len(rows[0][1]), turned=True)
    if at is None:
        width = max((len(cells) for _, cells in rows), default=0)
        return Plan(line=0, headings=("",) * width, meanings=_by_content([IGNORED] * width, rows))
    line, headings = rows[at][0], tuple(rows[at][1])
    if tuple(headings[: len(COLUMNS)]) == COLUMNS and set(headings[len(COLUMNS) :]) <= set(OPTIONAL_COLUMNS):
        return Plan(line=line, headings=headings, meanings=headings, exact=len(set(headings)) == len(headings))
    below = rows[at + 1 :]
    width = max((len(headings), *(len(cells) for _, cells in below if _filled(cells))), default=0)
    headings += ("",) * (width - len(headings))
    meanings = [_meaning(heading, _texts(below, column), words) for column, heading in enumerate(headings)]
    if "email" not in meanings:
        meanings = list(_by_content(meanings, below))
    if "first_name" not in meanings and FULL_NAME not in meanings and "last_name" in meanings:
        meanings[meanings.index("last_name")] = FULL_NAME
    return Plan(line=line, headings=headings, meanings=tuple(meanings))


def _heading_row(rows: Rows, words: KnownWords) -> int | None:
    """Returns which row holds the headings; the first row does where none is known, unless it holds an address."""
    named = [_columns_of(cells, words) for _, cells in rows]
    best = max(range(len(rows)), key=lambda at: named[at], default=None)
    if best is not None and named[best] and not _holds_address(rows[best][1]):
        return best
    widest = max((len(_filled(cells)) for _, cells in rows), default=0)
    first = next((at for at, (_, cells) in enumerate(rows) if len(_filled(cells)) * 2 >= widest), None)
    return None if first is None or _holds_address(rows[first][1]) else first


def _is_turned(rows: Rows) -> bool:
    """Whether the first column names three of our columns, more than any row does, and addresses stand in one row."""
    named = columns_named(cells[0] for _, cells in rows if cells)
    across = max((columns_named(cells) for _, cells in rows), default=0)
    return named >= 3 and named > across and any(sum("@" in each for each in cells) > 1 for _, cells in rows)


def _columns_of(cells: Sequence[str], words: KnownWords) -> int:
    return columns_named(cells) + sum(1 for each in cells if each.strip() and heading_key(each) in words.headings)


def _meaning(heading: str, texts: Sequence[str], words: KnownWords) -> str:
    key = heading_key(heading)
    if not key:
        return IGNORED
    if key in words.headings:
        return words.headings[key]
    meaning, theme = KNOWN.get(key, IGNORED), themed(heading)
    if meaning == IGNORED and (theme or fold(heading) in words.themes):
        return THEME + (theme or heading.strip())
    return meaning if key in ("role", "roles", "approved") or _fits(meaning, texts, words) else IGNORED


def _fits(meaning: str, texts: Sequence[str], words: KnownWords) -> bool:
    """Says whether a column holds what its heading may mean: `Statut` is a role only where mentors stand in it."""
    if meaning == "roles":
        return _mostly(texts, lambda text: role_named(re.split("[;,]", text)[0], words.roles) is not None)
    if meaning == "approved" or meaning.startswith(ROLE):
        return _mostly(texts, lambda text: yes_or_no(text) is not None)
    return True


def _mostly(texts: Sequence[str], reads: Callable[[str], bool]) -> bool:
    return not texts or sum(1 for text in texts if reads(text)) * 2 >= len(texts)


def _by_content(meanings: Sequence[str], rows: Rows) -> tuple[str, ...]:
    """Takes the column with most addresses for the addresses, where no heading says so."""
    counts = {
        column: sum(1 for text in _texts(rows, column) if "@" in text)
        for column, meaning in enumerate(meanings)
        if meaning == IGNORED
    }
    best = max(counts, key=lambda column: counts[column], default=-1)
    return tuple("email" if at == best and counts[best] else meaning for at, meaning in enumerate(meanings))


def _texts(rows: Rows, column: int) -> list[str]:
    return [text for _, cells in rows if column < len(cells) and (text := cells[column].strip())]


def _filled(cells: Sequence[str]) -> list[str]:
    return [each for each in cells if each.strip()]


def _holds_address(cells: Sequence[str]) -> bool:
    return any("@" in each for each in cells)


def cells_of(plan: Plan, texts: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Returns heading and text of the cells of each meaning that are filled, and of each that is empty throughout."""
    cells: dict[str, list[tuple[str, str]]] = {}
    for meaning, heading, text in zip_longest(plan.meanings, plan.headings, texts, fillvalue=""):
        if meaning != IGNORED:
            there = cells.setdefault(meaning, [])
            if text.strip() or not there:
                there.append((heading, text))
    return {meaning: [each for each in found if each[1].strip()] or found for meaning, found in cells.items()}


def is_meaning(text: str) -> bool:
    """Says whether a column can be taken for it."""
    return text in MEANINGS or text == IGNORED or (text.startswith(THEME) and bool(fold(text.removeprefix(THEME))))
