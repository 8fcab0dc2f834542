"""Parts of an administrator's office, given to members who are none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from flashmeet.core.errors import BadInput, Missing
from flashmeet.directory.rules.messages import OFFICE_CHANGED, LedTheme
from flashmeet.identity.models import Member, ThemeLead
from flashmeet.identity.queries import themes_led
from flashmeet.identity.rules import OfficeRole
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.write import mail
from flashmeet.themes.models import Theme
from flashmeet.themes.service import find_theme, themes_of


def give_office(
    db: Session, member: Member, text: str, themes: Iterable[str | int] = (), *, by: Member, now: datetime
) -> str:
    """Gives the member that part, or none for ""; returns what it is now. A second factor is asked for as they enter.

    `themes` are those that they lead. They are told by mail of what changed, and of nothing where nothing did. Raises
    BadInput for an unknown part, Missing for a lead without a theme, UnknownTheme.
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
    before = (member.office, set(themes_led(db, member.id)))
    member.office = office
    db.execute(delete(ThemeLead).where(ThemeLead.member_id == member.id))
    db.add_all(ThemeLead(member_id=member.id, theme_id=theme_id) for theme_id in found)
    db.flush()
    if before != (office, set(found)):
        _tell(db, member, list(found.values()), by=by, now=now)
    return " ".join([str(office or "none"), *(theme.slug for theme in found.values())])


def _tell(db: Session, member: Member, led: Sequence[Theme], *, by: Member, now: datetime) -> None:
    message = OFFICE_CHANGED.saying(
        {
            "action": str(member.office or "none"),
            "led": [LedTheme(theme=theme.names, slug=theme.slug) for theme in led],
            "by_id": by.id,
            "by_name": by.name,
        }
    )
    mail(db, member.id, message, f"office:{member.id}:{now.isoformat()}", now=now)


def led_today(db: Session, rows: Sequence[OutboxMessage]) -> Mapping[int, Mapping[str, Any]]:
    """Returns the names that the themes led have today (`messages.outbox.todays_facts`), by row id."""
    themes = themes_of(db, {each["slug"] for row in rows for each in row.payload["led"]})
    return {
        row.id: {
            "led": [
                {**each, "theme": themes[each["slug"]].names} if each["slug"] in themes else each
                for each in row.payload["led"]
            ]
        }
        for row in rows
    }
