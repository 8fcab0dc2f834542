"""A count above 999 has its thousands apart, in every sentence that says one."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from flashmeet.core.errors import OutOfRange, TooLong
from flashmeet.core.files import folder
from flashmeet.i18n.catalogue import translations
from flashmeet.i18n.numbers import grouped
from flashmeet.i18n.refusals import sentence

WRITTEN = {"en": "1,234", "fr": "1\u202f234"}


def counting() -> list[tuple[str, str]]:
    """Every sentence of the catalogue in singular and plural that says its number."""
    with (folder("translations") / "fr/LC_MESSAGES/messages.po").open("rb") as file:
        sentences = [message.id for message in read_po(file) if isinstance(message.id, tuple | list)]
    return [(one, many) for one, many in sentences if "%(num)s" in many]


@pytest.mark.parametrize("locale", WRITTEN)
def test_every_sentence_with_a_number_groups_it(locale: str) -> None:
    spoken, pairs = translations(locale), counting()
    assert len(pairs) > 100
    for one, many in pairs:
        said = spoken.ngettext(one, many, 1234)
        assert WRITTEN[locale] in said and "num" not in re.findall(r"%\((\w+)\)s", said), many


@pytest.mark.parametrize(("count", "en", "fr"), [(0, "0", "0"), (999, "999", "999"), (-1500, "-1,500", "-1\u202f500")])
def test_a_count_is_written_as_its_language_writes_it(count: int, en: str, fr: str) -> None:
    assert (grouped(count, "en"), grouped(count, "fr")) == (en, fr)


def test_a_refusal_groups_what_it_counts_and_leaves_years_alone() -> None:
    assert "can hold 4,000 characters and has 5,120" in sentence(TooLong("need", most=4000, length=5120), "en", "UTC")
    assert "between 1950 and 2036" in sentence(OutOfRange("graduation_year", low=1950, high=2036), "en", "UTC")
