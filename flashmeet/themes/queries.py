"""Themes as they are described, and what was learned of them from members' choices."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from flashmeet.core.database.session import is_sqlite
from flashmeet.core.settings.entries import LEARNS_THEMES
from flashmeet.core.settings.service import setting
from flashmeet.core.text import fold
from flashmeet.themes.models import Theme, ThemeChoice, ThemeInvitation
from flashmeet.themes.rules.learning import A_MEMBER, ALL, Choice, Lesson, lessons, telling_words
from flashmeet.themes.rules.no_theme import NO_THEME
from flashmeet.themes.rules.understanding import DescribedTheme


def active_themes(db: Session) -> Sequence[Theme]:
    return db.scalars(select(Theme).where(Theme.active).order_by(Theme.slug)).all()


def became(theme_id: int) -> Select[int]:
    """Selects the theme and those that were merged into it: what is over keeps the theme that it was about."""
    return select(Theme.id).where(or_(Theme.id == theme_id, Theme.merged_into_id == theme_id))


def today_of(theme: type[Theme]) -> ColumnElement[int]:
    """Returns the id of the theme, or of the one that it was merged into."""
    return func.coalesce(theme.merged_into_id, theme.id)


def described_themes(db: Session) -> tuple[DescribedTheme, ...]:
    """Returns the active themes by id, with what administrators say of them."""
    return tuple(
        DescribedTheme(
            id=theme.id,
            names=tuple(theme.names.values()),
            synonyms=tuple(word for some in theme.synonyms.values() for word in some),
            questions=tuple(question for some in theme.examples.values() for question in some),
        )
        for theme in sorted(active_themes(db), key=lambda theme: theme.id)
    )


def learns(db: Session) -> bool:
    """Whether the network learns from what members choose."""
    return setting(db, LEARNS_THEMES) == "yes"


def learned_of_themes(db: Session) -> Mapping[int, Lesson]:
    """Returns what members' choices teach of the active themes, by theme; nothing where the network does not learn."""
    if not learns(db):
        return {}
    themes = described_themes(db)
    query = (
        select(ThemeChoice.member_id, ThemeChoice.theme_id, ThemeChoice.text)
        .where(ThemeChoice.theme_id.in_([theme.id for theme in themes]))
        .order_by(ThemeChoice.at.desc(), ThemeChoice.member_id, ThemeChoice.term)
        .limit(ALL)
    )
    choices = [Choice(*row) for row in db.execute(query)]
    return lessons(choices, _known_words(themes)) if choices else {}


def _known_words(themes: Sequence[DescribedTheme]) -> frozenset[str]:
    """Returns the stems of all that is said of the themes, and of what belongs to none."""
    said = (text for theme in themes for text in (*theme.names, *theme.synonyms, *theme.questions))
    return frozenset(word for text in (*said, *NO_THEME) for word in telling_words(text))


def _mark_of(need: str) -> str:
    return hashlib.sha256(fold(need).encode()).hexdigest()


def write_choice(db: Session, *, member_id: int, theme_id: int, text: str, now: datetime) -> None:
    """Keeps one choice, past the session: see `ThemeChoice`. Beyond `A_MEMBER` the member's oldest go."""
    row = {"member_id": member_id, "term": _mark_of(text), "text": text, "theme_id": theme_id, "at": now}
    insert = sqlite.insert(ThemeChoice) if is_sqlite(db) else postgresql.insert(ThemeChoice)
    same = insert.values(row).on_conflict_do_update(
        index_elements=["member_id", "term"], set_={name: row[name] for name in ("text", "theme_id", "at")}
    )
    db.flush()
    db.connection().execute(same)
    theirs = select(ThemeChoice.term).where(ThemeChoice.member_id == member_id)
    oldest = db.scalars(theirs.order_by(ThemeChoice.at.desc(), ThemeChoice.term).offset(A_MEMBER)).all()
    if oldest:
        db.execute(delete(ThemeChoice).where(ThemeChoice.member_id == member_id, ThemeChoice.term.in_(oldest)))


def forget_choices(db: Session) -> None:
    """Deletes what was noted, where the network does not learn any more."""
    if not learns(db) and db.scalar(select(ThemeChoice.term).limit(1)) is not None:
        db.execute(delete(ThemeChoice))


def themes_declined(db: Session, member_id: int) -> set[int]:
    """Returns the themes of which the member said, when invited to help, that they are not for them."""
    said = select(ThemeInvitation.theme_id).where(ThemeInvitation.member_id == member_id)
    return set(db.scalars(said.where(ThemeInvitation.unfit_at.is_not(None))))
