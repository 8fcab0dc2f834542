"""Whatever is refused is said in a whole sentence, in the member's language."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime

import pytest

from flashmeet.app import create_app
from flashmeet.core import errors
from flashmeet.core.errors import Refusal
from flashmeet.core.files import folder
from flashmeet.i18n.catalogue import translations
from flashmeet.i18n.refusal_sentences import SENTENCES
from flashmeet.i18n.refusals import sentence
from tests.loops import for_each
from tests.refusals import every_refusal, own_codes

CLASSES = every_refusal()


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_refusal_has_a_code_a_status_and_a_sentence_of_its_own_in_both_languages(kind: type[Refusal]) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", kind.code)
    assert kind.status in (400, 401, 403, 404, 409, 410, 412, 422, 429, 503)
    for text in SENTENCES[kind]:
        assert translations("fr").gettext(text) != text == translations("en").gettext(text)


def test_no_two_classes_say_the_same_code() -> None:
    create_app  # noqa: B018  # imported, it has brought every class along
    codes = [code for code, _ in own_codes()]
    assert sorted(set(codes)) == codes


def test_no_table_of_ours_has_a_key_twice() -> None:
    """Python takes the last of two entries and says nothing; the linter sees it only where keys are literals."""
    twice = []
    for path in sorted(folder("templates").parent.glob("flashmeet/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Dict):
                keys = [ast.dump(key) for key in node.keys if key is not None]
                if len(keys) != len(set(keys)):
                    twice.append(f"{path.name}:{node.lineno}")
    assert twice == []


@for_each("locale", ["fr", "en"])
@for_each("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_a_refusal_without_facts_is_still_a_whole_sentence(kind: type[Refusal], locale: str) -> None:
    bare = kind.__new__(kind)
    Refusal.__init__(bare)
    said = sentence(bare, locale, "Europe/Paris")
    assert said.endswith(".")
    assert "%(" not in said


@for_each("texts", SENTENCES.values(), ids=lambda texts: texts[0][:30])
def test_no_refusal_shouts_or_blames(texts: tuple[str, ...]) -> None:
    for text in texts:
        assert not {"!", "Error", "error", "invalid", "Invalid"} & {*text.split(), *text}


def test_a_hour_that_is_too_close_is_named_with_its_zone_and_the_notice() -> None:
    refusal = errors.TooLate(starts_at=datetime(2026, 12, 9, 17, tzinfo=UTC), notice_minutes=720)
    assert sentence(refusal, "en", "Europe/Paris") == (
        "Wed 9 Dec, 18:00 (Paris) is too soon: this mentor needs 12 hours of notice. Choose a later hour."
    )


def test_a_quota_says_which_time_is_full() -> None:
    refusal = errors.QuotaReached("mentor_month", 2)
    assert sentence(refusal, "en", "UTC") == (
        "This mentor has given all their hours for that month. Choose another month."
    )


def test_a_field_is_called_what_the_page_calls_it() -> None:
    assert sentence(errors.Missing("need"), "en", "UTC") == "“Your question” is still empty. A few words are enough."


def test_what_somebody_typed_is_never_read_as_a_placeholder() -> None:
    refusal = errors.UnknownTheme(theme="100 %(code)s")
    assert sentence(refusal, "en", "UTC") == (
        "The network has no theme called “100 %(code)s”. Choose one from the list."
    )
