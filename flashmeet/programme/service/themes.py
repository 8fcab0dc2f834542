"""Keeping the themes in order: made, renamed, merged, retired; what was done stays on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.core.errors import BadInput, Missing, NotFound, TooManyThemes
from flashmeet.core.text_matching import fold
from flashmeet.identity.models.member import Member, MentorTheme
from flashmeet.programme.queries.theme_merging import hide_hours, locked_theme, show_hours, take_over
from flashmeet.themes.models.theme import Theme, ThemeEvent
from flashmeet.themes.rules.recognition import crowding, tidy_synonyms
from flashmeet.themes.rules.starter_set import STARTER
from flashmeet.themes.service.themes import add_terms, create_theme


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeWords:
    """What an administrator says about a theme, per language."""

    names: Mapping[str, str]
    synonyms: Mapping[str, Sequence[str]]
    examples: Mapping[str, Sequence[str]]
    regulated: bool

    def __post_init__(self) -> None:
        """Raises Missing: a theme has a name in every language."""
        for locale, name in self.names.items():
            if not fold(name):
                raise Missing(f"name_{locale}")


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a theme's history; `by` is None where the program itself did it."""

    event: ThemeEvent
    by: Member | None


def open_theme(session: Session, words: ThemeWords, *, by: Member, sure: bool, now: datetime) -> Theme:
    """A new theme. Raises ThemeExists; TooManyThemes from the 13th active one on, unless the administrator is sure."""
    active = session.scalar(select(func.count()).where(Theme.active)) or 0
    if crowding(active) == "very_many" and not sure:
        raise TooManyThemes(count=active + 1)
    theme = create_theme(
        session, names=words.names, synonyms=words.synonyms, examples=words.examples, regulated=words.regulated
    )
    _remember(session, theme, by, "created", now=now)
    return theme


def open_starter(session: Session, *, by: Member, now: datetime) -> int:
    """The shipped set, but for what is there already under one of its names; returns how many are new."""
    made = 0
    for seed in STARTER:
        if any(_is_there(session, name) for name in seed.names.values()):
            continue
        theme = create_theme(
            session, names=seed.names, synonyms=seed.synonyms, examples=seed.examples, regulated=seed.regulated
        )
        _remember(session, theme, by, "created", now=now)
        made += 1
    return made


def _is_there(session: Session, name: str) -> bool:
    known = {fold(word) for theme in session.scalars(select(Theme)) for word in (theme.slug, *theme.names.values())}
    return fold(name) in known


def change_theme(session: Session, theme_id: int, words: ThemeWords, *, by: Member, now: datetime) -> Theme:
    """Names, synonyms and the rest. Old names go on leading here; a synonym that is left out does not.

    Raises NotFound.
    """
    theme = _own(session, theme_id)
    before = {"names": dict(theme.names), "regulated": theme.regulated}
    gone = _synonyms(theme.synonyms) - _synonyms(words.synonyms)
    theme.names, theme.regulated = dict(words.names), words.regulated
    theme.synonyms = {locale: tidy_synonyms(some) for locale, some in words.synonyms.items()}
    theme.examples = {locale: list(some) for locale, some in words.examples.items()}
    kept = {fold(word) for word in (theme.slug, *theme.names.values())}
    theme.terms = [term for term in theme.terms if term.term not in gone - kept]
    session.flush()
    add_terms(session, theme)
    _remember(session, theme, by, "changed", now=now, before=before)
    return theme


def _synonyms(words: Mapping[str, Sequence[str]]) -> set[str]:
    return {fold(word) for some in words.values() for word in some}


def merge_themes(session: Session, source_id: int, target_id: int, *, by: Member, now: datetime) -> Theme:
    """`source` becomes part of `target`: its words, its mentors and its coming sessions are the target's from now on,
    and its id and slug lead there. Raises NotFound; BadInput for a theme into itself or into one that is not active."""
    if source_id == target_id:
        raise BadInput("into")
    first, second = sorted((source_id, target_id))
    by_id = {each: _own(session, each) for each in (first, second)}
    source, target = by_id[source_id], by_id[target_id]
    if not target.active:
        raise BadInput("into")
    mentors = session.scalar(select(func.count()).where(MentorTheme.theme_id == source_id)) or 0
    synonyms = _joined(source, target)
    take_over(session, source_id, target_id, now=now)
    target.synonyms, target.regulated = synonyms, target.regulated or source.regulated
    source.active, source.merged_into_id = False, target.id
    _remember(session, source, by, "merged", now=now, into=target.id, names=dict(target.names), mentors=mentors)
    _remember(session, target, by, "took_over", now=now, source=source.id, names=dict(source.names), mentors=mentors)
    return target


def _joined(source: Theme, target: Theme) -> dict[str, list[str]]:
    """The target's synonyms, with the source's names and synonyms after them."""
    languages = dict.fromkeys((*target.synonyms, *source.synonyms, *source.names))
    return {
        locale: tidy_synonyms(
            (
                *target.synonyms.get(locale, ()),
                *([source.names[locale]] if locale in source.names else []),
                *source.synonyms.get(locale, ()),
            )
        )
        for locale in languages
    }


def retire_theme(session: Session, theme_id: int, *, by: Member, now: datetime) -> Theme:
    """Nobody can look for it or book it any more; what is agreed stands, mentors keep their line. Raises NotFound."""
    theme = _own(session, theme_id)
    if theme.active:
        theme.active = False
        hide_hours(session, theme.id)
        _remember(session, theme, by, "retired", now=now)
    return theme


def restore_theme(session: Session, theme_id: int, *, by: Member, now: datetime) -> Theme:
    """A retired theme as it was, with its mentors' hours. Raises NotFound."""
    theme = _own(session, theme_id)
    if not theme.active:
        theme.active = True
        session.flush()
        show_hours(session, theme.id)
        _remember(session, theme, by, "restored", now=now)
    return theme


def kept_theme(session: Session, theme_id: int) -> Theme:
    """A theme to be looked after: active, retired, or where a merged one leads. Raises NotFound."""
    theme = session.get(Theme, theme_id)
    if theme is not None and theme.merged_into_id is not None:
        theme = session.get(Theme, theme.merged_into_id)
    if theme is None:
        raise NotFound
    return theme


def past_themes(session: Session) -> Sequence[Theme]:
    """Retired and merged ones, by name."""
    return session.scalars(select(Theme).where(~Theme.active).order_by(Theme.slug)).all()


def history_of(session: Session, theme_id: int) -> list[Happened]:
    """What was done to it, the latest first."""
    query = select(ThemeEvent, Member).outerjoin(Member, Member.id == ThemeEvent.by_id)
    rows = session.execute(query.where(ThemeEvent.theme_id == theme_id).order_by(ThemeEvent.id.desc()).limit(50))
    return [Happened(event, by) for event, by in rows]


def _own(session: Session, theme_id: int) -> Theme:
    """The theme, locked; one that was merged is no longer anybody's to change. Raises NotFound."""
    theme = locked_theme(session, theme_id)
    if theme is None or theme.merged_into_id is not None:
        raise NotFound
    return theme


def _remember(session: Session, theme: Theme, by: Member | None, what: str, *, now: datetime, **facts: object) -> None:
    session.add(ThemeEvent(theme_id=theme.id, by_id=by.id if by else None, at=now, what=what, facts=facts))
    session.flush()
