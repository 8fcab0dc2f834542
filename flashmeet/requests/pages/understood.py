"""What the theme that was chosen for a request teaches."""

from __future__ import annotations

from sqlalchemy.orm import Session

from flashmeet.http.display import display_locale
from flashmeet.http.services import now, service
from flashmeet.requests.models import MentoringRequest
from flashmeet.themes.rules.understanding import UNDERSTANDING
from flashmeet.themes.service import note_choice, recognise_need, themes_by_name


def learn_from(db: Session, asked: MentoringRequest) -> None:
    """Learns from the theme chosen, where the form would have proposed another one."""
    found = recognise_need(db, asked.need, by=service(UNDERSTANDING))
    offered = {offer.theme_id for offer in asked.mentor.offers} if asked.mentor else None
    listed = [each.id for each in themes_by_name(db, display_locale()) if offered is None or each.id in offered]
    proposed = found.theme_id if found.theme_id in listed else next(iter(listed), None)
    if proposed != asked.theme_id:
        note_choice(db, asked.mentee_id, asked.need, asked.theme_id, understood=found.theme_id, now=now())
