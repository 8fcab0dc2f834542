"""Every time zone a person may choose, by region, in their language."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

from flashmeet.core.text_matching import fold
from flashmeet.core.zones import names
from flashmeet.i18n.catalogue import mark, translations
from flashmeet.i18n.times import place

REGIONS = {
    "Europe": mark("Europe"),
    "Africa": mark("Africa"),
    "America": mark("America"),
    "Antarctica": mark("Antarctica"),
    "Arctic": mark("Arctic"),
    "Asia": mark("Asia"),
    "Atlantic": mark("Atlantic Ocean"),
    "Australia": mark("Australia"),
    "Indian": mark("Indian Ocean"),
    "Pacific": mark("Pacific Ocean"),
}


@functools.cache
def zone_groups(locale: str) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Region → (tzid, place), both in that language's order; UTC stands alone under its own name."""
    gettext = translations(locale).gettext
    groups: dict[str, Sequence[tuple[str, str]]] = {"UTC": [("UTC", "UTC")]}
    for region, words in REGIONS.items():
        inside = [(tzid, zone_words(tzid, locale)) for tzid in names() if tzid.startswith(f"{region}/")]
        groups[gettext(words)] = sorted(inside, key=lambda each: fold(each[1]))
    return groups


def zone_words(tzid: str, locale: str) -> str:
    """`Paris`; with what lies between, `Indiana · Knox`, where the name has it."""
    _, *between = tzid.split("/")[:-1]
    return " · ".join([*(part.replace("_", " ") for part in between), place(tzid, locale)])
