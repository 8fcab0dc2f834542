"""Managing themes: creating, renaming, merging and retiring them; every change is recorded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.core.errors import BadInput, Missing, NotFound, TooManyThemes
from flashmeet.core.text import fold
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.messages.outbox.write import Effect, send_all
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.people.queries import mentors_of
from flashmeet.programme.queries import locked_theme
from flashmeet.programme.rules.messages import THEME_CLOSED
from flashmeet.programme.service.merged_themes import hide_hours, show_hours, take_over
from flashmeet.requests.service.lifecycle import end_with_theme
from flashmeet.themes.models import Theme, ThemeEvent
from flashmeet.themes.rules.changes import ThemeChange
from flashmeet.themes.rules.recognition import Crowding, crowding, tidy_synonyms
from flashmeet.themes.service import add_terms, create_theme


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeWords:
    """An administrator's words for a theme, by language."""

    names: Mapping[str, str]
    synonyms: Mapping[str, Sequence[str]]
    examples: Mapping[str, Sequence[str]]
    regulated: bool

    def __post_init__(self) -> None:
        """Raises Missing unless the theme has a name in every language."""
        for locale, name in self.names.items():
            if not fold(name):
                raise Missing(f"name_{locale}")


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a theme's history; `by` is None where the program itself did it."""

    event: ThemeEvent
    by: Member | None


def open_theme(db: Session, words: ThemeWords, *, by: Member, sure: bool, now: datetime) -> Theme:
    """Creates a theme. Raises ThemeExists; TooManyThemes from the 13th active one on, unless `sure`."""
    active = db.scalar(select(func.count()).where(Theme.active)) or 0
    if crowding(active) == Crowding.VERY_MANY and not sure:
        raise TooManyThemes(count=active + 1)
    theme = create_theme(
        db, names=words.names, synonyms=words.synonyms, examples=words.examples, regulated=words.regulated
    )
    _remember(db, theme, by, ThemeChange.CREATED, now=now)
    return theme


def change_theme(db: Session, theme_id: int, words: ThemeWords, *, by: Member, now: datetime) -> Theme:
    """Changes names, synonyms and the rest. Old names still lead to the theme; a synonym that is left out does not.

    What the theme has in a language of which `words` has no name stays. Raises NotFound.
    """
    theme = _own(db, theme_id)
    before = {"names": dict(theme.names), "regulated": theme.regulated}
    synonyms = {**_without(theme.synonyms, words.names), **words.synonyms}
    gone = _synonyms(theme.synonyms) - _synonyms(synonyms)
    theme.names, theme.regulated = {**theme.names, **words.names}, words.regulated
    theme.synonyms = {locale: tidy_synonyms(some) for locale, some in synonyms.items()}
    examples = {**_without(theme.examples, words.names), **words.examples}
    theme.examples = {locale: list(some) for locale, some in examples.items()}
    kept = {fold(word) for word in (theme.slug, *theme.names.values())}
    theme.terms = [term for term in theme.terms if term.term not in gone - kept]
    db.flush()
    add_terms(db, theme)
    _remember(db, theme, by, ThemeChange.CHANGED, now=now, before=before)
    return theme


def _without(said: Mapping[str, Sequence[str]], locales: Collection[str]) -> dict[str, Sequence[str]]:
    return {locale: some for locale, some in said.items() if locale not in locales}


def _synonyms(words: Mapping[str, Sequence[str]]) -> set[str]:
    return {fold(word) for some in words.values() for word in some}


def merge_themes(db: Session, source_id: int, target_id: int, *, by: Member, now: datetime) -> Theme:
    """Merges `source` into `target`: its terms, mentors and coming bookings become the target's, and its id and slug
    lead there. Raises NotFound; BadInput for a theme into itself or into an inactive one."""
    if source_id == target_id:
        raise BadInput("into")
    first, second = sorted((source_id, target_id))
    by_id = {each: _own(db, each) for each in (first, second)}
    source, target = by_id[source_id], by_id[target_id]
    if not target.active:
        raise BadInput("into")
    mentors = db.scalar(select(func.count()).where(MentorTheme.theme_id == source_id)) or 0
    synonyms = _joined(source, target)
    take_over(db, source_id, target_id, now=now)
    target.synonyms, target.regulated = synonyms, target.regulated or source.regulated
    source.active, source.merged_into_id = False, target.id
    _remember(db, source, by, ThemeChange.MERGED, now=now, into=target.id, names=dict(target.names), mentors=mentors)
    _remember(
        db, target, by, ThemeChange.TOOK_OVER, now=now, source=source.id, names=dict(source.names), mentors=mentors
    )
    return target


def _joined(source: Theme, target: Theme) -> dict[str, list[str]]:
    """Returns the target's synonyms, followed by the source's names and synonyms."""
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


def retire_theme(db: Session, theme_id: int, *, by: Member, now: datetime) -> Theme:
    """Retires a theme: nobody can search or book it. Bookings and mentors' lines stay, and its mentors are told; what
    waits on it ends, and who asked is told. Raises NotFound."""
    theme = _own(db, theme_id)
    if theme.active:
        theme.active = False
        end_with_theme(db, theme.id, now=now)
        hide_hours(db, theme.id)
        _remember(db, theme, by, ThemeChange.RETIRED, now=now)
        _tell_mentors(db, theme, by, now=now)
    return theme


def _tell_mentors(db: Session, theme: Theme, by: Member, *, now: datetime) -> None:
    """Tells those whose hours are not found by the theme any more."""
    message = THEME_CLOSED.saying({"theme": theme.names, "slug": theme.slug, "by_id": by.id, "by_name": by.name})
    effects = [
        Effect(
            subject=f"theme:{theme.id}:{now.isoformat()}",
            version=0,
            recipient_id=mentor_id,
            channel=ChannelName.MAIL,
            message=message,
        )
        for mentor_id in db.scalars(select(mentors_of(theme.id).subquery().c.id))
    ]
    send_all(db, effects, now=now)


def restore_theme(db: Session, theme_id: int, *, by: Member, now: datetime) -> Theme:
    """Restores a retired theme with its mentors' hours. Raises NotFound."""
    theme = _own(db, theme_id)
    if not theme.active:
        theme.active = True
        db.flush()
        show_hours(db, theme.id)
        _remember(db, theme, by, ThemeChange.RESTORED, now=now)
    return theme


def kept_theme(db: Session, theme_id: int) -> Theme:
    """Returns a theme to manage: active, retired, or the one that a merged one leads to. Raises NotFound."""
    theme = db.get(Theme, theme_id)
    if theme is not None and theme.merged_into_id is not None:
        theme = db.get(Theme, theme.merged_into_id)
    if theme is None:
        raise NotFound
    return theme


def past_themes(db: Session) -> Sequence[Theme]:
    """Returns retired and merged themes, by slug."""
    return db.scalars(select(Theme).where(~Theme.active).order_by(Theme.slug)).all()


def history_of(db: Session, theme_id: int) -> list[Happened]:
    """Returns what was done to the theme, latest first."""
    query = select(ThemeEvent, Member).outerjoin(Member, Member.id == ThemeEvent.by_id)
    rows = db.execute(query.where(ThemeEvent.theme_id == theme_id).order_by(ThemeEvent.id.desc()).limit(50))
    return [Happened(event, by) for event, by in rows]


def _own(db: Session, theme_id: int) -> Theme:
    """Returns the theme, locked; a merged one can no longer be changed. Raises NotFound."""
    theme = locked_theme(db, theme_id)
    if theme is None or theme.merged_into_id is not None:
        raise NotFound
    return theme


def _remember(
    db: Session, theme: Theme, by: Member | None, what: ThemeChange, *, now: datetime, **facts: object
) -> None:
    db.add(ThemeEvent(theme_id=theme.id, by_id=by.id if by else None, at=now, what=what, facts=facts))
    db.flush()
