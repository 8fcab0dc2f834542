"""Another version of the zone data, for a while: zones of which some have other rules."""

from __future__ import annotations

import importlib.resources
import zoneinfo
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from flashmeet.core import zones


@contextmanager
def zone_data(folder: Path, rules: Mapping[str, str]) -> Iterator[None]:
    """Inside, each zone has the rules of the other one, such as `{"Africa/Casablanca": "Etc/GMT-1"}`."""
    for name, other in rules.items():
        file = folder.joinpath(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(importlib.resources.files("tzdata").joinpath("zoneinfo", *other.split("/")).read_bytes())
    try:
        _read_from(folder)
        yield
    finally:
        _read_from()


def _read_from(*folders: Path) -> None:
    """Makes this process read zones from there first, as if it had just started."""
    zoneinfo.reset_tzpath(to=[str(folder) for folder in folders])
    ZoneInfo.clear_cache()
    for kept in (zones.zone, zones.names, zones.data_version, zones._steady_offset):  # a new process
        kept.cache_clear()
