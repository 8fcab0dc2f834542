"""How every template says a time: in the viewer's zone and language, unless another zone is named."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from babel.dates import get_day_names
from flask import Blueprint

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.day import DayOffer
from flashmeet.core.zones import local_time, utc_text
from flashmeet.http.display import display_locale, display_tzid, network
from flashmeet.http.services import now
from flashmeet.http.time_stamps import stamped
from flashmeet.i18n import times

bp = Blueprint("template_times", __name__)

HALF_A_YEAR = timedelta(days=182)


@bp.app_template_filter()
def when(at: datetime, tzid: str | None = None) -> str:
    """`mer. 9 déc., 18:00 (Paris)`; in the viewer's zone unless another is named."""
    return times.when(at, tzid or display_tzid(), display_locale(), year=_is_long_ago(at))


@bp.app_template_filter()
def from_to(start: datetime, end: datetime, tzid: str | None = None) -> str:
    return times.from_to(start, end, tzid or display_tzid(), display_locale(), year=_is_long_ago(start))


@bp.app_template_filter()
def span(first: str, last: str) -> str:
    """`18:00–19:00`, as typed."""
    return times.span(first, last)


@bp.app_template_filter()
def clock(at: datetime, tzid: str | None = None) -> str:
    return times.clock(at, tzid or display_tzid())


@bp.app_template_filter()
def long_day(at: datetime, tzid: str | None = None) -> str:
    """`mercredi 9 décembre`."""
    return times.day(at, tzid or display_tzid(), display_locale(), long=True, year=_is_long_ago(at))


@bp.app_template_filter()
def short_day(at: datetime, tzid: str | None = None) -> str:
    """`mer. 9 déc.`."""
    return times.day(at, tzid or display_tzid(), display_locale(), year=_is_long_ago(at))


@bp.app_template_filter()
def dated(at: datetime) -> str:
    """`mercredi 9 décembre 2026`, in the network's zone: a day that holds for everybody."""
    return times.dated(at, network().tzid, display_locale())


@bp.app_template_filter()
def day_words(day: date, long: bool = True) -> str:
    return times.day_of(day, display_locale(), long=long)


@bp.app_template_filter()
def months_words(first: date, last: date) -> str:
    return times.months_of(first, last, display_locale())


@bp.app_template_filter()
def weekday_letter(day: date) -> str:
    """`L` or `M`: the head of a calendar column."""
    return str(get_day_names("narrow", "stand-alone", display_locale())[day.weekday()])


@bp.app_template_filter()
def place(tzid: str) -> str:
    """Returns the zone's city, in the viewer's language."""
    return times.place(tzid, display_locale())


@bp.app_template_filter()
def offset_now(tzid: str) -> str:
    """`UTC+1`: the zone's present offset."""
    return local_time(now(), tzid).offset


@bp.app_template_filter()
def stamp(at: datetime) -> str:
    """`20261209T1700Z`: an hour as it stands in addresses and forms."""
    return stamped(at)


@bp.app_template_filter()
def machine(at: datetime) -> str:
    """Formats an instant for `datetime` attributes."""
    return utc_text(at)


@bp.app_template_filter()
def same_local_time(at: datetime, tzid: str) -> bool:
    """Whether that zone shows the same time as the viewer's, so that naming one is enough."""
    return times.same_local_time(at, display_tzid(), tzid)


@bp.app_template_filter()
def same_clock(at: datetime, one: str, other: str) -> bool:
    """Whether two zones show the same time then."""
    return times.same_local_time(at, one, other)


@bp.app_template_filter()
def further_clocks(at: datetime, lead: str, others: Iterable[str]) -> list[str]:
    """Those of the zones that show another time than the leading one: what is told besides."""
    return times.further_clocks(at, lead, others)


@bp.app_template_filter()
def hour_when(hour: Booking | DayOffer, tzid: str | None = None) -> str:
    """When two meet, in one line; on site by the clock of the place first."""
    year = _is_long_ago(hour.starts_at)
    return times.when_there(hour.starts_at, hour.place_tzid, tzid or display_tzid(), display_locale(), year=year)


def _is_long_ago(at: datetime) -> bool:
    """Whether a day without its year would be taken for one to come."""
    return now() - at > HALF_A_YEAR
