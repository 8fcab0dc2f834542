"""Keeps dates and “e-mail” whole in the sentences of pages: where one does not fit the rest of a line, it goes to the
next. Style does it (`.whole`), so that no sentence needs a character that forbids a break.

A sentence in a page's text gets it by itself, `{{ _("Now: %(when)s.", when=hour|when) }}`; within an attribute, a title
or an option, where an element cannot stand, the same words stay bare. Which is which is read once, when a template is
compiled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import wraps

from jinja2 import Environment
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup, escape

SENTENCES = "_"
"""The function that says a sentence; it is `_on_page` where an element may stand."""
FILTERS = ("when", "hour_when", "from_to", "short_day", "dated")
"""Those that say a date; each has a twin that keeps it whole."""
_BEGIN = ("_", "ngettext", "notice")
_ATTRIBUTES = ("title", "preview_title", "preview_words")
"""Blocks whose words stand in a title or in an attribute."""
_BARE = ("title", "option", "textarea", "script", "style")
_EMAIL = re.compile(r"\b[Ee]-mails?\b")
_MARK = re.compile(r"""<(/?)([a-zA-Z][\w-]*)?|[>"']""")


def whole(words: str) -> Markup:
    return Markup(f'<span class="whole">{escape(words)}</span>')  # noqa: S704  # it is escaped


def whole_emails(sentence: str) -> str:
    """Takes and returns HTML as Markup; a plain text stays as it is."""
    if "-mail" not in sentence or not isinstance(sentence, Markup):
        return sentence
    return Markup(_EMAIL.sub(r'<span class="whole">\g<0></span>', str(sentence)))  # noqa: S704  # it was HTML


class WholeWords(Extension):
    """Renames functions and filters in the sentences of a page's text."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        return _renamed(stream)


def _renamed(stream: Iterable[Token]) -> Iterator[Token]:
    place, blocks = _Place(), list[str]()
    tokens = iter(stream)
    for token in tokens:
        yield token
        if token.type == "data":
            place.read(token.value)
        elif token.type == "block_begin":
            tag = _until(tokens, "block_end")
            _follow(tag, blocks)
            yield from tag
        elif token.type == "variable_begin":
            output = _until(tokens, "variable_end")
            in_text = place.holds_elements and not set(blocks) & set(_ATTRIBUTES)
            yield from _on_page(output) if in_text and output[0].value in _BEGIN else output


def _until(tokens: Iterator[Token], end: str) -> list[Token]:
    found = []
    for token in tokens:
        found.append(token)
        if token.type == end:
            break
    return found


def _follow(tag: list[Token], blocks: list[str]) -> None:
    if tag[0].value == "block":
        blocks.append(tag[1].value)
    elif tag[0].value == "endblock":
        blocks.pop()


def _on_page(output: list[Token]) -> Iterator[Token]:
    before = ""
    for token in output:
        said = token.value == SENTENCES or (before == "pipe" and token.value in FILTERS)
        if said and token.type == "name":
            yield Token(token.lineno, token.type, f"{token.value}_on_page".replace("__", "_"))
        else:
            yield token
        before = token.type


class _Place:
    """Where a template stands in its HTML."""

    def __init__(self) -> None:
        self._in_tag = False
        self._quote = self._name = ""

    @property
    def holds_elements(self) -> bool:
        return not self._in_tag and self._name not in _BARE

    def read(self, html: str) -> None:
        for found in _MARK.finditer(html):
            sign = found[0]
            if self._in_tag and sign in ('"', "'"):
                self._quote = "" if sign == self._quote else self._quote or sign
            elif sign == ">" and not self._quote:
                self._in_tag = False
            elif sign.startswith("<") and not self._quote:
                self._in_tag, self._name = True, "" if found[1] else (found[2] or "")


def init_app(environment: Environment) -> None:
    """Gives each filter that says a date its twin; the filters must be there."""
    environment.add_extension(WholeWords)
    environment.filters["whole_emails"] = whole_emails
    for name in FILTERS:
        environment.filters[f"{name}_on_page"] = _kept_whole(environment.filters[name])


def _kept_whole(said: Callable[..., str]) -> Callable[..., Markup]:
    @wraps(said)
    def on_page(*args: object, **more: object) -> Markup:
        return whole(said(*args, **more))

    return on_page
