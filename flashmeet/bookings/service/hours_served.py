"""Hours served, many at once: the rules of `service.outcomes` in a constant number of statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.bookings.queries.past_bookings import Over, evidence_between, over_between
from flashmeet.bookings.rules.lateness import LOOKS_BACK
from flashmeet.bookings.rules.outcomes import Outcome, outcome
from flashmeet.core.intervals import Interval


@dataclass(frozen=True, slots=True)
class Became:
    """A session that is over, what became of it, and how clear things are to the mentee now, where they say so."""

    session: Over
    outcome: Outcome
    clearer: int | None = None

    @property
    def minutes(self) -> int:
        """The minutes that count: those that were planned, or none."""
        return round(self.session.worked.total_seconds() / 60) if self.outcome.counts else 0


def became_between(
    session: Session, span: Interval, *, now: datetime, people: Collection[int] | None = None
) -> list[Became]:
    """Of every session that began within the span and has ended; `people` leaves out sessions of others."""
    seen = evidence_between(session, span, now=now, people=people)
    return [
        Became(each, outcome(seen.answers.get(each.id, {}), seen.presence.get(each.id)), seen.clearer.get(each.id))
        for each in over_between(session, span, now=now, people=people)
    ]


def stood_of(session: Session, member_ids: Collection[int], *, now: datetime) -> Mapping[int, int]:
    """By member, sessions of the last ninety days that stood until their end, kept or not."""
    found: Counter[int] = Counter()
    for each in over_between(session, _lately(now), now=now, people=member_ids):
        found.update((each.mentor_id, each.mentee_id))
    return found


def _lately(now: datetime) -> Interval:
    return Interval(now - LOOKS_BACK, now)
