"""Choosing an hour, in a browser: how many taps it takes, and what happens in place."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journey.house import House

pytestmark = pytest.mark.browser
NEED = "Une question de droit des contrats"


class Taps:
    """Counts what a person does: each field that is filled, each tap."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def fill(self, role: str, text: str) -> None:
        self.count += 1
        self.page.get_by_role(role).first.fill(text)  # type: ignore[arg-type]  # a role's name

    def tap(self, what: str) -> None:
        self.count += 1
        self.page.locator(what).first.click()


def test_from_the_need_to_the_booked_hour_in_four_interactions(house: House) -> None:
    with house.window() as page:
        page.goto("/me")
        house.sign_in(page, "ines@example.org")  # who has no other hour
        page.goto("/")
        taps = Taps(page)
        taps.fill("searchbox", NEED)
        taps.tap("form[role=search] button")
        taps.tap(".hour .chip-large")
        taps.tap(".book .actions button")
        expect(page).to_have_url(re.compile(r"/bookings/\d+"))
        expect(page.get_by_role("heading", level=1)).to_contain_text("It’s booked")
        assert taps.count <= 4


def test_filters_and_months_change_in_place_and_back_goes_back(house: House) -> None:
    with house.window() as page:
        page.goto("/me")
        house.sign_in(page, "camille@example.org")
        page.goto("/search?theme=droit")
        page.evaluate("window.stayed = true")
        page.locator(".strip-day[href*='day=']:not([aria-current])").first.click()
        expect(page).to_have_url(re.compile(r"day=\d{4}"))
        expect(page.locator(".chosen a")).to_have_count(1)
        page.locator(".filters > summary").click()
        page.get_by_label("Time of day").select_option("18:00-24:00")
        page.get_by_role("button", name="Show these hours").click()
        expect(page.locator(".chosen a")).to_have_count(3)
        page.go_back()
        expect(page.locator(".chosen a")).to_have_count(1)
        page.locator(".hour-name a").first.click()
        expect(page.locator(".way-back a")).to_have_count(1)
        assert page.evaluate("window.stayed") is None  # a page of its own
        page.evaluate("window.stayed = true")
        month = page.locator("#month").inner_text()
        page.locator(".month-nav a[rel=next]").click()
        expect(page.locator("#month")).not_to_have_text(month)
        assert page.evaluate("window.stayed") is True
        page.locator(".way-back a").click()
        expect(page).to_have_url(re.compile(r"/search\?.*day=\d{4}.*#hour-\d+"))
        expect(page.locator(".chosen a")).to_have_count(1)
