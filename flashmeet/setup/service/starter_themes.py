"""The starter themes: offered while they are missing, and their words for themes that have only their name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.database.kept import kept
from flashmeet.core.errors import NotFound
from flashmeet.core.text import fold
from flashmeet.identity.models import Member
from flashmeet.themes.models import Theme, ThemeEvent
from flashmeet.themes.rules.changes import ThemeChange
from flashmeet.themes.rules.recognition import slugify, tidy_synonyms
from flashmeet.themes.rules.starter_set import STARTER, StarterTheme, starter_named
from flashmeet.themes.service import add_terms, create_theme


@dataclass(frozen=True, slots=True)
class Offered:
    """A starter theme that the network has under none of its names; `slug` names it in forms."""

    slug: str
    theme: StarterTheme


@dataclass(frozen=True, slots=True)
class WordlessTheme:
    """An active theme with a starter's name that lacks `lacking` of its words: what people type does not lead there."""

    theme_id: int
    name: str
    lacking: int


def missing_starters(db: Session) -> Sequence[Offered]:
    """Returns the starter themes that are missing, which each process keeps."""
    return kept(db, _missing)


def wordless_themes(db: Session) -> Sequence[WordlessTheme]:
    """Returns the themes that could take a starter's words, which each process keeps."""
    return kept(db, _wordless)


def _missing(db: Session) -> Sequence[Offered]:
    known = {fold(word) for theme in db.scalars(select(Theme)) for word in (theme.slug, *theme.names.values())}
    return [Offered(_slug(each), each) for each in STARTER if not known.intersection(map(fold, each.names.values()))]


def _slug(starter: StarterTheme) -> str:
    return slugify(next(iter(starter.names.values())))


def _wordless(db: Session) -> Sequence[WordlessTheme]:
    found = []
    for theme in db.scalars(select(Theme).where(Theme.active).order_by(Theme.id)):
        starter = starter_of(theme)
        if starter is not None and _lacks_everything(theme, starter):
            found.append(WordlessTheme(theme.id, theme.name("fr"), sum(map(len, starter.synonyms.values()))))
    return found


def starter_of(theme: Theme) -> StarterTheme | None:
    """Returns the starter theme that has one of this theme's names."""
    return next(filter(None, (starter_named(fold(name)) for name in theme.names.values())), None)


def _lacks_everything(theme: Theme, starter: StarterTheme) -> bool:
    """Whether it has none of the starter's words: somebody who took some away meant it."""
    own = {fold(word) for some in theme.synonyms.values() for word in some}
    return not own.intersection(fold(word) for some in starter.synonyms.values() for word in some)


def open_starters(db: Session, slugs: Collection[str], *, by: Member, now: datetime) -> int:
    """Creates those of the missing starter themes; returns how many are new. Raises NotFound for an unknown one."""
    if not set(slugs) <= {_slug(each) for each in STARTER}:
        raise NotFound
    wanted = [each.theme for each in _missing(db) if each.slug in slugs]
    for seed in wanted:
        theme = create_theme(
            db, names=seed.names, synonyms=seed.synonyms, examples=seed.examples, regulated=seed.regulated
        )
        _remember(db, theme, by, ThemeChange.CREATED, now=now)
    return len(wanted)


def every_starter() -> list[str]:
    return [_slug(each) for each in STARTER]


def take_starters_words(db: Session, theme_id: int, *, by: Member, now: datetime) -> Theme:
    """Adds the starter's synonyms, examples and names in other languages; what the theme has stays.

    Raises NotFound for a theme with no starter's name.
    """
    theme = db.get(Theme, theme_id, with_for_update=True)
    starter = starter_of(theme) if theme is not None and theme.active else None
    if theme is None or starter is None:
        raise NotFound
    before = {"names": dict(theme.names), "regulated": theme.regulated}
    theme.names = {**starter.names, **theme.names}
    theme.synonyms = {
        locale: tidy_synonyms([*theme.synonyms.get(locale, ()), *words]) for locale, words in starter.synonyms.items()
    }
    theme.examples = {**{locale: list(some) for locale, some in starter.examples.items()}, **theme.examples}
    db.flush()
    add_terms(db, theme)
    _remember(db, theme, by, ThemeChange.CHANGED, now=now, before=before)
    return theme


def _remember(db: Session, theme: Theme, by: Member, what: ThemeChange, *, now: datetime, **facts: object) -> None:
    db.add(ThemeEvent(theme_id=theme.id, by_id=by.id, at=now, what=what, facts=facts))
    db.flush()
