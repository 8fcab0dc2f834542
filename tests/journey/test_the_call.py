"""From a booked hour to the call: reminders by mail and SMS, then two windows that see each other move."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journey.house import PATIENCE, House, words_of
from tests.rooms.room.windows import wait_for, window

pytestmark = pytest.mark.browser
MENTOR, MENTEE = "karim@example.org", "noe@example.org"
PHONES = {MENTOR: "+33612345678", MENTEE: "+33698765432"}


def test_a_dated_exception_shows_the_hours_that_it_makes(house: House) -> None:
    day = (datetime.now(UTC) + timedelta(days=9)).date()
    with house.window() as page:
        page.get_by_role("link", name="Sign in").first.click()
        house.sign_in(page, MENTOR)
        page.goto("/me/availability")
        page.locator("button[name=add][value=date]").click()
        line = page.locator("#day-date .line").last
        line.locator("[name=date]").fill(day.isoformat())
        line.locator("[name=date-start]").fill("07:00")
        line.locator("[name=date-end]").fill("09:00")
        page.get_by_role("button", name="Save").last.click()
        page.wait_for_url("**/me/availability?saved=1*")
        shown = page.locator("main").inner_text()
    assert {"07:00", "08:00"} <= set(shown.split())


def test_both_are_reminded_and_meet_on_video(house: House) -> None:
    for email, phone in PHONES.items():
        house.takes_sms(email, phone)
    with house.window() as page:
        booking_id = _book_with_karim(house, page)
    house.let_time_pass(booking_id, timedelta(minutes=60))
    links = [_reminded(house, email, phone) for email, phone in PHONES.items()]
    house.let_time_pass(booking_id, timedelta(minutes=5))
    with window(house.chromium, links[0]) as karim, window(house.chromium, links[1]) as noe:
        karim.join().until("waiting")
        noe.join()
        for each in (karim, noe):
            each.until("connected")
            each.sees_movement()


def _book_with_karim(house: House, page: Page) -> int:
    page.get_by_role("link", name="Sign in").first.click()
    house.sign_in(page, MENTEE)
    page.goto("/search?need=droit")
    page.locator(".hour", has_text="Karim").locator(".chip").first.click()
    page.get_by_label("Your question").fill("Relire mes statuts avant le dépôt")
    page.get_by_role("button", name="Book this hour").click()
    expect(page).to_have_url(re.compile(r"/bookings/\d+$"))
    return int(page.url.rsplit("/", 1)[1])


def _reminded(house: House, email: str, phone: str) -> str:
    """The join link, the same in the mail and in the SMS of the last hour."""
    (text,) = house.texts(phone)
    found = re.search(r"http://\S+/join/[\w-]+", text)
    assert found is not None, text
    wait_for(lambda: any(found[0] in words_of(each) for each in house.mail.to(email)), "the mail", within=PATIENCE)
    return found[0]
