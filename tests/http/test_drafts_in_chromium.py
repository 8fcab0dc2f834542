"""In a real browser, a language switch, a closed tab, or Back loses no word; what was sent does not come back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, ViewportSize

from flashmeet.app import create_app
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from tests.browsers import Browser, Clock
from tests.http.conftest import STAMP, World
from tests.served import free_port, served

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database", ["sqlite"], indirect=True)]
PHONE: ViewportSize = {"width": 390, "height": 844}
LATER = STAMP.replace("09T09", "16T09")


@pytest.fixture
def site(config: Config, database: Database, clock: Clock) -> Iterator[tuple[str, Browser]]:
    port = free_port()
    base = f"http://localhost:{port}"
    app = create_app(replace(config, base_url=base), database=database, clock=clock)
    app.test_client_class = Browser
    with served(app, port):
        yield base, Browser(app)


@pytest.fixture
def window(chromium: Chromium, site: tuple[str, Browser], world: World) -> Iterator[BrowserContext]:
    """A phone in Toronto on which Alice is signed in."""
    base, browser = site
    cookie = browser.sign_in(world.ids["Alice"]).get_cookie("flashmeet")
    assert cookie is not None
    context = chromium.new_context(base_url=base, viewport=PHONE, timezone_id="America/Toronto")
    context.add_cookies([{"name": "flashmeet", "value": cookie.value, "url": base}])
    yield context
    context.close()


def headline(page: Page) -> str:
    return page.locator("[name=headline]").input_value()


def until(page: Page, said: str) -> None:
    """Waits for an expression to hold; the pages' policy forbids `wait_for_function`."""
    for _ in range(200):
        if page.evaluate(said):
            return
        page.wait_for_timeout(50)
    raise AssertionError(said)


DISCARD, UNDO = "L’effacer", "Annuler"
KEPT = "Object.keys(localStorage).some((key) => key.startsWith('words '))"


def typed(window: BrowserContext) -> Page:
    page = window.new_page()
    page.goto("/me/profile")
    page.locator("[name=headline]").fill("Des mots")
    until(page, KEPT)
    return page


@pytest.mark.parametrize("switch", [".language button", ".zone-hint [name=tzid]"])
def test_a_switch_of_language_or_zone_loses_no_word(window: BrowserContext, switch: str) -> None:
    page = typed(window)
    page.locator(switch).click()
    page.locator(".kept-here").wait_for()
    assert headline(page) == "Des mots"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_closed_tab_loses_no_word_and_what_is_kept_can_be_dropped(window: BrowserContext) -> None:
    typed(window).close()
    page = window.new_page()
    page.goto("/me/profile")
    assert headline(page) == "Des mots"
    page.get_by_role("button", name=DISCARD).click()
    page.get_by_role("button", name=UNDO).wait_for()
    assert headline(page) == ""


def test_what_was_discarded_comes_back_by_undo(window: BrowserContext) -> None:
    page = typed(window)
    page.reload()
    for _ in range(2):
        page.get_by_role("button", name=DISCARD).click()
        undo = page.get_by_role("button", name=UNDO)
        undo.wait_for()
        assert (headline(page), undo.evaluate("it => it === document.activeElement")) == ("", True)
        undo.click()
        page.get_by_role("button", name=DISCARD).wait_for()
        assert headline(page) == "Des mots"


def test_what_was_discarded_is_gone_once_the_page_is_left_or_something_else_typed(window: BrowserContext) -> None:
    page = typed(window)
    page.reload()
    page.get_by_role("button", name=DISCARD).click()
    page.get_by_role("button", name=UNDO).wait_for()
    page.goto("/me")
    assert not page.evaluate(KEPT)
    page = typed(window)
    page.reload()
    page.get_by_role("button", name=DISCARD).click()
    page.get_by_role("button", name=UNDO).wait_for()
    page.locator("[name=headline]").fill("Autre chose")
    assert page.locator(".kept-here").count() == 0
    page.goto("/me/profile")
    assert headline(page) == "Autre chose"


def test_words_typed_in_another_network_on_the_same_host_are_left_alone(window: BrowserContext) -> None:
    page = typed(window)
    theirs = "words /mentorat/ 1 /mentorat/me/profile /mentorat/me/profile"
    page.evaluate("key => localStorage.setItem(key, JSON.stringify({ at: Date.now(), fields: [] }))", theirs)
    page.goto("/me/settings")
    page.locator("[data-forget] button").click()
    until(
        page,
        "Object.keys(localStorage).length > 0 && !Object.keys(localStorage).some((key) => key.startsWith('words / '))",
    )
    assert page.evaluate("key => localStorage.getItem(key)", theirs)


def test_what_was_sent_does_not_come_back(window: BrowserContext) -> None:
    page = typed(window)
    page.locator("form:has([name=headline]) .btn-primary").click()
    page.wait_for_url("**saved=1*")
    page.locator("[name=headline]").fill("Autre chose")
    page.goto("/me/profile")
    assert (headline(page), page.locator(".kept-here").count()) == ("Autre chose", 1)
    page.locator("form:has([name=headline]) .btn-primary").click()
    page.wait_for_url("**saved=1*")
    page.goto("/me/profile")
    assert (headline(page), page.locator(".kept-here").count()) == ("Autre chose", 0)


def test_a_line_that_breaks_while_sending_loses_no_word(window: BrowserContext) -> None:
    page = typed(window)
    window.route("**/me/profile", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.locator("form:has([name=headline]) .btn-primary").click()
    page.wait_for_url("chrome-error://**")
    page.goto("/me/profile")
    assert headline(page) == "Des mots"


def test_lines_that_were_added_and_removed_stand_again(window: BrowserContext) -> None:
    page = window.new_page()
    page.goto("/me/availability")
    page.locator("#day-2 [data-remove]").click()
    page.locator("#day-4 [data-add]").click()
    page.locator("#day-4 [name=start-4]").fill("18:00")
    page.locator("#day-4 [name=end-4]").fill("20:00")
    until(page, "JSON.stringify({...localStorage}).includes('20:00')")
    page.goto("/me/profile")
    page.goto("/me/availability")
    assert page.locator("#day-2 [data-line]").count() == 0
    assert page.locator("[name=end-4]").input_value() == "20:00"


def test_words_of_one_member_are_not_shown_to_another_and_go_with_the_sign_out(
    window: BrowserContext, site: tuple[str, Browser], world: World
) -> None:
    page = typed(window)
    page.goto("/me/settings")
    page.locator("[data-forget] button").click()
    until(page, f"!{KEPT}")
