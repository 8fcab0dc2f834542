"""Other mentors to suggest when a request ends without an hour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from flashmeet.requests.models import MentoringRequest
from flashmeet.schedule.service.suggestions import BY_WORDS, Suggestion, suggestions
from flashmeet.themes.rules.understanding import Understanding


def others_soon(
    db: Session, request: MentoringRequest, *, by: Understanding = BY_WORDS, now: datetime
) -> list[Suggestion]:
    """Returns up to three mentors with an hour within 14 days who were not asked: of the theme, else of any."""
    found: list[Suggestion] = []
    away = {ask.mentor_id for ask in request.asks} | {request.mentor_id}
    for theme in (request.theme, None):
        more = suggestions(db, request.mentee, theme=theme, need=request.need, by=by, now=now, limit=LOOKED_AT)
        known = away | {each.mentor.id for each in found}
        found += _soon(more, known, now=now)
        if len(found) >= SHOWN:
            break
    return found[:SHOWN]


SOON, SHOWN, LOOKED_AT = timedelta(days=14), 3, 12


def _soon(people: Sequence[Suggestion], away: Iterable[int | None], *, now: datetime) -> list[Suggestion]:
    left_out = set(away)
    return [each for each in people if each.mentor.id not in left_out and each.match.soonest <= now + SOON]
