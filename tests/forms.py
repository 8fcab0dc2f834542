"""The forms of a page, as a browser would send them with nothing changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict

_BUTTONS = {"submit", "button", "image", "reset", "file"}


@dataclass
class PageForm:
    """`sent` is what its fields hold; the values of its buttons are not in it."""

    action: str
    sent: MultiDict[str, str] = field(default_factory=MultiDict)


class _Forms(HTMLParser):
    def __init__(self, text: str, here: str) -> None:
        super().__init__()
        self.here, self.forms, self.form = here, list[PageForm](), None
        self.area, self.words = "", ""
        self.select, self.options = "", list[tuple[str, bool]]()
        self.feed(text)

    forms: list[PageForm]
    form: PageForm | None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form" and has.get("method") == "post":
            self.form = PageForm(has.get("action") or self.here)
            self.forms.append(self.form)
        name = has.get("name", "")
        if self.form is None or "disabled" in has:
            return
        if tag == "input" and name and has.get("type") not in _BUTTONS:
            if has.get("type") not in ("checkbox", "radio") or "checked" in has:
                self.form.sent.add(name, has.get("value", "on" if has.get("type") == "checkbox" else ""))
        elif tag == "textarea":
            self.area, self.words = name, ""
        elif tag == "select":
            self.select, self.options = name, []
        elif tag == "option" and self.select:
            self.options.append((has.get("value", ""), "selected" in has))

    def handle_data(self, data: str) -> None:
        if self.area:
            self.words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area and self.form is not None:
            self.form.sent.add(self.area, self.words.removeprefix("\n"))
            self.area = ""
        elif tag == "select" and self.select and self.form is not None:
            chosen = [value for value, selected in self.options if selected] or [value for value, _ in self.options[:1]]
            for value in chosen[-1:]:
                self.form.sent.add(self.select, value)
            self.select = ""
        elif tag == "form":
            self.form = None


def forms_of(page: str, here: str) -> Sequence[PageForm]:
    """Returns the forms of the page at `here` that are posted."""
    return _Forms(page, here).forms
