"""What our Jinja does for every call: the same as Jinja's own, in fewer steps."""

from __future__ import annotations

import pytest
from flask import Flask
from markupsafe import escape

HARD = "<b>\"Tom\" & 'Ann'</b>"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ value }}", str(escape(HARD))),
        ("{{ value|safe }}", HARD),
        ("{% macro bold(x) %}<b>{{ x }}</b>{% endmacro %}{{ bold(value) }}", f"<b>{escape(HARD)}</b>"),
        ("{% macro bold(x) %}<b>{{ x }}</b>{% endmacro %}{% set y = bold(value) %}{{ y }}", f"<b>{escape(HARD)}</b>"),
        ("{% set y %}<b>{{ value }}</b>{% endset %}{{ y }}", f"<b>{escape(HARD)}</b>"),
        (
            "{% macro box() %}[{{ caller() }}]{% endmacro %}{% call box() %}{{ value }}{% endcall %}",
            f"[{escape(HARD)}]",
        ),
        ("{{ nothing }}{{ value.nothing }}", ""),
        ("{% for each in [value] %}{{ loop.cycle('<', '>') }}{{ each }}{% endfor %}", f"&lt;{escape(HARD)}"),
        ("{% autoescape false %}{{ value }}{% endautoescape %}", HARD),
        ("{% for n in [2] %}{{ ngettext('%(num)s <hour>', '%(num)s <hours>', n) }}{% endfor %}", "2 <hours>"),
        ("{{ _('%(who)s', who=value) }}", str(escape(HARD))),
        ("{{ dict(a=value).a }}", str(escape(HARD))),
    ],
)
def test_a_template_shows_text_escaped_once_and_markup_as_it_is(app: Flask, source: str, shown: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert app.jinja_env.from_string(source).render(value=HARD) == shown
