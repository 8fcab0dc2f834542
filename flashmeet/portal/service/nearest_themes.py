"""The themes that a typed need is nearest to, each with its free hours: something is always offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from flashmeet.schedule.service.open_hours import OpenHours
from flashmeet.themes.rules.understanding import SHOWN, Understanding
from flashmeet.themes.service import KnownTheme, known_by_name, recognise_need


@dataclass(frozen=True, slots=True)
class ThemeHours:
    """A theme and its free hours; with `more` there are at least so many."""

    theme: KnownTheme
    hours: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class NearestThemes:
    """Themes to choose from, the nearest first; `sure` says whether the first is what the need is about."""

    rows: Sequence[ThemeHours] = ()
    sure: bool = False
    near: frozenset[int] = frozenset()
    """Those among them that the words lead to, by id."""


def free_themes(db: Session, hours: OpenHours, *, locale: str) -> list[ThemeHours]:
    """Returns every active theme with its free hours, most hours first."""
    known = known_by_name(db, locale)
    rows = [ThemeHours(theme, hours.by_theme.get(theme.id, 0), theme.id in hours.with_more) for theme in known]
    return sorted(rows, key=lambda row: -row.hours)


def nearest_themes(db: Session, need: str, free: Sequence[ThemeHours], *, by: Understanding) -> NearestThemes:
    """Returns three themes, where there are; those with the most hours (`free`) stand in where words say little."""
    if not need:
        return NearestThemes()
    found = recognise_need(db, need, by=by)
    rows = {row.theme.id: row for row in free}
    near = [rows[theme_id] for theme_id in found.theme_ids if theme_id in rows]
    others = [row for row in free if row.theme.id not in found.theme_ids]
    return NearestThemes([*near, *others][:SHOWN], found.sure, frozenset(found.theme_ids))
