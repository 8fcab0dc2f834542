"""Beginning to give hours on a theme: two clicks, then the administrator's approval."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.identity.models.member import Member, MentorTheme
from flashmeet.people.rules.facts import tidy_line
from flashmeet.schedule.service.openings import refresh_openings
from flashmeet.themes.models.theme import Theme


def offer_theme(session: Session, member: Member, theme: Theme, proof: str, *, now: datetime) -> None:
    """The member helps with the theme from now on; who did not mentor before waits for an approval.

    Raises Missing, TooLong: one line that says why them.
    """
    line = tidy_line("proof", proof, required=True)
    if not member.mentor:
        member.mentor, member.approved = True, False
    offer = session.get(MentorTheme, (member.id, theme.id))
    if offer is None:
        session.add(MentorTheme(mentor_id=member.id, theme_id=theme.id, proof=line))
    else:
        offer.proof = line
    session.flush()
    refresh_openings(session, member.id, now=now)
