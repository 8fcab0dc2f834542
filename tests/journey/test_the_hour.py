"""From need to booked hour, moved and cancelled: in a browser with scripts, and in one without."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journey.house import House

pytestmark = pytest.mark.browser
MENTOR = "aicha@example.org"
NEED = "Une question de droit des contrats"
WAYS = {
    "without scripts": (False, "camille@example.org", "Toronto"),
    "with scripts": (True, "zoe@example.org", "Réunion"),
}


@pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
def mentee(request: pytest.FixtureRequest, house: House) -> Iterator[tuple[Page, str, str]]:
    """A mentee's window, address and place."""
    scripts, email, place = request.param
    with house.window(scripts=scripts) as page:
        yield page, email, place


def test_an_hour_from_the_need_to_the_end(house: House, mentee: tuple[Page, str, str]) -> None:
    page, email, place = mentee
    _search_signed_out(page)
    house.sign_in(page, email)
    expect(page).to_have_url(re.compile(r"/search\?need=Une\+question"))
    expect(page.get_by_text(f"Times are in {place} time.").last).to_be_visible()
    _book(page, place)
    uid = house.invites(email, 1)[0].uid
    _move(page, place)
    house.invites(email, 2)
    _cancel_as(house, MENTOR, page.url)
    for address in (email, MENTOR):
        invites = house.invites(address, 3, uid=uid)
        assert [each.words for each in invites] == ["REQUEST CONFIRMED 0", "REQUEST CONFIRMED 1", "CANCEL CANCELLED 2"]
    page.reload()
    expect(page.get_by_text("This hour was cancelled")).to_be_visible()
    page.get_by_role("link", name="Find another hour").click()
    for name in ("Karim Benali", "Aïcha Nguyen"):
        expect(page.locator(".hour", has_text=name)).to_have_count(1)


def _search_signed_out(page: Page) -> None:
    page.get_by_role("searchbox").fill(NEED)
    page.get_by_role("button", name="Find an hour").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("free this week in Law")
    assert "Karim" not in page.content()


def _book(page: Page, place: str) -> None:
    """With Aïcha, whose pages are in English."""
    page.locator(".hour", has_text="Aïcha").locator(".chip-large").first.click()
    expect(page.get_by_label("Your question")).to_have_value(NEED)
    expect(page.locator(".hour-head")).to_contain_text(f"({place})")
    expect(page.locator(".hour-head")).to_contain_text("(Paris)")
    page.get_by_label("What would make it a good hour").fill("I leave knowing my first step.")
    page.get_by_role("button", name="Book this hour").click()
    expect(page).to_have_url(re.compile(r"/bookings/\d+$"))
    expect(page.get_by_role("link", name="Join the room")).to_have_attribute("href", re.compile(r"/join/\d+-\w+$"))


def _move(page: Page, place: str) -> None:
    before = page.locator("#when").inner_text()
    page.get_by_role("link", name="Move it").click()
    page.locator(".chip-radio").nth(2).click()
    page.get_by_role("button", name="Move it here").click()
    expect(page.locator("#when")).to_contain_text(f"({place})")
    expect(page.locator("#when")).not_to_have_text(before)


def _cancel_as(house: House, mentor: str, url: str) -> None:
    with house.window(scripts=False) as page:
        page.goto(url)
        house.sign_in(page, mentor)
        expect(page).to_have_url(url)
        page.get_by_role("link", name="Cancel it").click()
        page.get_by_label(re.compile("A message to")).fill("I have to travel.")
        page.get_by_role("button", name="Cancel this hour").click()
        expect(page.get_by_text("You cancelled it.")).to_be_visible()
