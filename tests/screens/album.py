"""Looks at every page of a demo that is up, and keeps a picture of each at three widths.

    python -m tests.screens.album http://127.0.0.1:8000 FOLDER LINK…

LINK is one of the three sign-in links that `make demo` prints; without any, the pages of a visitor are looked at.
Says what is wrong with each page, as `test_every_screen` does. Pages of one kind are looked at once.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Page, sync_playwright

from tests.chromium import FLAGS, program
from tests.screens.looking import WIDTHS, Onlooker

_PARTS = re.compile(r"\d{8}T\d{4}Z|\d+(?:-[0-9a-f]+)?|(?<=/)[\w-]{30,}")
_FILES = re.compile(r"\.(ics|csv|pdf|zip|svg|png|txt|json|webmanifest|xml)$|/(sign-out|static|api|calendar)/|/photo")


def kind(address: str) -> str:
    """Addresses that differ in numbers and queries alone are of one kind."""
    return _PARTS.sub("*", urlsplit(address).path)


def links(page: Page, base: str) -> list[str]:
    found = [urljoin(page.url, link) for link in page.locator("a[href]").evaluate_all("all => all.map(a => a.href)")]
    return [
        link.partition("#")[0] for link in found if link.startswith(base) and not _FILES.search(urlsplit(link).path)
    ]


def look_around(onlooker: Onlooker, base: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    waiting, seen = [f"{base}/", *map(base.__add__, ("/search?need=droit", "/me", "/zone", "/nothing"))], set[str]()
    while waiting:
        address = waiting.pop(0)
        if kind(address) in seen:
            continue
        seen.add(kind(address))
        try:
            faults = onlooker.faults(address)
        except Exception as error:
            faults = [str(error).splitlines()[0]]
        for fault in faults:
            print(f"{address.removeprefix(base)}: {fault}", flush=True)
        name = re.sub(r"\W+", "_", kind(address)).strip("_") or "home"
        for width in WIDTHS:
            onlooker.page.set_viewport_size({"width": width, "height": 800})
            onlooker.page.screenshot(path=folder / f"{name}_{width}.png", full_page=True)
        waiting += links(onlooker.page, base)


def main(base: str, folder: str, *ways_in: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=FLAGS)
        for number, way_in in enumerate(ways_in or ("",)):
            for language, dark in (("fr-FR", False), ("en-GB", True)):
                context = browser.new_context(locale=language, timezone_id="Europe/Paris", reduced_motion="reduce")
                page = context.new_page()
                if way_in:
                    page.goto(way_in)
                    page.locator("main form button").first.click()
                if page.locator("html").get_attribute("lang") not in (language[:2], None):
                    page.locator(".language button").first.click()
                look_around(Onlooker(page, dark), base, Path(folder) / f"{number}_{language[:2]}")
                context.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
