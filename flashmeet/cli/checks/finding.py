"""One finding of the doctor."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    OK = "ok"
    LOOK = "look"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `wrong` makes the command exit with 1; `look` is worth knowing.

    `code` stays the same from version to version, for monitors; `words` are for people.
    """

    verdict: Verdict
    about: str
    words: str
    code: str


def well(about: str, words: str, code: str) -> Finding:
    return Finding(Verdict.OK, about, words, code)


def look(about: str, words: str, code: str) -> Finding:
    return Finding(Verdict.LOOK, about, words, code)


def wrong(about: str, words: str, code: str) -> Finding:
    return Finding(Verdict.WRONG, about, words, code)
