"""The search as typed in a page's address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from flashmeet.core.intervals import clock_minutes
from flashmeet.core.numbers import number_or_none
from flashmeet.core.text import fold
from flashmeet.core.zones import local_date
from flashmeet.http.display import display_tzid
from flashmeet.http.services import now
from flashmeet.i18n.catalogue import language_code
from flashmeet.identity.models import Member
from flashmeet.schedule.pages.slot_lists import asked_day
from flashmeet.schedule.rules.booked_hour import Mode
from flashmeet.schedule.rules.booking_facts import asked_relation
from flashmeet.schedule.rules.free_now import LASTS
from flashmeet.schedule.service.own_calendars import NOTHING, BusyTimes
from flashmeet.schedule.service.slots import SlotQuery
from flashmeet.themes.service import KnownTheme

LONGEST_NEED, MOST_DAYS = 2_000, 31
LAST_YEAR = 9999
BEST = "best"
FURTHER = 3
"""Hours that a card unfolds besides its first."""


@dataclass(frozen=True, kw_only=True)
class Search:
    """The query string, as typed; what it means is worked out once."""

    need: str = ""
    theme: str = ""
    after: str = ""
    before: str = ""
    relation: str = ""
    clashes: str = ""
    day: str = ""
    night: str = ""
    language: str = ""
    way: str = ""
    graduated: str = ""
    company: str = ""
    order: str = ""
    soon: str = ""
    cursor: str = ""

    @classmethod
    def parse(cls, args: MultiDict[str, str]) -> Search:
        said = {name: " ".join(args.getlist(name)).replace("\0", "").strip() for name in _NAMES}
        after, _, before = args.get("part", "").partition("-")
        if before:  # as the form of the filters says it: one field for both ends
            said |= {"after": after, "before": before}
        return cls(**{**said, "need": said["need"][:LONGEST_NEED]})

    def fields(self, **changes: str) -> dict[str, str]:
        """Returns the same search with changes, from its first page."""
        return {**self._typed, "cursor": "", **changes}

    def as_query(self) -> str:
        """Returns the search as an address holds it, its page too, so that a page may lead back to it."""
        return urlencode({name: value for name, value in self._typed.items() if value})

    @cached_property
    def _typed(self) -> Mapping[str, str]:
        return {name: getattr(self, name) for name in _NAMES}

    @cached_property
    def days(self) -> list[date]:
        """The days asked for, in order; those that cannot hold a free hour are left out."""
        today = local_date(now(), display_tzid())
        asked = {asked_day(text, today) for text in self.day.split()[:MOST_DAYS]}
        return sorted(day for day in asked if day is not None)

    def with_day(self, day: date) -> str:
        """Returns the days asked for, with this one, or without it where it is one of them."""
        return " ".join(each.isoformat() for each in sorted({*self.days} ^ {day}))

    @property
    def best_first(self) -> bool:
        return self.order == BEST

    @property
    def known_way(self) -> str:
        return self.way if self.way in set(Mode) else ""

    @property
    def asks_of_mentors(self) -> bool:
        """Whether only mentors of one language, way of meeting, class or company are wanted."""
        return bool(self.language or self.way or self.graduated or self.company_key)

    @cached_property
    def known_year(self) -> int | None:
        """The class asked for; a year that nobody has is no filter."""
        return number_or_none(self.graduated, most=LAST_YEAR) or None

    @cached_property
    def company_key(self) -> str:
        return fold(self.company)

    @cached_property
    def known_language(self) -> str:
        return language_code(self.language) or ""

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
    def leaves_nights_out(self) -> bool:
        return not (self.night or self.after or self.before or self.soon)

    @property
    def shows_clashes(self) -> bool:
        """Whether hours are wanted at which the member's own calendars have something else."""
        return bool(self.clashes)

    def query(self, theme: KnownTheme | None, you: Member | None, busy: BusyTimes = NOTHING) -> SlotQuery:
        """Returns the query for free hours. Raises BadTime."""
        after, before = self.minutes
        return SlotQuery(
            tzid=display_tzid(),
            days=[] if self.soon else self.days,
            end=now() + LASTS if self.soon else None,
            language=self.known_language,
            way=self.known_way,
            graduated=self.known_year if you else None,
            company=self.company_key if you else "",
            waking=self.leaves_nights_out,
            further=FURTHER,
            theme_id=theme.id if theme else None,
            after=after,
            before=before,
            distinct=True,
            cursor=self.cursor or None,
            viewer_id=you.id if you else None,
            relation=asked_relation(self.relation) if you else None,
            viewer_year=you.graduation_year if you else None,
            avoids=NOTHING if self.shows_clashes else busy,
        )


_NAMES = tuple([each.name for each in fields(Search)])
