"""The balance board: themes that lack hours, themes that lack requests, and overloaded mentors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.zones import local_date
from flashmeet.identity.models import Member
from flashmeet.programme.queries import Demand, Missed, demand_by_theme, mentors_by_theme, missed_by_theme
from flashmeet.programme.rules.balance import Balance, over_a_quarter
from flashmeet.schedule.queries.supply import Supply, supply_by_theme
from flashmeet.themes.models import Theme
from flashmeet.themes.queries import active_themes
from flashmeet.themes.rules.recognition import FEW_MENTORS

_ORDER = {"tight": 0, "empty": 1, "calm": 2, "idle": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeBalance:
    """One line of the board. `overloaded` gets over a quarter of the theme's requests (`share` in per cent)."""

    theme: Theme
    balance: Balance
    overloaded: Member | None = None
    share: int = 0

    @property
    def few_mentors(self) -> bool:
        return self.balance.mentors < FEW_MENTORS


def board(db: Session, *, tzid: str, now: datetime, theme_id: int | None = None) -> list[ThemeBalance]:
    """Returns every active theme, or this one, those lacking mentors first; in a constant number of statements.

    Days are counted in `tzid`.
    """
    themes = [theme for theme in active_themes(db) if theme_id in (None, theme.id)]
    every = mentors_by_theme(db)
    mentors = {theme.id: every[theme.id] for theme in themes if theme.id in every}
    figures = _Figures(
        mentors,
        supply_by_theme(db, mentors, tzid=tzid, now=now),
        demand_by_theme(db, now=now),
        missed_by_theme(db, now=now),
    )
    today, busy = local_date(now, tzid), _overloaded(db, figures.demand)
    rows = []
    for theme in themes:
        supply = figures.supply.get(theme.id)
        first = (local_date(supply.first_at, tzid) - today).days if supply else None
        rows.append(_row(theme, figures.of(theme.id, first), figures.demand.get(theme.id), busy))
    return sorted(rows, key=_urgency)


@dataclass(frozen=True, slots=True)
class _Figures:
    """The database's counts by theme id."""

    mentors: Mapping[int, int]
    supply: Mapping[int, Supply]
    demand: Mapping[int, Demand]
    missed: Mapping[int, Missed]

    def of(self, theme_id: int, first_free_days: int | None) -> Balance:
        supply, demand, missed = self.supply.get(theme_id), self.demand.get(theme_id), self.missed.get(theme_id)
        return Balance(
            mentors=self.mentors.get(theme_id, 0),
            open_hours=supply.hours if supply else 0,
            requested=(demand.booked if demand else 0) + (missed.asked if missed else 0),
            unmet=missed.unmet if missed else 0,
            first_free_days=first_free_days,
            about=supply is not None and supply.about,
        )


def _urgency(row: ThemeBalance) -> tuple[bool, int, float, int, str]:
    figures = row.balance
    return (
        not figures.needs_people,
        _ORDER[figures.state],
        -(figures.tension or 0),
        -figures.requested,
        row.theme.slug,
    )


def _row(theme: Theme, balance: Balance, demand: Demand | None, busy: Mapping[int, Member]) -> ThemeBalance:
    if demand is None or not over_a_quarter(demand.busiest_share, demand.booked):
        return ThemeBalance(theme=theme, balance=balance)
    share = round(100 * demand.busiest_share / demand.booked)
    return ThemeBalance(theme=theme, balance=balance, overloaded=busy.get(demand.busiest_id), share=share)


def _overloaded(db: Session, demand: Mapping[int, Demand]) -> dict[int, Member]:
    ids = {each.busiest_id for each in demand.values() if over_a_quarter(each.busiest_share, each.booked)}
    return {member.id: member for member in db.scalars(select(Member).where(Member.id.in_(ids)))}
