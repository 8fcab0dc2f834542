"""Every page for everybody: by keyboard, on a small screen, in the dark, for those who listen to it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it carries no types
from playwright.sync_api import Page, expect

from tests.journey.house import House

pytestmark = pytest.mark.browser
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
MENTEES = (
    "/",
    "/search?need=droit",
    "/search?theme=droit&after=02:00&before=03:00",
    "/zone",
    "/me",
    "/me/settings",
    "/me/requests",
    "/me/hours",
    "/me/notifications",
    "/me/phone",
    "/help",
    "/nothing",
)
MOVED = """() => new Promise((tell) => {
    let moved = 0;
    const observer = new PerformanceObserver((list) => list.getEntries().forEach((entry) => (moved += entry.value)));
    observer.observe({ type: "layout-shift", buffered: true });
    setTimeout(() => tell(moved), 500);
})"""
"""How far the page has moved by itself since it was opened: its cumulative layout shift."""
VISITORS = ("/", "/search?need=droit", "/search?theme=alchemy", "/sign-in", "/zone")


@pytest.fixture(scope="module")
def lou(house: House) -> Iterator[Page]:
    """Signed in, with an hour booked at /bookings/…, where her window stands."""
    with house.window() as page:
        page.get_by_role("link", name="Sign in").first.click()
        house.sign_in(page, "lou@example.org")
        expect(page).to_have_url(re.compile("/me$"))
        page.goto("/search?need=droit")
        page.locator(".hour .chip-large").last.click()
        page.get_by_role("button", name="Book this hour").click()
        expect(page).to_have_url(re.compile(r"/bookings/\d+$"))
        yield page


def _pages(page: Page) -> list[str]:
    """What a mentee can reach, from the hour that was booked."""
    page.goto("/search?need=droit")
    slot = page.locator(".hour .chip-large").first.get_attribute("href") or ""
    mentor = page.locator(".hour-name a").first.get_attribute("href") or ""
    page.goto("/me")
    booking = page.locator("a[href^='/bookings/']").first.get_attribute("href") or ""
    gone = slot.split("?")[0].rsplit("/", 1)[0] + "/20200101T0900Z"
    return [*MENTEES, slot, gone, mentor, booking, f"{booking}/move", f"{booking}/cancel"]


def _complaints(page: Page, address: str, *, dark: bool, screen: dict[str, int]) -> list[str]:
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.set_viewport_size(screen)  # type: ignore[arg-type]  # it is a ViewportSize
    page.goto(address)
    where = f"{address} ({'dark' if dark else 'light'}, {screen['width']} px)"
    found = [
        f"{where}: {each['id']} {node['html'][:120]}"
        for each in Axe().run(page).response["violations"]
        for node in each["nodes"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{where}: wider than the screen")
    return found


LOOKS = pytest.mark.parametrize(
    ("dark", "screen"), [(False, PHONE), (True, PHONE), (True, DESK)], ids=["phone", "phone in the dark", "desk"]
)


@LOOKS
@pytest.mark.timeout(400)
def test_no_page_of_a_member_has_a_barrier(lou: Page, dark: bool, screen: dict[str, int]) -> None:
    found = [_complaints(lou, address, dark=dark, screen=screen) for address in _pages(lou)]
    assert [complaint for each in found for complaint in each] == []


@LOOKS
@pytest.mark.timeout(400)
def test_no_page_of_a_visitor_has_a_barrier(house: House, dark: bool, screen: dict[str, int]) -> None:
    with house.window() as page:
        found = [_complaints(page, address, dark=dark, screen=screen) for address in VISITORS]
    assert [complaint for each in found for complaint in each] == []


def test_pages_load_nothing_from_elsewhere_and_break_no_rule_of_theirs(lou: Page, house: House) -> None:
    asked: list[str] = []
    said: list[str] = []
    lou.on("request", lambda request: asked.append(request.url))
    lou.on("console", lambda message: said.append(message.text))
    for address in (*_pages(lou)[:3], "/zone"):
        lou.goto(address)
    assert {url for url in asked if not url.startswith((house.base, "data:"))} == set()
    assert said == []


def test_a_slash_goes_to_the_need_and_arrows_walk_between_hours(lou: Page) -> None:
    lou.goto("/search?need=droit")
    lou.keyboard.press("/")
    expect(lou.get_by_role("searchbox")).to_be_focused()
    chips = lou.locator("a.chip:visible")
    chips.first.focus()
    lou.keyboard.press("ArrowDown")
    expect(chips.nth(1)).to_be_focused()
    lou.keyboard.press("ArrowLeft")
    expect(chips.first).to_be_focused()


def test_the_menu_stands_at_the_bottom_of_a_phone_and_covers_no_button(lou: Page) -> None:
    lou.set_viewport_size({"width": 390, "height": 844})
    lou.goto("/me/settings")
    menu = lou.get_by_role("navigation", name="Main")
    bar = menu.bounding_box()
    assert bar is not None
    assert round(bar["y"] + bar["height"]) == 844
    for link in menu.get_by_role("link").all():
        box = link.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
    lou.evaluate("scrollTo(0, document.body.scrollHeight)")
    last = lou.get_by_role("contentinfo").get_by_role("link").last.bounding_box()
    assert last is not None
    assert last["y"] + last["height"] <= bar["y"]
    expect(menu.locator("[aria-current=page]")).to_have_text("Me")


STOPPED = """
    window.sent = 0;
    addEventListener("submit", (event) => { if (!event.defaultPrevented) window.sent += 1; event.preventDefault(); });
"""
"""What is sent gets nowhere: the page stays, as it does while a slow line is waited for."""


def test_a_button_says_that_it_is_under_way_and_works_again_when_the_sending_stopped(lou: Page) -> None:
    lou.goto("/me/notifications")
    lou.evaluate(STOPPED)
    button = lou.locator("form[action$='/pause'] button")
    words = button.inner_text()
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    expect(button).to_have_text("One moment…")
    button.click()
    assert lou.evaluate("window.sent") == 1
    lou.keyboard.press("Escape")
    expect(button).not_to_have_attribute("aria-busy", "true")
    expect(button).to_have_text(words)
    button.click()
    assert lou.evaluate("window.sent") == 2


def test_twice_the_text_stays_on_a_phone(lou: Page) -> None:
    lou.set_viewport_size({"width": 390, "height": 844})
    wide = []
    for address in [*_pages(lou), "/me/settings", "/me/requests", "/me/hours", "/me/profile", "/requests/new"]:
        lou.goto(address)
        lou.evaluate("document.documentElement.style.fontSize = '200%'")
        wide += [address] if lou.evaluate("document.documentElement.scrollWidth > innerWidth") else []
    assert wide == []


def test_the_first_tab_offers_to_skip_to_the_content(lou: Page) -> None:
    lou.goto("/")
    lou.keyboard.press("Tab")
    expect(lou.get_by_role("link", name="Skip to content")).to_be_focused()
    lou.keyboard.press("Enter")
    expect(lou.locator("main")).to_be_focused()


def test_a_device_elsewhere_changes_the_zone_in_one_click(house: House) -> None:
    with house.window(timezone_id="Asia/Tokyo") as page:
        page.get_by_role("button", name="Show this device’s time (Tokyo)").click()
        expect(page.locator(".zone-name")).to_have_text("Tokyo")
        expect(page.locator(".zone-hint")).to_be_hidden()


def test_the_line_that_offers_the_zone_covers_nothing_and_moves_nothing(house: House) -> None:
    with house.window(timezone_id="Asia/Tokyo", viewport={"width": 360, "height": 740}) as page:
        for address in ("/", "/search?need=droit"):
            page.goto(address)
            line = page.locator(".zone-hint").bounding_box()
            first = page.locator("main").bounding_box()
            assert line and first
            assert line["height"] < 60
            assert line["y"] + line["height"] <= first["y"]
            assert page.evaluate(MOVED) == 0


def test_a_device_that_shows_the_same_time_is_not_asked(house: House) -> None:
    with house.window(timezone_id="Europe/Brussels") as page:
        page.wait_for_load_state("networkidle")
        expect(page.locator(".zone-hint")).to_be_hidden()


def test_the_language_changes_in_one_click_and_comes_back_to_the_page(house: House) -> None:
    with house.window(locale="fr-FR") as page:
        page.goto("/search?need=droit")
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        page.locator(".language button").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page).to_have_url(re.compile(r"/search\?need=droit$"))


def test_two_clicks_on_the_button_book_once_and_going_back_leads_to_the_booking(lou: Page) -> None:
    lou.goto(_pages(lou)[-4])
    lou.locator("a.chip").last.click()
    lou.get_by_label("Your question").fill("SAS or SARL?")
    form = lou.url
    lou.get_by_role("button", name="Book this hour").dblclick()
    expect(lou).to_have_url(re.compile(r"/bookings/\d+$"))
    booking = lou.url
    lou.go_back()
    if lou.url == form:
        lou.get_by_role("button", name="Book this hour").click()
    expect(lou).to_have_url(booking)
    lou.goto(form)
    expect(lou).to_have_url(booking)


def test_a_time_is_copied_with_its_zone(lou: Page) -> None:
    lou.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lou.goto(_pages(lou)[-3])
    lou.get_by_role("button", name="Copy this time").click()
    expect(lou.get_by_role("button", name="Copied")).to_be_visible()
    assert lou.evaluate("navigator.clipboard.readText()") == lou.locator("#when").inner_text()


def test_a_booking_prints_on_one_clean_page(lou: Page) -> None:
    lou.goto(_pages(lou)[-3])
    lou.emulate_media(media="print")
    expect(lou.get_by_role("banner")).to_be_hidden()
    expect(lou.get_by_role("link", name="Move it")).to_be_hidden()
    expect(lou.locator("#when")).to_be_visible()
    pages = len(re.findall(rb"/Type\s*/Page\b", lou.pdf(format="A4")))
    lou.emulate_media(media="screen")
    assert pages == 1
