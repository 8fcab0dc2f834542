"""What an invented mentee asks for: which hour, when it was asked, in which words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from flashmeet.bookings.service.book import BookingRequest
from flashmeet.core.errors import Refusal
from flashmeet.core.intervals import Interval
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.availability import Schedule
from flashmeet.schedule.rules.booked_hour import Mode
from flashmeet.schedule.rules.slots import Start, require_offered
from flashmeet.seed.stories import STORIES
from flashmeet.seed.themes import THEMES
from flashmeet.themes.models import Theme

GOOD_HOUR = {
    "fr": (
        "Repartir avec une prochaine étape claire.",
        "Entendre ce que vous feriez à ma place.",
        "Un regard franc, même s'il pique.",
    ),
    "en": (
        "To leave with one clear next step.",
        "To hear what you would do in my place.",
        "A frank view, even if it stings.",
    ),
}
"""Texts for `good_hour`."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Occasion:
    """A week in which an hour is wanted, past or coming, and when it was asked for."""

    week: Interval
    asked_at: datetime
    now: datetime
    past: bool

    @classmethod
    def drawn(cls, random: Random, *, past: bool, now: datetime) -> Occasion:
        """Returns a week that begins up to forty days ago or up to twelve days ahead."""
        begin = now + (-random.randrange(4, 40) if past else random.randrange(1, 12)) * _DAY
        before = random.randrange(30, 140) if past else random.randrange(1, 30)
        return cls(Interval(begin, begin + 7 * _DAY), (begin if past else now) - timedelta(hours=before), now, past)

    def choose(self, random: Random, schedule: Schedule, starts: list[Start]) -> datetime | None:
        """Returns one of the starts that the mentor offered when it was asked for; None when there is none."""
        fitting = [
            start.starts_at
            for start in starts
            if (not self.past or start.starts_at + 2 * _DAY < self.now) and self._offered(schedule, start.starts_at)
        ]
        return random.choice(fitting) if fitting else None

    def _offered(self, schedule: Schedule, starts_at: datetime) -> bool:
        try:
            require_offered(schedule, starts_at=starts_at, minutes=60, now=self.asked_at)
        except Refusal:
            return False
        return True


def wish(
    db: Session, random: Random, mentor: Member, mentee: Member, starts_at: datetime, *, ways: Collection[Mode]
) -> BookingRequest:
    """Returns the request for this hour, about one of the mentor's themes, in one of their ways of meeting."""
    theme = db.get_one(Theme, random.choice(mentor.offers).theme_id)
    key = next((seed.key for seed in THEMES if seed.fr == theme.names.get("fr")), "career")
    by_phone = random.random() < 0.06 and Mode.PHONE in ways
    return BookingRequest(
        mentor_id=mentor.id,
        starts_at=starts_at,
        theme=theme.id,
        need=random.choice(STORIES[key, mentee.locale].needs),
        good_hour=random.choice(GOOD_HOUR[mentee.locale]),
        mode=Mode.PHONE if by_phone else Mode.VIDEO,
    )
