"""Response figures of mentors."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.requests.queries import asked_of
from flashmeet.requests.rules.responses import Responses, responses


def responses_of(db: Session, mentor_ids: Collection[int], *, now: datetime) -> Mapping[int, Responses]:
    """Returns the figures of each mentor over the last ninety days, without mentors who were not asked."""
    return {mentor_id: responses(asked) for mentor_id, asked in asked_of(db, mentor_ids, now=now).items()}
