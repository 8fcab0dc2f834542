"""Pages in the viewer's language and the network's own words, each looked up once per request."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, g
from flask_babel import Babel, Domain, get_babel
from markupsafe import Markup, escape

from flashmeet.core.settings.vocabulary import Vocabulary
from flashmeet.http.display import display_locale, network
from flashmeet.i18n.catalogue import Spoken, speaking, translations

CONVERTING_FILTERS = ("datetimeformat", "dateformat", "timeformat", "timedeltaformat")
"""Flask-Babel's filters; removed because they convert with their own zone data."""


class _Sentences(Domain):  # type: ignore[misc]  # flask_babel carries no types
    def get_translations(self) -> Spoken:
        return translations(display_locale())


def _said(message: str, /, **facts: object) -> Markup:
    """`_` of templates, which say a hundred sentences a page: in three calls less than Jinja's own for each."""
    return _filled(translations(display_locale()).gettext(message), facts)


def _counted(one: str, many: str, count: int, /, **facts: object) -> Markup:
    """`ngettext` of templates; the count is in its place already."""
    return _filled(translations(display_locale()).ngettext(one, many, count), facts)


def _meant(context: str, message: str, /, **facts: object) -> Markup:
    """`pgettext` of templates."""
    return _filled(translations(display_locale()).pgettext(context, message), facts)


def _filled(said: str, facts: Mapping[str, object]) -> Markup:
    """Returns our own sentence as markup, with its facts escaped."""
    if facts or "%" in said:
        said %= {name: fact if isinstance(fact, int | float) else escape(fact) for name, fact in facts.items()}
    return Markup(said)  # noqa: S704  # our own sentence; its facts are escaped


def init_app(app: Flask) -> None:
    Babel(app, locale_selector=display_locale)
    for name in CONVERTING_FILTERS:
        app.jinja_env.filters.pop(name)
    app.jinja_env.globals |= {"_": _said, "gettext": _said, "ngettext": _counted, "pgettext": _meant}
    with app.app_context():
        get_babel().instance.__dict__["domain_instance"] = _Sentences()  # fills a cached property before its first use

    @app.before_request
    def speak() -> None:
        g.speech = speaking(_words)
        g.speech.__enter__()

    @app.teardown_request
    def fall_silent(_error: BaseException | None) -> None:
        speech = g.pop("speech", None)
        if speech is not None:
            speech.__exit__(None, None, None)


def _words() -> Vocabulary:
    return network().words
