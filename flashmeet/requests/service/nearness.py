"""How near a need is to what the mentors of a theme said of themselves: worked out once, where the model is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from flashmeet.identity.models import Member, MentorTheme
from flashmeet.people.queries import mentors_of
from flashmeet.requests.service.create import Asking
from flashmeet.schedule.rules.matching import statement
from flashmeet.themes.rules.understanding import Understanding
from flashmeet.themes.service import known_theme_id

COMPARED = 200
"""Mentors of a theme whose words are compared with a need."""


def with_nearness(db: Session, asking: Asking, *, by: Understanding) -> Asking:
    """Adds to which of the theme's mentors the need is near; what one mentor is asked stays as it is."""
    if asking.mentor_id is not None:
        return asking
    return replace(asking, nearness=nearness_of(db, asking.need, asking.theme, by=by))


def nearness_of(db: Session, need: str, theme: str | int, *, by: Understanding) -> Mapping[str, int]:
    """Returns the nearness of their headline or line, in per cent, by the mentor's id; one statement.

    Those to whom nothing is near, and everybody where words alone decide, are left out.
    """
    theme_id = known_theme_id(db, theme)
    if theme_id is None or not need.strip():
        return {}
    said = mentors_of(theme_id).with_only_columns(Member.id, Member.headline, MentorTheme.proof)
    rows = list(db.execute(said.order_by(Member.id).limit(COMPARED)))
    near = by.nearness(need, [statement(headline, line) for _, headline, line in rows])
    found = {str(row.id): round(100 * each) for row, each in zip(rows, near, strict=True)}
    return {mentor_id: share for mentor_id, share in found.items() if share}
