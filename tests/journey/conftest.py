"""One house for every journey; Karim has moved in and said when he is free."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium

from tests.journey.house import House, open_house


@pytest.fixture(scope="session")
def house(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(chromium, tmp_path_factory.mktemp("house")) as house:
        for mentor in ("karim@example.org", "aicha@example.org"):
            publish_hours(house, mentor)
        yield house


def publish_hours(house: House, mentor: str) -> None:
    """Signs in by mail and says, on the page: every evening from 18 to 20, and as many hours as are asked for."""
    with house.window() as page:
        page.get_by_role("link", name="Sign in").first.click()
        house.sign_in(page, mentor)
        page.goto("/me/availability")
        for day in range(7):
            row = page.locator(f"#day-{day}")
            row.locator("[data-add]").click()
            row.locator(f"[name=start-{day}]").fill("18:00")
            row.locator(f"[name=end-{day}]").fill("20:00")
        for limit in ("per_day", "per_week", "per_month"):
            page.locator(f"select[name={limit}]").select_option("")
        page.get_by_role("button", name="Save").last.click()
        page.wait_for_url("**/me/availability?saved=1*")
