"""Second steps in a real browser, with its virtual authenticator: added, used, lost, reset."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it carries no types
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from flashmeet.app import create_app
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.people.service.administrators import reset_administrator
from tests.browsers import Clock
from tests.security.conftest import Mailbox
from tests.served import free_port, served

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database", ["sqlite"], indirect=True)]


@pytest.fixture
def base(config: Config, database: Database, clock: Clock) -> Iterator[str]:
    port = free_port()
    told = replace(config, base_url=f"http://localhost:{port}")
    app = create_app(told, database=database, clock=clock)
    app.config["SIGN_IN_ANSWERS_AFTER"] = 0
    with served(app, port):
        yield told.base_url


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody before a browser, with a device that makes passkeys."""

    page: Page
    mailbox: Mailbox

    def gets_device(self) -> None:
        """A device that can make sure of the person, and does."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
        session.send(
            "WebAuthn.addVirtualAuthenticator",
            {"options": {**options, "hasResidentKey": True, "automaticPresenceSimulation": True}},
        )

    def takes_mail(self, who: Member, way: str = "/admin") -> None:
        self.page.goto(f"/sign-in?next={way}")
        self.page.get_by_label("Your email address").fill(who.email)
        self.page.get_by_role("button", name="Send me the code").click()
        self.page.get_by_label("Six-digit code").wait_for()
        self.page.get_by_label("Six-digit code").fill(self.mailbox.code())
        self.page.get_by_role("button", name="Sign in").click()

    def leaves(self) -> None:
        self.page.context.clear_cookies()

    def recovery_codes(self) -> list[str]:
        self.page.get_by_role("heading", name="Keep these codes").wait_for()
        return self.page.locator(".recovery-codes code").all_text_contents()

    def sees(self, heading: str) -> None:
        self.page.get_by_role("heading", name=heading, exact=True).wait_for()


@pytest.fixture
def desk(chromium: Chromium, base: str, database: Database) -> Iterator[Desk]:
    look = {"width": 390, "height": 800}
    context = chromium.new_context(base_url=base, locale="en-GB", viewport=look)  # type: ignore[arg-type]  # a TypedDict
    context.set_default_timeout(60_000)
    yield Desk(context.new_page(), Mailbox(database))
    context.close()


def test_a_passkey_is_added_used_lost_and_replaced_by_a_recovery_code(
    desk: Desk, clock: Clock, odile: Member, bob: Member, database: Database
) -> None:
    desk.gets_device()
    desk.takes_mail(odile)
    desk.sees("Second step when signing in")
    desk.page.get_by_role("button", name="Add a passkey").click()
    desk.page.get_by_label("What you call it").fill("My laptop")
    desk.page.get_by_role("button", name="Add this passkey").click()
    codes = desk.recovery_codes()
    assert len(codes) == 10
    desk.page.get_by_role("link", name="I have kept them").click()
    desk.sees("The network")

    desk.leaves()
    desk.takes_mail(odile)
    desk.page.get_by_role("button", name="Use my passkey").click()
    desk.sees("The network")

    clock.move(minutes=20)
    desk.page.goto("/admin/members?q=bob")
    desk.page.get_by_role("link", name="Bob Exemple", exact=True).click()
    desk.page.locator("summary", has_text="Roles").click()
    desk.page.get_by_label("administrator", exact=True).check()
    desk.page.get_by_role("button", name="Save").click()
    desk.sees("Is it you?")
    desk.page.get_by_role("button", name="Use my passkey").click()
    desk.page.get_by_text("Thank you, it is you. Nothing has been changed yet.").wait_for()
    desk.page.get_by_role("button", name="Make them an administrator").click()
    desk.sees("Bob Exemple")
    with database.reading() as db:
        assert db.get_one(Member, bob.id).administrator

    desk.leaves()
    desk.takes_mail(odile, "/me/security/factors")
    desk.page.get_by_label("Recovery code").fill(codes[0])
    desk.page.get_by_role("button", name="Sign in").click()
    desk.sees("Second step when signing in")
    assert desk.page.get_by_text("9 codes are left").is_visible()
    assert desk.mailbox.kinds().count("recovery_code_used") == 1


def test_an_app_is_added_and_used_and_the_operator_resets_it(
    desk: Desk, clock: Clock, odile: Member, config: Config, database: Database
) -> None:
    desk.takes_mail(odile)
    desk.page.get_by_role("button", name="Add an app").click()
    box = desk.page.locator("svg.qr-code").bounding_box()
    assert box is not None and box["width"] == box["height"] > 200
    app = pyotp.TOTP(desk.page.locator(".secret-groups").inner_text().replace(" ", ""))
    desk.page.get_by_label("The six digits that the app shows").fill(app.at(clock.at))
    desk.page.get_by_role("button", name="Add this app").click()
    desk.recovery_codes()

    desk.leaves()
    clock.move(minutes=1)
    desk.takes_mail(odile)
    desk.page.get_by_label("Code from your app").fill(app.at(clock.at))
    desk.page.get_by_role("button", name="Sign in").click()
    desk.sees("The network")

    desk.leaves()
    with database.writing() as db:
        token = reset_administrator(db, odile.email, now=clock.at)
    desk.page.goto(Links(desk.page.url.split("/admin")[0], config.secret_key).one_time(token))
    desk.page.get_by_role("button", name="Sign in").click()
    desk.sees("Second step when signing in")
    assert desk.page.get_by_role("link", name="Later").is_visible()


def test_the_pages_of_the_second_step_are_accessible_and_as_wide_as_a_phone(desk: Desk, odile: Member) -> None:
    desk.gets_device()
    desk.takes_mail(odile)
    for button in (None, "Add a passkey", None, "Add an app"):
        if button is None:
            desk.page.goto("/me/security/factors")
        else:
            desk.page.get_by_role("button", name=button).click()
            desk.page.get_by_role("button", name="Add this").wait_for()
        found = Axe().run(desk.page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= 390
