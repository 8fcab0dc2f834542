"""The search as typed in a page's address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from flashmeet.core.intervals import clock_minutes
from flashmeet.core.zones import day_span, local_date
from flashmeet.http.admission.identity import display_tzid
from flashmeet.http.services import now
from flashmeet.identity.models import Member
from flashmeet.schedule.pages.slot_lists import asked_day
from flashmeet.schedule.rules.booking_facts import asked_relation
from flashmeet.schedule.service.own_calendars import NOTHING, BusyTimes
from flashmeet.schedule.service.slots import SlotQuery
from flashmeet.themes.models import Theme

LONGEST_NEED = 2_000
FURTHER = 3
"""Hours that a card unfolds besides its first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """The query string, as typed."""

    need: str = ""
    theme: str = ""
    after: str = ""
    before: str = ""
    relation: str = ""
    clashes: str = ""
    day: str = ""
    night: str = ""
    cursor: str = ""

    @classmethod
    def parse(cls, args: Mapping[str, str]) -> Search:
        said = {name: args.get(name, "").replace("\0", "").strip() for name in cls.__slots__}
        return cls(**{**said, "need": said["need"][:LONGEST_NEED]})

    def fields(self, **changes: str) -> dict[str, str]:
        """Returns the same search with changes, from its first page."""
        return {**asdict(replace(self, cursor="")), **changes}

    @property
    def minutes(self) -> tuple[int | None, int | None]:
        """The minutes of the day asked for. Raises BadTime."""
        return (
            clock_minutes(self.after, field="after") if self.after else None,
            clock_minutes(self.before, field="before") if self.before else None,
        )

    @property
    def chose(self) -> bool:
        """Whether a theme was chosen for a need, on the page where both were typed first."""
        return bool(self.need and self.theme and not self.cursor)

    @property
    def shows_clashes(self) -> bool:
        """Whether hours are wanted at which the member's own calendars have something else."""
        return bool(self.clashes)

    def query(self, theme: Theme | None, you: Member, busy: BusyTimes) -> SlotQuery:
        """Returns the query for free hours. Raises BadTime."""
        after, before = self.minutes
        tzid = display_tzid()
        day = asked_day(self.day, local_date(now(), tzid))
        start, end = day_span(day, tzid) if day else (None, None)
        return SlotQuery(
            tzid=tzid,
            start=start,
            end=end,
            waking=not (self.night or self.after or self.before),
            further=FURTHER,
            theme_id=theme.id if theme else None,
            after=after,
            before=before,
            distinct=True,
            cursor=self.cursor or None,
            viewer_id=you.id,
            relation=asked_relation(self.relation),
            viewer_year=you.graduation_year,
            avoids=NOTHING if self.shows_clashes else busy,
        )
