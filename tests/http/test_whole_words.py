"""Dates and “e-mail” stay whole in a page's text, and stay bare where an element cannot stand."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from jinja2 import Environment

from flashmeet.core.database.session import Database
from flashmeet.http.whole_words import WholeWords
from flashmeet.identity.models import Member
from tests.browsers import Browser
from tests.scene import stage

WHOLE = '<span class="whole">'
NOW = '{{ _("Now: %(when)s.", when=at|when) }}'


@pytest.fixture(scope="module")
def environment() -> Environment:
    """One whose functions say which of them was called."""
    environment = Environment(extensions=[WholeWords], autoescape=True)
    environment.globals |= {"_": lambda _words, **_: "bare", "_on_page": lambda _words, when, **_: f"whole {when}"}
    environment.filters |= {"when": lambda _: "bare", "when_on_page": lambda _: "whole"}
    return environment


@pytest.mark.parametrize(
    "template",
    [
        f"<p>{NOW}</p>",
        NOW,
        f'<p title="a > b">{NOW}</p>',
        f"<p{{% if at %}} class='x'{{% endif %}}>{NOW}</p>",
        f"<option>x</option>{NOW}",
        f"{{% block main %}}{NOW}{{% endblock %}}",
        f"{{% block title %}}x{{% endblock %}}{NOW}",
    ],
)
def test_a_date_in_a_sentence_of_the_text_is_whole(environment: Environment, template: str) -> None:
    assert "whole whole" in environment.from_string(template).render(at=1)


@pytest.mark.parametrize(
    "template",
    [
        f'<p title="{NOW}">x</p>',
        f'<p title="<b>{NOW}">x</p>',
        f"<title>{NOW}</title>",
        f"<option>{NOW}</option>",
        f"{{% block title %}}{NOW}{{% endblock %}}",
        '{{ field("x", _("Now: %(when)s.", when=at|when)) }}',
    ],
)
def test_where_no_element_can_stand_it_is_bare(environment: Environment, template: str) -> None:
    environment.globals["field"] = lambda _, words: words
    assert "whole" not in environment.from_string(template).render(at=1)


def test_pages_have_whole_dates_in_their_text_alone(
    app: Flask, database: Database, signed_in: Callable[[Member], Browser]
) -> None:
    """Each filter that says a date has its twin by then."""
    assert app.jinja_env.filters["when_on_page"] is not app.jinja_env.filters["when"]
    bob = signed_in(stage(database).bob)
    page = bob.get("/search?theme=droit").text
    hour = re.findall(r'href="(/book/[^"]+)"', page)[0].replace("&amp;", "&")
    page += bob.get(hour).text + bob.get("/help", headers={"Accept-Language": "fr"}).text
    assert WHOLE in page
    assert re.findall(r"=\"[^\"]*<|<title>[^<]*<(?!/title)|<option[^>]*>[^<]*<(?!/option)", page) == []


def test_the_word_email_is_whole_in_french(client: Browser) -> None:
    page = client.get("/sign-in", headers={"Accept-Language": "fr"}).text
    assert f"{WHOLE}e-mail</span>" in page
