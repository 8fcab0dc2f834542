"""The questions of the year: whom each is for, and what can be answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from flashmeet.core.errors import BadInput
from flashmeet.core.numbers import number_or_none
from flashmeet.outreach.rules.campaigns import CampaignKind

SUMMER = 7
"""From this month on, the class of the year has graduated."""
ARCHIVED = timedelta(days=10 * 365)
AWAY_YEARS, MOST_AWAY_YEARS = 2, 10
FEWER_FROM, FEWEST = 4, 1
"""Hours a month that somebody without a limit is taken to give, and the least that "fewer" leads to."""


class YearAnswer(StrEnum):
    YES = "yes"
    FEWER = "fewer"
    PAUSE = "pause"
    NO = "no"
    BACK = "back"  # from the archive, by themselves or by an administrator


ANSWERS: Mapping[CampaignKind, tuple[YearAnswer, ...]] = {
    CampaignKind.RENEWAL: (YearAnswer.YES, YearAnswer.FEWER, YearAnswer.PAUSE),
    CampaignKind.GRADUATES: (YearAnswer.YES, YearAnswer.NO),
    CampaignKind.ARCHIVE: (YearAnswer.BACK,),
}
YEAR_KINDS = tuple(ANSWERS)


def checked_kind(text: str) -> CampaignKind:
    """Returns the question of that name. Raises BadInput."""
    for kind in YEAR_KINDS:
        if text == kind:
            return kind
    raise BadInput("kind", value=text)


def checked_answer(kind: CampaignKind, text: str) -> YearAnswer:
    """Returns the answer, if the question has it. Raises BadInput."""
    for answer in ANSWERS.get(kind, ()):
        if text == answer:
            return answer
    raise BadInput("answer", value=text)


def last_class(today: date) -> int:
    """Returns the latest class that has graduated."""
    return today.year if today.month >= SUMMER else today.year - 1


def away_years(text: str) -> int:
    """Returns the years without a sign-in after which somebody counts as a leaver."""
    years = number_or_none(text.strip())
    return years if years is not None and 1 <= years <= MOST_AWAY_YEARS else AWAY_YEARS


def fewer(per_month: int | None) -> int:
    """Returns half of the hours a month, at least one."""
    return max((per_month if per_month is not None else FEWER_FROM) // 2, FEWEST)
