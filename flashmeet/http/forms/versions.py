"""Forms that save something whole carry the version that their sender saw: a stale one overwrites nothing.

    values = {"text_fr": stored.text}                   # what stands now, by field
    require_version(values)                             # in the unit of work that saves, once the row is locked
    ...
    except ChangedMeanwhile: the page again, with `version=version_of(values)` and `sides=both_sides(values, typed)`

The page says `{{ version_field(version) }}` in its form and `{{ both_sides(sides) }}` above it; saving again then
replaces what the sender has seen by now. A form that names no version is saved as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from flask import request

from flashmeet.core.errors import ChangedMeanwhile
from flashmeet.http.display import display_locale
from flashmeet.i18n.refusals import label

FIELD = "version"


@dataclass(frozen=True, slots=True)
class Sides:
    """A field that differs: what stands now, and what was typed."""

    label: str
    stored: str
    typed: str


def version_of(values: Mapping[str, str]) -> str:
    """Returns a name for these values: the same while they are the same."""
    return sha256(repr(sorted((name, _plain(text)) for name, text in values.items())).encode()).hexdigest()[:20]


def require_version(values: Mapping[str, str]) -> None:
    """Raises ChangedMeanwhile where the form that was sent saw other values than these."""
    seen = request.form.get(FIELD)
    if seen is not None and seen != version_of(values):
        raise ChangedMeanwhile


def both_sides(stored: Mapping[str, str], typed: Mapping[str, str]) -> list[Sides]:
    """Returns the fields that differ, in the order of the form."""
    names = [*dict.fromkeys((*stored, *typed))]
    pairs = ((name, _plain(stored.get(name, "")), _plain(typed.get(name, ""))) for name in names)
    return [
        Sides(label(name.partition("-")[0], display_locale()), now, wanted)
        for name, now, wanted in pairs
        if now != wanted
    ]


def _plain(text: str) -> str:
    """Browsers send CRLF, and forms are stripped when they are read."""
    return text.replace("\r\n", "\n").strip()
