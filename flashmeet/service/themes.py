"""Themes: found by slug, name or synonym in any language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.domain.errors import UnknownTheme
from flashmeet.domain.themes import fold, recognise, slugify
from flashmeet.store.models import Theme, ThemeTerm

LONGEST_TERM = 200


def active_themes(session: Session) -> Sequence[Theme]:
    return session.scalars(select(Theme).where(Theme.active).order_by(Theme.slug)).all()


def find_theme(session: Session, text: str | int) -> Theme:
    """The theme of that id, slug, name or synonym, whatever the case and the accents. Raises UnknownTheme."""
    wanted = str(text)
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 18:
        theme = session.get(Theme, int(wanted))
    else:
        theme = session.scalar(select(Theme).join(Theme.terms).where(ThemeTerm.term == fold(wanted[:LONGEST_TERM])))
    if theme is None or not theme.active:
        raise UnknownTheme(theme=wanted[:LONGEST_TERM])
    return theme


def recognised_theme(session: Session, need: str) -> Theme | None:
    """The theme that a need is about, when its words say so."""
    rows = session.execute(
        select(ThemeTerm.term, ThemeTerm.theme_id).join(Theme, Theme.id == ThemeTerm.theme_id).where(Theme.active)
    ).all()
    theme_id = recognise(need[:2_000], {row.term: row.theme_id for row in rows})
    return None if theme_id is None else session.get(Theme, theme_id)


def create_theme(
    session: Session, *, names: Mapping[str, str], synonyms: Sequence[str] = (), regulated: bool = False
) -> Theme:
    """A theme that is found by its slug, names and synonyms; a term that leads elsewhere already stays there."""
    slug = slugify(next(iter(names.values())))
    theme = Theme(slug=slug, names=dict(names), regulated=regulated)
    wanted = {fold(text) for text in (slug, *names.values(), *synonyms)} - {""}
    there = set(session.scalars(select(ThemeTerm.term).where(ThemeTerm.term.in_(wanted))))
    theme.terms = [ThemeTerm(term=term) for term in sorted(wanted - there)]
    session.add(theme)
    session.flush()
    return theme
