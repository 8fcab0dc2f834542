"""Parts of an administrator's office, given to members who are none."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete
from sqlalchemy.orm import Session

from flashmeet.core.errors import BadInput, Missing
from flashmeet.identity.models import Member, ThemeLead
from flashmeet.identity.rules import OfficeRole
from flashmeet.themes.service import find_theme


def give_office(db: Session, member: Member, text: str, themes: Iterable[str | int] = ()) -> str:
    """Gives the member that part, or none for ""; returns what it is now. A second factor is asked for as they enter.

    `themes` are those that they lead. Raises BadInput for an unknown part, Missing for a lead without a theme,
    UnknownTheme.
    """
    try:
        office = OfficeRole(text) if text else None
    except ValueError:
        raise BadInput("office", value=text[:40]) from None
    found = (
        {theme.id: theme for theme in (find_theme(db, each) for each in themes)} if office == OfficeRole.THEMES else {}
    )
    if office == OfficeRole.THEMES and not found:
        raise Missing("led_themes")
    member.office = office
    db.execute(delete(ThemeLead).where(ThemeLead.member_id == member.id))
    db.add_all(ThemeLead(member_id=member.id, theme_id=theme_id) for theme_id in found)
    db.flush()
    return " ".join([str(office or "none"), *(theme.slug for theme in found.values())])
