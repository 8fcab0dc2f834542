"""Exports members with the columns that an import reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.directory.queries import every_member
from flashmeet.directory.rules.filters import EVERYBODY, MemberFilter
from flashmeet.identity.models import Member
from flashmeet.people.rules.facts import OPTIONAL_COLUMNS
from flashmeet.people.rules.member_cells import is_one_theme, proof_cell, theme_cell
from flashmeet.people.rules.member_columns import COLUMNS
from flashmeet.themes.models import Theme

_CELLS: dict[str, Callable[[Member], object]] = {
    "roles": lambda member: ";".join(member.roles),
    "approved": lambda member: "yes" if member.approved else "no",
    "languages": lambda member: ";".join(member.languages),
}


def member_rows(db: Session, wanted: MemberFilter = EVERYBODY, *, locale: str) -> Iterator[list[object]]:
    """Yields the header, then the members that match the filter, for `core.spreadsheets.writer`."""
    themes = {theme.id: _theme_cell(theme, locale) for theme in db.scalars(select(Theme))}
    columns = (*COLUMNS, *OPTIONAL_COLUMNS)
    yield list(columns)
    for member in every_member(db, wanted):
        yield [_cell(member, column, themes) for column in columns]


def _theme_cell(theme: Theme, locale: str) -> str:
    """Returns a name by which an import finds the theme; a name with a semicolon would be read as two."""
    name = theme.name(locale)
    return name if is_one_theme(name) else theme.slug


def _cell(member: Member, column: str, themes: dict[int, str]) -> object:
    offers = [offer for offer in member.offers if offer.theme_id in themes]
    if column == "themes":
        return theme_cell([themes[offer.theme_id] for offer in offers])
    if column == "proof":
        return proof_cell([offer.proof for offer in offers], [themes[offer.theme_id] for offer in offers])
    return _CELLS[column](member) if column in _CELLS else getattr(member, column)
