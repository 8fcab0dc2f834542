"""Pages in the viewer's language and the network's own words, each looked up once per request."""

from __future__ import annotations

from flask import Flask, g
from flask_babel import Babel, Domain, get_babel
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from flashmeet.core.settings.vocabulary import Vocabulary
from flashmeet.http.admission.identity import display_locale, network
from flashmeet.i18n.catalogue import Spoken, speaking, translations

CONVERTING_FILTERS = ("datetimeformat", "dateformat", "timeformat", "timedeltaformat")
"""Flask-Babel's filters; removed because they convert with their own zone data."""


class _Sentences(Domain):  # type: ignore[misc]  # flask_babel carries no types
    def get_translations(self) -> Spoken:
        return translations(display_locale())


def _gettext(message: str) -> str:
    """For templates, which say a hundred sentences: Flask-Babel looks its own context up for each."""
    return translations(display_locale()).gettext(message)


def _ngettext(one: str, many: str, count: int) -> str:
    return translations(display_locale()).ngettext(one, many, count)


def _pgettext(context: str, message: str) -> str:
    return translations(display_locale()).pgettext(context, message)


@pass_eval_context
def _said(context: EvalContext, message: str, /, **facts: object) -> str:
    """`_` of templates: what Jinja's own does in three calls for each of a page's hundred sentences."""
    said = _gettext(message)
    if not context.autoescape:
        return said % facts if facts or "%" in said else said
    if facts or "%" in said:
        said %= {name: fact if isinstance(fact, int | float) else escape(fact) for name, fact in facts.items()}
    return Markup(said)  # noqa: S704  # our own sentence; its facts are escaped


def init_app(app: Flask) -> None:
    Babel(app, locale_selector=display_locale)
    for name in CONVERTING_FILTERS:
        app.jinja_env.filters.pop(name)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of an extension
        _gettext, _ngettext, newstyle=True, pgettext=_pgettext
    )
    app.jinja_env.globals["_"] = _said
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
