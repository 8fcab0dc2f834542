"""A calendar published at an address."""

from __future__ import annotations

import socket

import pytest

from flashmeet.calendars.rules.sources import Access
from flashmeet.calendars.sources.ics import ONLY, IcsAddress
from flashmeet.core.egress.client import Egress
from flashmeet.core.intervals import Interval
from flashmeet.core.provider_faults import AuthFailed, Missing, NotAllowed, RateLimited, Unreachable, Unreadable
from flashmeet.schedule.rules.calendars import CalendarKind
from tests.calendars.events import HOUR, NINE, WINDOW, at
from tests.calendars.wires import saying, serving


def opened(url: str) -> IcsAddress:
    access = Access(kind=CalendarKind.ICS, tzid="Europe/Paris", secrets={"url": url})
    return IcsAddress(access, Egress(["127.0.0.1:*"]), seconds=10)


def test_all_of_it_is_read_and_read_again_only_when_it_has_changed() -> None:
    def talk(wire: socket.socket) -> None:
        told = heads[-1].lower()
        saying("304 Not Modified")(wire) if b'if-none-match: "v1"' in told else fresh(wire)

    fresh = saying(body=at(NINE).encode(), ETag='"v1"')
    with serving(talk) as (port, heads):
        source = opened(f"http://127.0.0.1:{port}/karim.ics")
        first = source.sync(ONLY, cursor="", window=WINDOW, known={})
        again = source.sync(ONLY, cursor=first.cursor, window=WINDOW, known={})
    assert (first.full, [each.busy for each in first.changed]) == (True, [(Interval(NINE, NINE + HOUR),)])
    assert (again.full, again.changed, again.cursor) == (False, (), first.cursor)


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        ("401 Unauthorized", AuthFailed),
        ("404 Not Found", Missing),
        ("429 Too Many", RateLimited),
        ("500 Oops", Unreachable),
        ("200 OK", Unreadable),
    ],
)
def test_each_refusal_is_told_as_what_it_is(status: str, fault: type[Exception]) -> None:
    with serving(saying(status, body=b"<html>Sign in</html>")) as (port, _), pytest.raises(fault):
        opened(f"http://127.0.0.1:{port}/").sync(ONLY, cursor="", window=WINDOW, known={})


def test_webcal_is_https_and_no_other_way_in() -> None:
    with pytest.raises(NotAllowed):
        opened("webcal://10.0.0.1/karim.ics").sync(ONLY, cursor="", window=WINDOW, known={})


@pytest.mark.parametrize("tagged", [True, False])
def test_an_answer_that_nothing_has_changed_counts_only_where_that_was_asked(tagged: bool) -> None:
    """A cache may say so to whoever asks for the first time: a calendar that was never read is not free."""

    def talk(wire: socket.socket) -> None:
        saying("304 Not Modified")(wire) if len(heads) != 2 else fresh(wire)

    fresh = saying(body=at(NINE).encode(), **({"ETag": '"v1"'} if tagged else {}))
    with serving(talk) as (port, heads):
        source = opened(f"http://127.0.0.1:{port}/karim.ics")
        with pytest.raises(Unreachable):
            source.sync(ONLY, cursor="", window=WINDOW, known={})
        read = source.sync(ONLY, cursor="", window=WINDOW, known={})
        if tagged:
            assert source.sync(ONLY, cursor=read.cursor, window=WINDOW, known={}).changed == ()
        else:
            with pytest.raises(Unreachable):
                source.sync(ONLY, cursor=read.cursor, window=WINDOW, known={})
