"""The answer to an invitation to help with a theme, by a link that needs no sign-in: this is not for me."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.core.errors import NotFound
from flashmeet.core.link_kinds import THEME_INVITATION
from flashmeet.core.links import Links, shown_in
from flashmeet.core.numbers import number_or_none
from flashmeet.identity.models import Member
from flashmeet.identity.service.links import PersonalLink, resolve_link
from flashmeet.themes.models import ThemeInvitation

INVITATION_LINK = PersonalLink(
    THEME_INVITATION,
    find=lambda db, number: db.get(Member, number),
    facts=lambda _member: (),
    owner=lambda member: member,
)


def invitation_of_link(db: Session, token: str, *, links: Links, viewer_id: int | None) -> ThemeInvitation:
    """Returns the invitation of a signed link. Raises NotFound, also for another viewer and a suspended member."""
    shown = shown_in(token)
    member = resolve_link(db, INVITATION_LINK, token, links=links, viewer_id=viewer_id, shown=(shown,))
    theme_id = number_or_none(shown)
    found = None if theme_id is None else db.get(ThemeInvitation, (member.id, theme_id))
    if found is None:
        raise NotFound
    return found


def say_unfit_for(invitation: ThemeInvitation, unfit: bool, *, now: datetime) -> None:
    """Notes that the theme is not for the member, or takes that back; the first time counts."""
    if not unfit:
        invitation.unfit_at = None
    elif invitation.unfit_at is None:
        invitation.unfit_at = now
