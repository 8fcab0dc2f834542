"""What one cell of a member file means. Each function takes the cell's trimmed text and raises WrongCell."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from itertools import zip_longest

from flashmeet.core.text_matching import fold
from flashmeet.people.rules.facts import NAME_CHARACTERS, tidy_line

ROLES = ("mentee", "mentor", "administrator")
ROOM = 20_000
"""Characters of a cell that holds several values."""


class WrongCell(Exception):
    """`code` names the rule that the cell breaks (`people.wording`); `value` is the part that breaks it."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code)
        self.code, self.value = code, value


def several(text: str) -> tuple[str, ...]:
    """Values joined by `;`, each once, in order."""
    return tuple(dict.fromkeys(part for each in text.split(";") if (part := each.strip())))


def roles(text: str) -> frozenset[str]:
    """At least one."""
    named = frozenset(each.lower() for each in several(text))
    if not named:
        raise WrongCell("empty")
    for each in sorted(named.difference(ROLES)):
        raise WrongCell("role", each)
    return named


def approved(text: str) -> bool:
    answer = text.lower()
    if answer not in ("yes", "no"):
        raise WrongCell("approved", text)
    return answer == "yes"


def themes(text: str, proofs: list[str]) -> dict[str, str]:
    """The line of proof by the theme's name as written; each theme once, with the first line that says something."""
    names = [part for each in tidy_line("themes", text, most=ROOM).split(";") if (part := each.strip())]
    if len(proofs) > len(names):
        raise WrongCell("proofs", str(len(names)))
    lines: dict[str, str] = {}
    first: dict[str, str] = {}
    for name, proof in zip_longest(names, proofs, fillvalue=""):
        key = fold(name)
        if not key or len(name) > NAME_CHARACTERS:
            raise WrongCell("theme", name)
        kept = first.setdefault(key, name)
        lines[kept] = lines.get(kept) or proof
    return lines


def proof_texts(text: str) -> list[str]:
    """The lines of one cell, joined by `;`; one that holds `;` or a quote stands in quotes, as in the file itself."""
    line = tidy_line("proof", text, most=ROOM)
    try:
        texts = next(csv.reader([line], delimiter=";", skipinitialspace=True, strict=True), [])
    except csv.Error:
        raise WrongCell("proof_quotes", text) from None
    while texts and not texts[-1].strip():
        texts.pop()
    return texts


def proof_cell(lines: Sequence[str]) -> str:
    """What `proof_texts` reads as these lines."""
    if not any(lines):
        return ""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="").writerow(lines)
    return out.getvalue()
