"""What `flashmeet doctor` found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "look", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`wrong` makes the command end with 1; `look` is worth knowing."""

    verdict: Verdict
    about: str
    words: str
