"""Writing imported people. Importing sends nothing; who is imported is active at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from flashmeet.core.errors import Refusal
from flashmeet.core.settings.queries import network_settings
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.core.text_matching import fold
from flashmeet.identity.models.member import Member, MentorTheme
from flashmeet.people.service.import_cells import ROLES
from flashmeet.people.service.import_rows import MemberRow, Problem
from flashmeet.schedule.service.openings import refresh_openings
from flashmeet.themes.models.theme import ThemeTerm
from flashmeet.themes.service.themes import create_theme

_ADDRESSES_AT_ONCE = 500
_PROFILE = (
    "first_name",
    "last_name",
    "tzid",
    "locale",
    "phone",
    "graduation_year",
    "languages",
    "company",
    "sector",
    "headline",
)


class WrongFile(Refusal):
    """Rows of the file are wrong, and nothing of it is written."""

    code = "wrong_file"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems=problems)
        self.problems = problems


@dataclass(slots=True)
class Imported:
    """What came of a file: how many people, and the names of the themes that were new."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    themes: list[str] = field(default_factory=list)


def import_members(session: Session, rows: Iterable[MemberRow], *, update: bool, now: datetime) -> Imported:
    """New people are created. Known ones stay as they are, or with `update` take the profile cells that are filled."""
    rows = list(rows)
    settings, known = network_settings(session), _known(session, [row.email for row in rows])
    imported = Imported()
    themes = _Themes(session, settings.locale, imported.themes)
    for row in rows:
        member, offers = known.get(row.email), themes.ids(row.themes)
        if member is None:
            session.add(_created(row, offers, settings=settings, now=now))
            imported.created += 1
        elif member.joining is not None:
            _let_in(member, _created(row, offers, settings=settings, now=now))
            imported.created += 1
        elif update and _update(session, member, row, offers, now=now):
            imported.updated += 1
        else:
            imported.unchanged += 1
    session.flush()
    return imported


def _known(session: Session, emails: list[str]) -> dict[str, Member]:
    known: dict[str, Member] = {}
    for first in range(0, len(emails), _ADDRESSES_AT_ONCE):
        some = Member.email.in_(emails[first : first + _ADDRESSES_AT_ONCE])
        members = session.scalars(select(Member).where(some).options(selectinload(Member.offers)))
        known.update((member.email, member) for member in members)
    return known


class _Themes:
    """Finds themes by slug, name or synonym, and creates those that nobody knows."""

    def __init__(self, session: Session, locale: str, created: list[str]) -> None:
        self._session, self._locale, self._created = session, locale, created
        self._by_term = {row.term: row.theme_id for row in session.scalars(select(ThemeTerm))}

    def ids(self, names: Iterable[str]) -> list[int]:
        return sorted({self._id(name) for name in names})

    def _id(self, name: str) -> int:
        term = fold(name)
        if term not in self._by_term:
            self._by_term[term] = create_theme(self._session, names={self._locale: name}).id
            self._created.append(name)
        return self._by_term[term]


def _created(row: MemberRow, offers: list[int], *, settings: NetworkSettings, now: datetime) -> Member:
    return Member(
        email=row.email,
        first_name=row.first_name,
        last_name=row.last_name,
        **{role: role in row.roles for role in ROLES},
        approved=row.approved,
        tzid=row.tzid or settings.tzid,
        locale=row.locale or settings.locale,
        phone=row.phone,
        graduation_year=row.graduation_year,
        languages=list(row.languages or (row.locale or settings.locale,)),
        company=row.company,
        sector=row.sector,
        headline=row.headline,
        created_at=now,
        offers=[MentorTheme(theme_id=theme_id) for theme_id in offers] if "mentor" in row.roles else [],
    )


def _let_in(member: Member, wanted: Member) -> None:
    """Who had begun to join by themselves is a member as the file says."""
    for name in (*_PROFILE, *ROLES, "approved", "created_at"):
        setattr(member, name, getattr(wanted, name))
    member.offers = [MentorTheme(theme_id=offer.theme_id) for offer in wanted.offers]
    member.joining, member.suspended = None, False


def _update(session: Session, member: Member, row: MemberRow, offers: list[int], *, now: datetime) -> bool:
    """Whether anything changed. Roles and approval are no profile fields; an empty cell says nothing."""
    changed = [name for name, value in _profile(row).items() if _set(member, name, value)]
    if "phone" in changed:
        member.phone_verified_at, member.sms_opt_in = None, False
    if member.mentor and offers and offers != [offer.theme_id for offer in member.offers]:
        kept = {offer.theme_id: offer for offer in member.offers}
        member.offers = [kept.get(theme_id) or MentorTheme(theme_id=theme_id) for theme_id in offers]
        session.flush()
        refresh_openings(session, member.id, now=now)
        changed.append("themes")
    return bool(changed)


def _profile(row: MemberRow) -> dict[str, object]:
    return {
        "first_name": row.first_name,
        "last_name": row.last_name,
        "tzid": row.tzid,
        "locale": row.locale,
        "phone": row.phone,
        "graduation_year": row.graduation_year,
        "languages": list(row.languages),
        "company": row.company,
        "sector": row.sector,
        "headline": row.headline,
    }


def _set(member: Member, name: str, value: object) -> bool:
    if not value or getattr(member, name) == value:
        return False
    setattr(member, name, value)
    return True
