"""Every sentence has its French, with the same placeholders."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tests.package.sentences import catalogue, in_the_source

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def texts(message: str | Sequence[str] | None) -> list[str]:
    return [message] if isinstance(message, str) else list(message or [""])


def test_every_sentence_has_its_french() -> None:
    known = catalogue("fr")
    missing = [
        texts(message)[0]
        for message in in_the_source()
        if (entry := known.get(texts(message)[0])) is None or not all(texts(entry.string)) or entry.fuzzy
    ]
    assert sorted(missing) == []


def test_the_catalogue_holds_no_sentence_that_nobody_says() -> None:
    said = {texts(message)[0] for message in in_the_source()}
    assert sorted(texts(entry.id)[0] for entry in catalogue("fr") if entry.id and texts(entry.id)[0] not in said) == []


def test_a_translation_keeps_the_placeholders() -> None:
    for entry in catalogue("fr"):
        if not entry.id:
            continue
        for translated in texts(entry.string):
            allowed = {frozenset(PLACEHOLDER.findall(source)) for source in texts(entry.id)}
            assert not translated or frozenset(PLACEHOLDER.findall(translated)) in allowed, entry.id
