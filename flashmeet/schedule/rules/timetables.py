"""Timetables of schools, published at an address: who publishes them, and how far the address reaches.

ADE (Adesoft) and Hyperplanning (Index Éducation) give addresses that end: with the year's project, with the weeks or
the last date in them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from urllib.parse import parse_qsl, urlsplit

from flashmeet.core.numbers import number_or_none, read_number


class Vendor(StrEnum):
    ADE = "ade"
    HYPERPLANNING = "hyperplanning"


NAMES = {Vendor.ADE: "ADE", Vendor.HYPERPLANNING: "Hyperplanning"}
KEPT_FOR = timedelta(days=14)
"""What was read of a member's own calendar hides hours for this long after it could not be read any more."""
FEW_WEEKS = 12
"""An address of fewer weeks than a term is said to reach not far."""
ENDS_SOON = timedelta(days=28)
_ADE_PATH = re.compile(r"/(?:anonymous_cal|direct_cal|cal)\.jsp\Z|/plannings/[^/]+\.shu\Z", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Timetable:
    """`weeks` counts from the present one; `last` is the last day that the address covers. None where it says none."""

    vendor: Vendor
    weeks: int | None = None
    last: date | None = None

    def reaches(self, today: date) -> date | None:
        """Returns the last day covered, as seen from today; None without an end that the address tells."""
        ends = [self.last] if self.last else []
        if self.weeks is not None:
            ends.append(today - timedelta(days=today.weekday()) + timedelta(weeks=max(1, self.weeks), days=-1))
        return min(ends, default=None)

    def is_narrow(self, today: date) -> bool:
        """Whether so little is covered that its member should choose more."""
        ends = self.reaches(today)
        few = self.weeks is not None and self.weeks < FEW_WEEKS
        return few or (ends is not None and ends - today <= ENDS_SOON)

    @property
    def settings(self) -> dict[str, str]:
        """What may be kept and shown of the address, which is a secret itself."""
        told = {"vendor": self.vendor.value}
        if self.weeks is not None:
            told["weeks"] = str(self.weeks)
        if self.last is not None:
            told["last"] = self.last.isoformat()
        return told


def timetable_at(url: str) -> Timetable | None:
    """Returns the timetable behind an address; None where it is no timetable that we know."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    asked = {name.lower(): value for name, value in parse_qsl(parts.query)}
    if "/telechargements/ical/" in parts.path.lower() or "idical" in asked:
        return Timetable(Vendor.HYPERPLANNING)
    if _ADE_PATH.search(parts.path) and (parts.path.endswith(".shu") or asked.keys() & {"resources", "data", "code"}):
        weeks = number_or_none(asked.get("nbweeks", ""), most=999)
        return Timetable(Vendor.ADE, weeks, _day(asked.get("lastdate", "")))
    return None


def timetable_in(settings: Mapping[str, str]) -> Timetable | None:
    """Reads what `Timetable.settings` kept."""
    vendor = settings.get("vendor", "")
    if vendor not in tuple(Vendor):
        return None
    return Timetable(
        Vendor(vendor), number_or_none(settings.get("weeks", ""), most=999), _day(settings.get("last", ""))
    )


def counts_until(failing_since: datetime) -> datetime:
    """Returns until when the times read before still hide hours of theirs from a member."""
    return failing_since + KEPT_FOR


def _day(text: str) -> date | None:
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return date(*map(read_number, found.groups()))
    except ValueError:
        return None
