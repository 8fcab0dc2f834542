"""What is typed into the week's form, and what it means; nothing here needs a page."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from flashmeet.core.errors import BadInput
from flashmeet.http.forms.reading import Faults, read_form
from flashmeet.schedule.pages.availability_form import AvailabilityForm, Typed, WeekdayLine
from flashmeet.schedule.rules.availability import Span
from tests.schedule.pages.availability_pages import FORM


def form(**changes: Any) -> MultiDict[str, str]:
    return MultiDict({**FORM, **{name.replace("_at_", "-"): value for name, value in changes.items()}})


def typed() -> Typed:
    return Typed.from_form(form())


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("18:00", "20:00", (1080, 1200)),
        ("18h", "20h15", (1080, 1215)),
        ("18 h 30", "20.45", (1110, 1245)),
        ("8", "930", (480, 570)),
        ("0800", "2400", (480, 1440)),
        ("22:00", "0:00", (1320, 1440)),
        ("0", "0", (0, 1440)),
        ("١٨h٣٠", "٢٠", (1110, 1200)),
    ],
)
def test_people_write_times_in_many_ways(start: str, end: str, minutes: tuple[int, int]) -> None:
    assert WeekdayLine(start, end).span() == Span(*minutes)


@pytest.mark.parametrize(
    ("line", "code", "field"),
    [
        (WeekdayLine("25:99", "20:00"), "bad_time", "start"),
        (WeekdayLine("18:00", ""), "bad_time", "end"),
        (WeekdayLine("", "18:00"), "bad_time", "start"),
        (WeekdayLine("18:00", "18:60"), "bad_time", "end"),
        (WeekdayLine("٠٨:٦٠", "10:00"), "bad_time", "start"),
        (WeekdayLine("20:00", "18:00"), "end_before_start", "end"),
        (WeekdayLine("18:05", "20:00"), "off_the_quarter", "start"),
        (WeekdayLine("24:00", "24:00"), "end_before_start", "end"),
    ],
)
def test_a_line_that_means_nothing_says_which_side_is_wrong(line: WeekdayLine, code: str, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        line.span()
    assert (refused.value.code, refused.value.field) == (code, field)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"tzid": "Mars/Olympus"}, "tzid"),
        ({"tzid": ""}, "tzid"),
        ({"start_at_4": ["18:05"], "end_at_4": ["19:00"]}, "week-4-0"),
        ({"date": ["2026-13-45"], "date_at_kind": ["closed"], "date_at_start": [""], "date_at_end": [""]}, "dates-0"),
        ({"date": ["2026-12-24"], "date_at_kind": ["open"], "date_at_start": [""], "date_at_end": [""]}, "dates-0"),
        ({"date": [""], "date_at_kind": ["open"], "date_at_start": ["10:00"], "date_at_end": ["11:00"]}, "dates-0"),
        ({"date": ["9999-12-31"], "date_at_kind": ["closed"], "date_at_start": [""], "date_at_end": [""]}, "dates-0"),
        ({"date": ["0001-01-01"], "date_at_kind": ["closed"], "date_at_start": [""], "date_at_end": [""]}, "dates-0"),
        ({"per_day": "0"}, "per_day"),
        ({"per_week": "1001"}, "per_week"),
        ({"per_month": "-1"}, "per_month"),
        ({"horizon_days": "401"}, "horizon_days"),
        ({"horizon_days": ""}, "horizon_days"),
        ({"buffer_before": "241"}, "buffer_before"),
        ({"buffer_after": "7"}, "buffer_after"),
        ({"start_every": "45"}, "start_every"),
        ({"start_every": "many"}, "start_every"),
        ({"durations": []}, "durations"),
        ({"durations": ["50"]}, "durations"),
        ({"durations": [str(15 * each) for each in range(1, 10)]}, "durations"),
        ({"notice": "other", "notice_hours": "soon"}, "notice_minutes"),
        ({"notice": "99", "notice_hours": ""}, "notice_minutes"),
        ({"notice": "other", "notice_hours": "99999"}, "notice_minutes"),
        ({"confirm": "perhaps"}, "confirm"),
    ],
)
def test_each_fault_has_its_place(changes: dict[str, Any], place: str) -> None:
    faults = read_form(AvailabilityForm, form(**changes))
    assert isinstance(faults, Faults)
    assert list(faults) == [place]


def test_all_faults_are_named_at_once() -> None:
    faults = read_form(AvailabilityForm, form(tzid="Mars", start_at_1=["x"], per_day="none", durations=["7"]))
    assert isinstance(faults, Faults)
    assert set(faults) == {"tzid", "week-1-0", "per_day", "durations"}


@pytest.mark.parametrize("place", ["9", "1-99", "date-99", "1-x", "", "-1", "0--1", "date"])
def test_taking_away_a_line_that_is_not_there_changes_nothing(place: str) -> None:
    assert typed().without_line(place) == typed()


@pytest.mark.parametrize("place", ["9", "", "-1", "1-0"])
def test_adding_to_a_day_that_is_not_there_changes_nothing(place: str) -> None:
    assert typed().with_line(place) == typed()
