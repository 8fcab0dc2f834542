"""Themes: found by slug, name or synonym in any language."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, false, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from flashmeet.core.database.kept import kept, renew_revision
from flashmeet.core.errors import ThemeExists, UnknownTheme
from flashmeet.core.numbers import number_or_none
from flashmeet.core.text import fold, sort_key
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.messages.models import OutboxMessage
from flashmeet.themes.models import Theme, ThemeTerm, name_in
from flashmeet.themes.queries import active_themes, described_themes, learned_of_themes, learns, write_choice
from flashmeet.themes.rules.learning import tidy_need
from flashmeet.themes.rules.recognition import slugify, tidy_synonyms
from flashmeet.themes.rules.understanding import DescribedTheme, Recognised, Understanding

LONGEST_TERM = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTheme:
    """An active theme as each process keeps it."""

    id: int
    slug: str
    names: Mapping[str, str]
    regulated: bool
    examples: Mapping[str, Sequence[str]]

    def name(self, locale: str) -> str:
        return name_in(self.names, locale, slug=self.slug)


def known_themes(db: Session) -> Sequence[KnownTheme]:
    """Returns what `active_themes` returns, to show it, without a statement."""
    return kept(db, _known_themes)


def _known_themes(db: Session) -> Sequence[KnownTheme]:
    return [
        KnownTheme(
            id=theme.id,
            slug=theme.slug,
            names=dict(theme.names),
            regulated=theme.regulated,
            examples=dict(theme.examples),
        )
        for theme in active_themes(db)
    ]


def themes_by_name(db: Session, locale: str) -> list[Theme]:
    """Returns the active themes as people who read that language sort them."""
    return sorted(active_themes(db), key=lambda theme: sort_key(theme.name(locale)))


def known_by_name(db: Session, locale: str) -> Sequence[KnownTheme]:
    """Returns what `themes_by_name` returns, to show it, without a statement."""
    return kept(db, _known_by_name, locale)


def _known_by_name(db: Session, locale: str) -> Sequence[KnownTheme]:
    return sorted(known_themes(db), key=lambda theme: sort_key(theme.name(locale)))


def known_theme(db: Session, theme_id: int) -> KnownTheme | None:
    """Returns an active theme, to show it, without a statement."""
    return kept(db, _known_by_id).get(theme_id)


def _known_by_id(db: Session) -> Mapping[int, KnownTheme]:
    return {theme.id: theme for theme in known_themes(db)}


def find_theme(db: Session, text: str | int) -> Theme:
    """Returns the theme of that id, slug, name or synonym, ignoring case and accents. Raises UnknownTheme.

    A merged theme leads to the theme it was merged into.
    """
    return db.get_one(Theme, theme_id_of(db, text))


def offers(db: Session, text: str) -> ColumnElement[bool]:
    """Selects members who offer the theme that `find_theme` finds; none where there is no such theme."""
    found = known_theme_id(db, text)
    if found is None:
        return false()
    return exists().where(MentorTheme.mentor_id == Member.id, MentorTheme.theme_id == found)


def theme_id_of(db: Session, text: str | int) -> int:
    """The id of the theme that `find_theme` finds. Raises UnknownTheme."""
    found = known_theme_id(db, text)
    if found is None:
        raise UnknownTheme(theme=str(text)[:LONGEST_TERM])
    return found


def known_theme_id(db: Session, text: str | int) -> int | None:
    """The same; None where there is no such theme."""
    wanted, themes = str(text), kept(db, _themes)
    number = number_or_none(wanted)
    found = kept(db, _terms).get(fold(wanted[:LONGEST_TERM]), 0) if number is None else number
    merged_into = themes[found].merged_into_id if found in themes else None
    found = merged_into or found
    return found if found in themes and themes[found].active else None


def _themes(db: Session) -> dict[int, Row[int, bool, int | None]]:
    return {row.id: row for row in db.execute(select(Theme.id, Theme.active, Theme.merged_into_id))}


def recognise_need(db: Session, need: str, *, by: Understanding) -> Recognised:
    """Returns the active themes that a need is nearest to."""
    return by.recognise(need, kept(db, _described), kept(db, _understood_terms))


def recognised_theme(db: Session, need: str, *, by: Understanding) -> Theme | None:
    """Returns the theme that a need is about, if any."""
    theme_id = recognise_need(db, need, by=by).theme_id
    return None if theme_id is None else db.get(Theme, theme_id)


def _described(db: Session) -> tuple[DescribedTheme, ...]:
    learned = kept(db, learned_of_themes)
    return tuple(
        replace(theme, learned=learned[theme.id].needs, learned_words=learned[theme.id].words)
        if theme.id in learned
        else theme
        for theme in described_themes(db)
    )


def _understood_terms(db: Session) -> dict[str, int]:
    learned = {word: theme_id for theme_id, lesson in kept(db, learned_of_themes).items() for word in lesson.words}
    return learned | theme_terms(db)


def note_choice(
    db: Session, member_id: int, need: str, theme_id: int, *, understood: int | None, now: datetime
) -> None:
    """Keeps the theme that a member chose for a need, unless that is how it was understood (`themes.rules.learning`).

    The member's oldest choices make room for it. Where the network does not learn, nothing is kept.
    """
    text = tidy_need(need)
    if theme_id == understood or not text or not learns(db):
        return
    before = learned_of_themes(db)
    write_choice(db, member_id=member_id, theme_id=theme_id, text=text, now=now)
    if learned_of_themes(db) != before:
        renew_revision(db)


def theme_terms(db: Session) -> dict[str, int]:
    """Returns every folded term that leads to an active theme, with its id."""
    return kept(db, _active_terms)


def _active_terms(db: Session) -> dict[str, int]:
    query = select(ThemeTerm.term, ThemeTerm.theme_id).join(Theme, Theme.id == ThemeTerm.theme_id).where(Theme.active)
    return {row.term: row.theme_id for row in db.execute(query)}


def _terms(db: Session) -> dict[str, int]:
    """Every folded term, that of a merged or retired theme too."""
    return {row.term: row.theme_id for row in db.execute(select(ThemeTerm.term, ThemeTerm.theme_id))}


def create_theme(
    db: Session,
    *,
    names: Mapping[str, str],
    synonyms: Mapping[str, Sequence[str]] | Sequence[str] = (),
    examples: Mapping[str, Sequence[str]] | None = None,
    regulated: bool = False,
) -> Theme:
    """Creates a theme, found by its slug, names and synonyms; terms of other themes stay theirs.

    Synonyms without a language belong to the first name's. Raises ThemeExists when its slug is in use.
    """
    first = next(iter(names))
    by_language = dict(synonyms) if isinstance(synonyms, Mapping) else {first: synonyms}
    theme = Theme(
        slug=slugify(names[first]),
        names=dict(names),
        regulated=regulated,
        synonyms={locale: tidy_synonyms(words) for locale, words in by_language.items() if words},
        examples={locale: list(questions) for locale, questions in (examples or {}).items() if questions},
    )
    try:
        with db.begin_nested():
            db.add(theme)
            db.flush()
    except IntegrityError as error:
        raise ThemeExists(theme=names[first]) from error
    add_terms(db, theme)
    return theme


def add_terms(db: Session, theme: Theme) -> None:
    """Makes the theme's slug, names and synonyms lead to it, except those that lead elsewhere."""
    words = (theme.slug, *theme.names.values(), *(word for some in theme.synonyms.values() for word in some))
    wanted = {fold(word)[:LONGEST_TERM] for word in words} - {""}
    there = set(db.scalars(select(ThemeTerm.term).where(ThemeTerm.term.in_(wanted))))
    theme.terms.extend(ThemeTerm(term=term) for term in sorted(wanted - there))
    db.flush()


def themes_of(db: Session, slugs: Collection[str]) -> Mapping[str, Theme]:
    """Returns themes by slug; a merged one is the theme that it leads to."""
    found = {each.slug: each for each in db.scalars(select(Theme).where(Theme.slug.in_(slugs)))} if slugs else {}
    into = {each.merged_into_id for each in found.values() if each.merged_into_id is not None}
    targets = {each.id: each for each in db.scalars(select(Theme).where(Theme.id.in_(into)))} if into else {}
    return {slug: targets.get(each.merged_into_id or 0, each) for slug, each in found.items()}


def themes_today(db: Session, rows: Sequence[OutboxMessage]) -> Mapping[int, Mapping[str, Any]]:
    """Returns the names that the themes of messages have today (`messages.outbox.todays_facts`), by row id."""
    about = [row for row in rows if "theme" in row.payload]
    themes = themes_of(db, {row.payload["slug"] for row in about})
    found: dict[int, Mapping[str, Any]] = {}
    for row in about:
        theme = themes.get(row.payload["slug"])
        if theme is not None:
            today = {"theme": theme.names, "regulated": theme.regulated}
            found[row.id] = {name: value for name, value in today.items() if name in row.payload}
    return found
