"""A mentee with a timetable of ADE and a mentor with a calendar of their own, each at an address, in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.calendars.events import ics
from tests.calendars.test_ics_reading import published
from tests.journey.conftest import publish_hours
from tests.journey.house import PATIENCE, House

pytestmark = pytest.mark.browser
PARIS = ZoneInfo("Europe/Paris")
MIA, TOM = "mia@example.org", "tom@example.org"
NEED = "Comment préparer une audition"


def evening(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), PARIS).astimezone(UTC)


def event(start: datetime, hours: int, *, summary: str, uid: str) -> str:
    """As ADE writes a class: in UTC, with the room and the teacher in it."""
    end = start + timedelta(hours=hours)
    return ics(
        f"DTSTART:{start:%Y%m%dT%H%M%SZ}",
        f"DTEND:{end:%Y%m%dT%H%M%SZ}",
        f"SUMMARY:{summary}",
        "LOCATION:Amphi B",
        "DESCRIPTION:\\n\\nL3 Lettres\\nMME DURAND\\n(Exporté le:29/11/2026 10:02)\\n",
        uid=uid,
    )


@pytest.fixture(scope="module")
def days() -> tuple[date, date]:
    """The day of Mia's class, and the one on which Tom is taken: far enough that no notice matters."""
    today = datetime.now(PARIS).date()
    return today + timedelta(days=3), today + timedelta(days=4)


@pytest.fixture(scope="module")
def mia(house: House, days: tuple[date, date]) -> Iterator[Page]:
    """Her window, once both have connected their calendars on the page."""
    class_day, taken_day = days
    lesson = event(evening(class_day, 18), 1, summary="CM Littérature", uid="ADE60416465-1")
    rehearsal = event(evening(taken_day, 17), 4, summary="Rehearsal", uid="rehearsal@example.net")
    with published(lesson) as timetable, published(rehearsal) as calendar:
        publish_hours(house, TOM)
        with house.window() as page:
            connect(house, page, TOM, calendar.url)
        with house.window() as page:
            connect(house, page, MIA, timetable.url)
            yield page


def connect(house: House, page: Page, email: str, address: str) -> None:
    page.get_by_role("link", name="Sign in").first.click()
    house.sign_in(page, email)
    expect(page.get_by_role("link", name="Sign in")).to_have_count(0)
    page.goto("/me/calendars")
    page.locator("#field-ics").fill(address)
    page.locator("form", has=page.locator("#field-ics")).get_by_role("button", name="Connect", exact=True).click()
    until = monotonic() + PATIENCE
    while not page.get_by_text("Working", exact=True).count():  # a worker reads it for the first time
        assert monotonic() < until, page.locator("main").inner_text()
        page.reload()


def offered(page: Page, day: date) -> list[str]:
    """The clock times of Tom's hours on that day, as the results show them."""
    page.goto(f"/search?need={NEED}&theme=theatre&day={day}")
    page.locator("#free-hours").wait_for()
    return sorted(set(re.findall(r"\b\d\d:\d\d\b", " ".join(page.locator(".hour").all_inner_texts()))))


def test_hours_that_either_has_something_at_are_hidden_and_her_own_are_shown_on_demand(
    mia: Page, days: tuple[date, date]
) -> None:
    class_day, taken_day = days
    assert "18:00" not in offered(mia, class_day) and "19:00" in offered(mia, class_day)
    expect(mia.get_by_text("Hours when your calendar has something else are hidden.")).to_be_visible()
    mia.get_by_role("link", name="Show them all the same").click()
    expect(mia.locator(".hour").first).to_contain_text("18:00")
    expect(mia.locator(".hour").first).to_contain_text("Your calendar has something else then")
    assert offered(mia, taken_day) == []
    mia.goto(f"/search?theme=theatre&day={taken_day}&clashes=shown")
    expect(mia.locator(".hour")).to_have_count(0)  # what Tom has is nobody's to show


def test_booking_over_a_class_warns_and_asks_and_is_done_on_a_second_word(
    house: House, mia: Page, days: tuple[date, date]
) -> None:
    mia.goto(f"/search?need={NEED}&theme=theatre&day={days[0]}&clashes=shown")
    mia.locator(".hour .chip-large").first.click()
    expect(mia.locator(".hour-head")).to_contain_text("18:00")
    expect(mia.get_by_text("Your calendar has something else at this hour.")).to_be_visible()
    assert mia.get_by_role("button", name="Book this hour").count() == 0
    mia.get_by_label("What would make it a good hour").fill("I know where to begin.")
    mia.get_by_role("button", name="Book all the same").click()
    expect(mia).to_have_url(re.compile(r"/bookings/\d+$"))
    expect(mia.locator("main")).to_contain_text("Tom Berger")
    for address in (MIA, TOM):
        assert house.invites(address, 1)[0].words == "REQUEST CONFIRMED 0"
