"""What members may read of a theme's last twelve months: how soon help came, what requests led to, what it gave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from flashmeet.bookings.service.follow_up import Clearer, clearer_by_theme
from flashmeet.core.database.kept import kept_a_while
from flashmeet.programme.rules.time_to_help import HelpOnTheme
from flashmeet.programme.service.time_to_help import help_on_theme
from flashmeet.requests.rules.requests import Odds
from flashmeet.requests.service.overview import odds_of_theme
from flashmeet.themes.models import Theme

A_YEAR, KEPT = timedelta(days=365), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ThemeFigures:
    help: HelpOnTheme
    odds: Odds
    clearer: Clearer | None


def figures_of(db: Session, theme_id: int, *, now: datetime) -> ThemeFigures:
    """Returns the figures of this theme; counted again after a minute, or where the themes change."""

    def count(db: Session, now: datetime) -> ThemeFigures:
        return ThemeFigures(
            help=help_on_theme(db, theme_id, now=now),
            odds=odds_of_theme(db, theme_id, now=now),
            clearer=clearer_by_theme(db, [theme_id], since=now - A_YEAR).get(theme_id),
        )

    return kept_a_while(db, count, of=Theme, key=("figures of a theme", theme_id), now=now, lasts=KEPT)
