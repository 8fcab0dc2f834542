"""In a real browser, half hours are tapped by mouse, finger and keyboard, and the lines and the server say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it carries no types
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from flashmeet.app import create_app
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.rules.availability import Span, WeeklyRule
from tests import people
from tests.browsers import Browser, Clock
from tests.served import free_port, served

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database", ["sqlite"], indirect=True)]
SMALL: ViewportSize = {"width": 360, "height": 740}
PAGE = "/me/availability"
TUESDAY, WEDNESDAY, THURSDAY = 1, 2, 3
EVENING = WeeklyRule(TUESDAY, Span.parse("18:00", "20:00"))


@pytest.fixture
def alice(database: Database) -> int:
    with database.writing() as db:
        policy = replace(people.FREE, start_every=60, horizon_days=28)
        return people.mentor(db, "Alice", rules=(EVENING,), locale="en", policy=policy).id


@pytest.fixture
def window(
    chromium: Chromium, config: Config, database: Database, clock: Clock, alice: int
) -> Iterator[BrowserContext]:
    """A small phone on which Alice is signed in; a mouse works on it, too."""
    port = free_port()
    base = f"http://localhost:{port}"
    app = create_app(replace(config, base_url=base), database=database, clock=clock)
    app.test_client_class = Browser
    cookie = Browser(app).sign_in(alice).get_cookie("flashmeet")
    assert cookie is not None
    context = chromium.new_context(base_url=base, viewport=SMALL, has_touch=True, timezone_id="Europe/Paris")
    context.add_cookies([{"name": "flashmeet", "value": cookie.value, "url": base}])
    with served(app, port):
        yield context
        context.close()


@pytest.fixture
def page(window: BrowserContext) -> Page:
    page = window.new_page()
    page.goto(PAGE)
    page.locator(".week-grid").wait_for()
    return page


def cell(page: Page, day: int, clock: str) -> str:
    """The selector of a half hour."""
    hour, minute = map(int, clock.split(":"))
    return f"td[data-at='{day}-{2 * hour + minute // 30}']"


def lines(page: Page, day: int) -> list[str]:
    said = page.locator(f"#day-{day} [data-line] input").evaluate_all("fields => fields.map(each => each.value)")
    return [f"{start}-{end}" for start, end in zip(said[::2], said[1::2], strict=True)]


def rules(database: Database, alice: int) -> set[str]:
    with database.reading() as db:
        saved = read_schedule(db, alice)
    assert saved is not None
    return {f"{each.weekday} {each.span.start // 60}-{each.span.end // 60}" for each in saved.rules}


def bar(page: Page) -> str:
    return page.locator(".free-unsaved").inner_text()


def test_the_grid_says_what_the_lines_say(page: Page) -> None:
    free = page.locator(".week-grid [aria-selected=true]").evaluate_all("each => each.map(cell => cell.ariaLabel)")
    assert free == [f"Tuesday {time}, free" for time in ("18:00–18:30", "18:30–19:00", "19:00–19:30", "19:30–20:00")]
    page.fill("#day-1 [name=start-1]", "18h15")
    expect(page.locator(cell(page, TUESDAY, "18:00"))).to_have_attribute("data-state", "part")
    page.fill("#day-1 [name=start-1]", "what")
    expect(page.locator(".week-grid [aria-selected=true]")).to_have_count(0)


def test_a_mouse_draws_over_half_hours_and_the_hours_that_follow_are_shown(
    page: Page, database: Database, alice: int
) -> None:
    before = rules(database, alice)
    page.locator(cell(page, THURSDAY, "12:00")).scroll_into_view_if_needed()
    page.hover(cell(page, THURSDAY, "12:00"))
    page.mouse.down()
    for clock in ("12:30", "13:00", "13:30"):
        page.hover(cell(page, THURSDAY, clock))
    page.mouse.up()
    assert lines(page, THURSDAY) == ["12:00-14:00"]
    expect(page.locator(".free-unsaved")).to_have_text(re.compile("Not saved yet. This opens 16 hours"))
    assert "Thursday 3 December" in page.locator("#hours").inner_text()
    assert rules(database, alice) == before
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile("saved=1"))
    assert rules(database, alice) == {"1 18-20", "3 12-14"}
    assert bar(page) == ""


def test_a_finger_taps_and_a_finger_that_moves_scrolls_the_page(page: Page, window: BrowserContext) -> None:
    page.tap(cell(page, WEDNESDAY, "10:00"))
    page.tap(cell(page, WEDNESDAY, "10:30"))
    assert lines(page, WEDNESDAY) == ["10:00-11:00"]
    page.evaluate("window.scrollTo({top: 500, behavior: 'instant'})")
    before = page.evaluate("scrollY")
    finger = window.new_cdp_session(page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": 200, "y": 450}]})
    for y in range(430, 240, -20):
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": 200, "y": y}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") > before + 150
    assert [lines(page, day) for day in (TUESDAY, WEDNESDAY)] == [["18:00-20:00"], ["10:00-11:00"]]


def test_arrows_and_the_space_bar_do_all_of_it(page: Page) -> None:
    page.locator(".week-grid td[tabindex='0']").focus()  # Monday, 18:00
    for key in ("ArrowRight", "ArrowRight", "Space", "Shift+ArrowDown", "Shift+ArrowDown"):
        page.keyboard.press(key)
    assert lines(page, WEDNESDAY) == ["18:00-19:30"]
    focused = page.evaluate("document.activeElement.ariaLabel")
    assert focused == "Wednesday 19:00–19:30, free"
    page.keyboard.press("Enter")
    assert lines(page, WEDNESDAY) == ["18:00-19:00"]
    for _ in range(60):
        page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.ariaLabel").startswith("Wednesday 21:30–22:00")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "The whole day"


def test_a_night_is_drawn_to_the_days_end_and_from_the_next_ones_beginning(page: Page) -> None:
    page.get_by_role("button", name="The whole day").click()
    for at in ((WEDNESDAY, "23:30"), (THURSDAY, "00:00")):
        page.click(cell(page, *at))
    assert (lines(page, WEDNESDAY), lines(page, THURSDAY)) == (["23:30-24:00"], ["00:00-00:30"])


def test_what_is_free_is_never_hidden(page: Page) -> None:
    assert page.locator(".week-grid tr").count() == 1 + 28
    page.get_by_role("button", name="The whole day").click()
    assert page.locator(".week-grid tr").count() == 1 + 48
    page.click(cell(page, WEDNESDAY, "23:00"))
    page.get_by_role("button", name="Fewer hours").click()
    assert page.locator(".week-grid tr").count() == 1 + 31
    assert page.locator(cell(page, WEDNESDAY, "23:00")).is_visible()


def test_a_line_that_cannot_be_read_stays_when_its_day_is_tapped(page: Page) -> None:
    page.click("#day-2 [data-add]")
    page.fill("#day-2 [name=start-2]", "half past 6")
    page.click(cell(page, WEDNESDAY, "10:00"))
    assert lines(page, WEDNESDAY) == ["half past 6-", "10:00-10:30"]


def test_a_day_is_copied_to_others_at_once(page: Page) -> None:
    page.click("#day-1 .copy-day > summary")
    for name in ("Wed", "Thu"):
        page.locator("#day-1 .copy-day").get_by_label(name).check()
    page.get_by_role("button", name="Copy Tuesday").click()
    assert [lines(page, day) for day in (TUESDAY, WEDNESDAY, THURSDAY)] == [["18:00-20:00"]] * 3
    assert page.locator(".week-grid [aria-selected=true]").count() == 12
    expect(page.locator(".free-unsaved")).to_have_text(re.compile("This opens 24 hours"))


def test_what_was_tapped_and_not_saved_is_there_again(page: Page, window: BrowserContext) -> None:
    page.click(cell(page, WEDNESDAY, "10:00"))
    page.wait_for_timeout(600)
    page.close()
    again = window.new_page()
    again.goto(PAGE)
    again.locator(".week-grid").wait_for()
    assert lines(again, WEDNESDAY) == ["10:00-10:30"]
    assert again.locator(cell(again, WEDNESDAY, "10:00")).get_attribute("aria-selected") == "true"
    assert bar(again).startswith("Not saved yet.")


def test_taking_everything_back_is_saved_again(page: Page) -> None:
    for _ in range(2):
        page.click(cell(page, WEDNESDAY, "10:00"))
    assert bar(page) == ""
    expect(page.locator("#hours")).not_to_contain_text("Not saved yet")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_grid_and_all_that_unfolds_around_it_have_no_barrier(page: Page, theme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=theme)
    page.click(cell(page, WEDNESDAY, "10:00"))
    page.fill("#day-1 [name=start-1]", "18:15")
    page.click("#day-1 .copy-day > summary")
    expect(page.locator(".free-unsaved")).to_have_text(re.compile("This opens"))
    found = [(each["id"], node["html"]) for each in Axe().run(page).response["violations"] for node in each["nodes"]]
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]


def test_the_bar_covers_no_field_that_has_the_focus(page: Page) -> None:
    page.click(cell(page, WEDNESDAY, "10:00"))
    expect(page.locator(".free-unsaved")).to_have_text(re.compile("This opens"))
    page.locator("select[name=tzid]").focus()
    for _ in range(60):
        page.keyboard.press("Tab")
        covered = page.evaluate(
            """async () => {
              const covers = () => {
                const here = document.activeElement.getBoundingClientRect();
                const bar = document.querySelector(".free-save").getBoundingClientRect();
                const inside = document.activeElement.closest(".free-save, #hours, footer, header, nav");
                return !inside && here.height > 0 && here.bottom > bar.top + 1 && here.top < bar.bottom;
              };
              for (let frames = 0; frames < 120 && covers(); frames++) await new Promise(requestAnimationFrame);
              return covers();
            }"""
        )
        assert not covered, page.evaluate("document.activeElement.outerHTML")
        if page.evaluate("Boolean(document.activeElement.closest('.free-save'))"):
            return
