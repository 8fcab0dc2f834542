"""The list of members as a file: the same columns that an import reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.spreadsheets import inert_row
from flashmeet.identity.models.member import Member
from flashmeet.people.service.import_rows import COLUMNS
from flashmeet.people.service.membership import every_member
from flashmeet.themes.models.theme import Theme

_CELLS: dict[str, Callable[[Member], object]] = {
    "roles": lambda member: ";".join(member.roles),
    "approved": lambda member: "yes" if member.approved else "no",
    "languages": lambda member: ";".join(member.languages),
}


def member_rows(session: Session, *, locale: str, text: str = "", only: str = "") -> Iterator[list[str]]:
    """The header, then everybody who fits the filter; every cell can be opened in a spreadsheet without harm."""
    themes = {theme.id: theme.name(locale) for theme in session.scalars(select(Theme))}
    yield list(COLUMNS)
    for member in every_member(session, text=text, only=only):
        yield inert_row(_cell(member, column, themes) for column in COLUMNS)


def _cell(member: Member, column: str, themes: dict[int, str]) -> object:
    if column == "themes":
        return ";".join(themes[offer.theme_id] for offer in member.offers if offer.theme_id in themes)
    return _CELLS[column](member) if column in _CELLS else getattr(member, column)
