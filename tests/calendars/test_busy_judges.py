"""No reader of calendars that both libical and ical.js are finds somebody busy where we find them free."""

from __future__ import annotations

from flashmeet.calendars.sources.busy_reader import readings
from flashmeet.core.intervals import Interval, merged
from flashmeet.core.provider_faults import Unreadable
from tests.calendars.corpus import families
from tests.calendars.events import HOUR, NINE, WINDOW
from tests.judges.busy import Spans, common, icaljs_busy, libical_busy, missing

UNJUDGED = ("FREQ=DAILY;BYMONTHDAY=30;BYMONTH=2", "no definition")
"""There is no 30 February, and ical.js looks for it for ever; both know IANA's names of zones alone."""


def ours(ics: bytes) -> Spans:
    """Of a file that cannot be read nobody is booked."""
    try:
        return merged(span for reading in readings(ics, window=WINDOW, tzid="UTC") for span in reading.busy)
    except Unreadable:
        return [WINDOW]


def test_the_corpus_is_of_many_inputs_and_nearly_all_can_be_read() -> None:
    files = families()
    assert len(files) >= 250
    refused = [name for name, ics in files.items() if ours(ics) == [WINDOW]]
    assert refused == ["length ('DTSTART:19000101T000000Z', 'DTEND:20991231T000000Z')"]


def test_what_libical_and_ical_js_agree_on_is_busy_for_us_too() -> None:
    files = {name: ics for name, ics in families().items() if not any(each in name for each in UNJUDGED)}
    second = icaljs_busy(list(files.values()), WINDOW)
    agreed = 0
    lost: dict[str, Spans] = {}
    for (name, ics), theirs in zip(files.items(), second, strict=True):
        first = libical_busy(ics, WINDOW)
        both = common(first or [], theirs or [])
        agreed += bool(both)
        gone = missing(both, ours(ics))
        if gone:
            lost[name] = gone
    assert lost == {}
    assert agreed > 200  # the judges did read


def test_what_is_missing_is_seen() -> None:
    assert missing([Interval(NINE, NINE + 3 * HOUR)], [Interval(NINE + HOUR, NINE + 2 * HOUR)]) == [
        Interval(NINE, NINE + HOUR),
        Interval(NINE + 2 * HOUR, NINE + 3 * HOUR),
    ]
