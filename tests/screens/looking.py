"""Looking at a page as everybody may: small and large screens, light and dark, twice the text, and axe."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it carries no types
from playwright.sync_api import ConsoleMessage, Page

MEASURE = (Path(__file__).parent / "measure.js").read_text()
WIDTHS = (360, 768, 1280)
AXE = Axe()


@dataclass
class Onlooker:
    """Somebody before a window, who keeps what its console says."""

    page: Page
    dark: bool
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        def hear(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                self.said.append(message.text)

        self.page.emulate_media(color_scheme="dark" if self.dark else "light")
        self.page.on("console", hear)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def faults(self, path: str) -> list[str]:
        """Opens the page; returns what is wrong with it, each fault once."""
        self.said.clear()
        self._resize(WIDTHS[0])
        answer = self.page.goto(path)
        if answer is not None and not answer.ok:
            self.said.clear()  # that it is not there
        found = dict.fromkeys(self._measured(twice=False))
        found |= dict.fromkeys(self._barriers())
        self.page.evaluate("document.documentElement.style.fontSize = '200%'")
        found |= dict.fromkeys(f"{fault} (twice the text)" for fault in self._measured(twice=True))
        self.page.evaluate("document.documentElement.style.fontSize = ''")
        for width in WIDTHS[1:]:
            self._resize(width)
            found |= dict.fromkeys(
                f"{fault} ({width} px)" for fault in self._measured(twice=False) if fault not in found
            )
        return [*found, *(f"its console says: {words}" for words in self.said)]

    def _resize(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": 800})

    def _measured(self, *, twice: bool) -> list[str]:
        found: list[str] = self.page.evaluate(MEASURE, twice)
        return found

    def _barriers(self) -> list[str]:
        violations = AXE.run(self.page).response["violations"]
        return [f"{each['id']}: {node['html'][:100]}" for each in violations for node in each["nodes"]]
