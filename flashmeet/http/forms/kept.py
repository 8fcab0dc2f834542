"""Fills a member's kept words into the form of the page that they stood in, and says so above it.

It works on the page as it was rendered, so that every form does it, without JavaScript. Hidden fields stay the page's
own, a token above all; but the version is the one that was seen (`http.forms.versions`), so that words that were kept
overwrite nothing that changed meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from flask import Flask, Response, render_template, request, session
from werkzeug.datastructures import MultiDict

from flashmeet.http.admission.identity import viewer
from flashmeet.http.admission.logins import DRAFT
from flashmeet.http.forms.drafts import kept_form
from flashmeet.http.forms.redirects import path_on_site
from flashmeet.http.forms.versions import FIELD as VERSION
from flashmeet.http.responses.page_rewriting import PageWriter, below_the_head, is_page, start_tag

_NOT_FILLED = frozenset({"hidden", "submit", "button", "image", "reset", "file", "password"})
_TICKED = frozenset({"checkbox", "radio"})
_ID = "kept-form"


def init_app(app: Flask) -> None:
    @app.after_request
    def show_kept_words(answer: Response) -> Response:
        if DRAFT not in session or request.method != "GET" or answer.status_code != 200 or viewer() is None:
            return answer
        kept = kept_form() if is_page(answer) else None
        if kept is not None:
            filled = fill(answer.get_data(as_text=True), kept.path, kept.fields)
            if filled is not None:
                page, form_id = filled
                answer.set_data(below_the_head(page, render_template("http/kept_words.html", form_id=form_id)))
        return answer


def fill(page: str, path: str, fields: MultiDict[str, str]) -> tuple[str, str] | None:
    """Returns the page with the fields filled into the form that is sent to `path`, and that form's id.

    None where there is no such form, or where it has none of the words.
    """
    found = _Forms(page)
    wanted = [each for each in found.forms if _sent_to(each, path) and each.fits(fields)]
    if not wanted:
        return None
    filler = _Filler(page, found.forms.index(wanted[0]), fields)
    written = filler.rewritten()
    return (written, filler.form_id) if filler.typed else None


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


class _Filler(PageWriter):
    """Writes a page again, with one of its forms filled."""

    def __init__(self, page: str, number: int, fields: MultiDict[str, str]) -> None:
        super().__init__(page)
        self.form_id, self.typed = _ID, False
        self._number, self._fields = number, fields
        self._left = {name: list(values) for name, values in fields.lists()}
        self._forms, self._inside, self._select, self._skips = -1, False, "", False
        self._template = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has, old = dict(attrs), self.get_starttag_text() or ""
        if tag == "form":
            self._forms += 1
            self._inside = self._forms == self._number
            if self._inside:
                self.form_id = has.get("id") or _ID
                self.write(start_tag(tag, {**has, "id": self.form_id}), old)
            return
        name = has.get("name") or ""
        self._template = self._template or tag == "template"
        if not self._inside or self._template:
            return
        if tag == "option" and self._select:
            self._choose(has, old)
        elif tag == "select":
            self._select = name if name in self._fields else ""
        elif tag == "input" and name == VERSION and name in self._fields:
            self.write(start_tag("input", {**has, "value": self._fields[name]}), old)
        elif tag == "input" and (has.get("type") or "text") not in _NOT_FILLED and name:
            self._fill(name, has, old)
        elif tag == "textarea" and name in self._fields:
            self.write(old + "\n" + escape(self._next(name), quote=False), old)
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
            self.write(start_tag("input", {**plain, "checked": None} if ticked else plain), old)
        elif name in self._fields:
            self.write(start_tag("input", {**has, "value": self._next(name)}), old)

    def _choose(self, has: dict[str, str | None], old: str) -> None:
        plain = {key: value for key, value in has.items() if key != "selected"}
        chosen = "value" in has and (has["value"] or "") in self._fields.getlist(self._select)
        self.write(start_tag("option", {**plain, "selected": None} if chosen else plain), old)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = ""
        elif tag == "template":
            self._template = False
        elif tag == "textarea" and self._skips:
            self.skip()
            self._skips = False
