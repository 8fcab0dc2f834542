"""Fills a member's kept words into the form of the page that they stood in, and says so above it.

It works on the page as it was rendered, so that every form does it, without JavaScript. Hidden fields stay the page's
own: a token or a version is never an old one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from flask import Flask, Response, render_template, request, session
from werkzeug.datastructures import MultiDict

from flashmeet.http.form_drafts import kept_form
from flashmeet.http.identity import DRAFT, viewer
from flashmeet.http.redirects import path_on_site

_NOT_FILLED = frozenset({"hidden", "submit", "button", "image", "reset", "file", "password"})
_TICKED = frozenset({"checkbox", "radio"})
_ID = "kept-form"
_PLACE = '<main id="main"'


def init_app(app: Flask) -> None:
    @app.after_request
    def show_kept_words(answer: Response) -> Response:
        if DRAFT not in session or request.method != "GET" or not _is_page(answer) or viewer() is None:
            return answer
        kept = kept_form()
        if kept is not None:
            filled = fill(answer.get_data(as_text=True), kept.path, kept.fields)
            if filled is not None:
                answer.set_data(_told(*filled))
        return answer


def _is_page(answer: Response) -> bool:
    return answer.status_code == 200 and answer.mimetype == "text/html" and not answer.is_streamed


def _told(page: str, form_id: str) -> str:
    """Says below the page's head that the words were kept, with a way to drop them."""
    before, place, after = page.partition(_PLACE)
    head, end, rest = after.partition(">")
    return f"{before}{place}{head}{end}{render_template('http/kept_words.html', form_id=form_id)}{rest}"


def fill(page: str, path: str, fields: MultiDict[str, str]) -> tuple[str, str] | None:
    """Returns the page with the fields filled into the form that is sent to `path`, and that form's id.

    None where there is no such form, or where it has none of the words.
    """
    found = _Forms(page)
    wanted = [each for each in found.forms if _sent_to(each, path) and each.fits(fields)]
    if not wanted:
        return None
    filler = _Filler(page, found.forms.index(wanted[0]), fields)
    return ("".join(filler.out), filler.form_id) if filler.typed else None


@dataclass(slots=True)
class _Form:
    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def fits(self, fields: MultiDict[str, str]) -> bool:
        told_apart = {name: value for name, value in self.hidden.items() if name in ("act", "way", "theme")}
        return bool(self.names & fields.keys()) and all(fields.get(name) == said for name, said in told_apart.items())


def _sent_to(form: _Form, path: str) -> bool:
    where = path_on_site(form.action.partition("#")[0]) if form.action else request.path
    return where == path


class _Forms(HTMLParser):
    """The forms of a page, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self.open: _Form | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = _Form(has.get("action", ""))
            self.forms.append(self.open)
        elif self.open is not None and has.get("name"):
            if has.get("type") == "hidden":
                self.open.hidden[has["name"]] = has.get("value", "")
            elif tag in ("input", "textarea", "select") and has.get("type", "text") not in _NOT_FILLED:
                self.open.names.add(has["name"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None


class _Filler(HTMLParser):
    """Writes a page again, with one of its forms filled."""

    def __init__(self, page: str, number: int, fields: MultiDict[str, str]) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self.form_id, self.typed = _ID, False
        self._page, self._number, self._fields = page, number, fields
        self._left = {name: list(values) for name, values in fields.lists()}
        self._forms, self._inside, self._select, self._skips = -1, False, "", False
        self._template = False
        self._starts = [0]
        for line in page.split("\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._written = 0
        self.feed(page)
        self.close()
        self.out.append(page[self._written :])

    def _here(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column

    def _write(self, tag: str, old: str) -> None:
        """Puts another tag in the place of the one that was read."""
        here = self._here()
        self.out += [self._page[self._written : here], tag]
        self._written = here + len(old)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has, old = dict(attrs), self.get_starttag_text() or ""
        if tag == "form":
            self._forms += 1
            self._inside = self._forms == self._number
            if self._inside:
                self.form_id = has.get("id") or _ID
                self._write(_tag(tag, {**has, "id": self.form_id}), old)
            return
        name = has.get("name") or ""
        self._template = self._template or tag == "template"
        if not self._inside or self._template:
            return
        if tag == "option" and self._select:
            self._choose(has, old)
        elif tag == "select":
            self._select = name if name in self._fields else ""
        elif tag == "input" and (has.get("type") or "text") not in _NOT_FILLED and name:
            self._fill(name, has, old)
        elif tag == "textarea" and name in self._fields:
            self._write(old + "\n" + escape(self._next(name), quote=False), old)
            self._skips = True

    def _next(self, name: str) -> str:
        """Returns the value of the next field of that name."""
        left = self._left.get(name)
        value = left.pop(0) if left else ""
        self.typed = self.typed or bool(value)
        return value

    def _fill(self, name: str, has: dict[str, str | None], old: str) -> None:
        kind = has.get("type") or "text"
        if kind in _TICKED:
            ticked = (has.get("value") or "on") in self._fields.getlist(name)
            plain = {key: value for key, value in has.items() if key != "checked"}
            self._write(_tag("input", {**plain, "checked": None} if ticked else plain), old)
        elif name in self._fields:
            self._write(_tag("input", {**has, "value": self._next(name)}), old)

    def _choose(self, has: dict[str, str | None], old: str) -> None:
        plain = {key: value for key, value in has.items() if key != "selected"}
        chosen = "value" in has and (has["value"] or "") in self._fields.getlist(self._select)
        self._write(_tag("option", {**plain, "selected": None} if chosen else plain), old)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = ""
        elif tag == "template":
            self._template = False
        elif tag == "textarea" and self._skips:
            self._written, self._skips = self._here(), False


def _tag(name: str, attrs: dict[str, str | None]) -> str:
    return (
        "<"
        + " ".join([name, *(key if value is None else f'{key}="{escape(value)}"' for key, value in attrs.items())])
        + ">"
    )
