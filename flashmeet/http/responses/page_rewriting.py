"""Changes a few tags of a page that was rendered, and leaves the rest of it as it is."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from html.parser import HTMLParser

from flask import Response

MAIN = '<main id="main"'


class PageWriter(HTMLParser):
    """Reads a page and writes it again; what a subclass does not `write` stays. `out` is the new page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self.page, self._out, self._written = page, list[str](), 0
        self._starts = [0]
        for line in page.split("\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def rewritten(self) -> str:
        self.feed(self.page)
        self.close()
        return "".join([*self._out, self.page[self._written :]])

    def here(self) -> int:
        """Returns where in the page the tag begins that was read."""
        line, column = self.getpos()
        return self._starts[line - 1] + column

    def write(self, text: str, old: str) -> None:
        """Puts `text` in the place of the tag that was read."""
        here = self.here()
        self._out += [self.page[self._written : here], text]
        self._written = here + len(old)

    def skip(self) -> None:
        """Leaves out what stands between what was written last and the tag that was read."""
        self._written = self.here()


def start_tag(name: str, attributes: Mapping[str, str | None]) -> str:
    """Returns a start tag."""
    told = (key if value is None else f'{key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{' '.join([name, *told])}>"


def below_the_head(page: str, part: str) -> str:
    """Returns the page with a part at the beginning of what is its own."""
    before, place, after = page.partition(MAIN)
    head, end, rest = after.partition(">")
    return f"{before}{place}{head}{end}{part}{rest}"


def is_page(answer: Response) -> bool:
    return answer.mimetype == "text/html" and not answer.is_streamed and not answer.direct_passthrough
