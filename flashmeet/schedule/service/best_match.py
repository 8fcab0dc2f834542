"""The hours of a search, those of the mentors first whose experience is nearest to the need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.core.errors import BadInput
from flashmeet.core.numbers import number_or_none
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.matching import Match
from flashmeet.schedule.rules.slots import Slot
from flashmeet.schedule.service.dismissals import unwanted
from flashmeet.schedule.service.slots import MOST, SlotPage, SlotQuery, find_slots, further_slots
from flashmeet.schedule.service.suggestions import BY_WORDS, asker_of, candidates_of, ranked
from flashmeet.themes.models import Theme
from flashmeet.themes.rules.understanding import Understanding
from flashmeet.themes.service import KnownTheme


@dataclass(frozen=True, slots=True)
class BestPage:
    """A page of first hours, the best match first, with the reasons of each mentor who is a match."""

    page: SlotPage
    matches: Mapping[int, Match] = field(default_factory=dict)


def best_slots(
    db: Session,
    member: Member,
    query: SlotQuery,
    *,
    theme: Theme | KnownTheme | None,
    need: str,
    by: Understanding = BY_WORDS,
    now: datetime,
) -> BestPage:
    """Ranks the mentors with the soonest hours of the query, a hundred at most (`schedule.rules.matching`).

    Those who speak none of the member's languages, or whom the member does not want suggested, come last, soonest
    first. A page's cursor is the number of those before it. Raises BadInput for an invalid one.
    """
    begin = _position(query.cursor)
    soonest = find_slots(db, replace(query, distinct=True, limit=MOST, cursor=None, further=0), now=now).slots
    soonest_of = {slot.mentor_id: slot.starts_at for slot in soonest}
    candidates = candidates_of(db, soonest_of, theme_id=theme.id if theme else None, now=now)
    away = unwanted(db, member.id, theme.id if theme else None)
    wanted = {mentor_id: each for mentor_id, each in candidates.items() if mentor_id not in away}
    asker = asker_of(member, theme, need, query.relation)
    first, _ = ranked(asker, wanted, by, now=now, limit=MOST)
    matches = {each.mentor_id: each for each in first}
    shown = _in_order(soonest, matches)[begin : begin + query.limit]
    more = begin + query.limit < len(soonest)
    further = further_slots(db, query, shown, now=now) if query.further else {}
    return BestPage(SlotPage(shown, str(begin + query.limit) if more else None, further), matches)


def _in_order(soonest: Sequence[Slot], matches: Mapping[int, Match]) -> list[Slot]:
    slots = {slot.mentor_id: slot for slot in soonest}
    return [slots[mentor_id] for mentor_id in matches] + [slot for slot in soonest if slot.mentor_id not in matches]


def _position(cursor: str | None) -> int:
    number = number_or_none(cursor, most=MOST) if cursor else 0
    if number is None:
        raise BadInput("cursor")
    return number
