"""What is wrong with a form, all of it, above the page: a link to each field, and the focus.

It works on the page that was rendered, by what ties a field to its sentence (`fault_line` and `fault_marks` in
`templates/layout/macros.html`), so that every form has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

from flask import Flask, Response, render_template
from flask_babel import gettext

from flashmeet.http.responses.page_rewriting import PageWriter, below_the_head, is_page, start_tag

SENTENCE, SIGN_IN = "field-problem", "sign-in"
"""Classes of a sentence, and of such forms."""
_REFUSED = frozenset({409, 422})


@dataclass(frozen=True, slots=True)
class Wrong:
    """A sentence, and the id of the field that it is about."""

    words: str
    at: str


def init_app(app: Flask) -> None:
    @app.after_request
    def say_what_is_wrong(answer: Response) -> Response:
        if answer.status_code in _REFUSED and is_page(answer):
            answer.set_data(with_summary(answer.get_data(as_text=True)))
        return answer


def with_summary(page: str) -> str:
    """Returns the page with its faults above it; where no field is at fault, the notice has the focus."""
    sentences = _Sentences(page)
    if not sentences.found:
        return page.replace('role="alert"', 'role="alert" tabindex="-1" autofocus', 1)
    marker = _Marker(page, sentences.found)
    marked = marker.rewritten()
    wrong = [Wrong(words, marker.targets.get(place, place)) for place, words in sentences.found.items()]
    summary = render_template("http/error_summary.html", wrong=wrong, saves=sentences.of_form_that_saves)
    return below_the_head(marked, summary)


class _Sentences(HTMLParser):
    """The sentences beside fields, by their ids, in order.

    A form for an address or a code, by which somebody signs in or proves who they are, saves nothing.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.of_form_that_saves = False
        self._at, self._saves = "", True
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        classes = has.get("class", "").split()
        if tag == "form":
            self._saves = SIGN_IN not in classes
        if SENTENCE in classes and has.get("id") and "hidden" not in has:
            self._at = has["id"]
            self.found[self._at] = ""
            self.of_form_that_saves |= self._saves

    def handle_data(self, data: str) -> None:
        if self._at:
            self.found[self._at] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self._at = ""


class _Marker(PageWriter):
    """Gives the first field of each sentence an id, and the title its word; `targets` are those ids."""

    def __init__(self, page: str, sentences: dict[str, str]) -> None:
        super().__init__(page)
        self.targets: dict[str, str] = {}
        self._sentences, self._title = sentences, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has, old = dict(attrs), self.get_starttag_text() or ""
        if tag == "title" and not self._title:
            self._title = True
            error = gettext("Error:")
            if not unescape(self.page[self.here() + len(old) :]).startswith(error):
                self.write(f"{old}{error} ", old)
            return
        told = [each for each in (has.get("aria-describedby") or "").split() if each in self._sentences]
        if has.get("aria-invalid") != "true" or not told or told[0] in self.targets:
            return
        place = has.get("id") or f"{told[0]}-field"
        if not has.get("id"):
            self.write(start_tag(tag, {**has, "id": place}), old)
        self.targets.update(dict.fromkeys((each for each in told if each not in self.targets), place))
