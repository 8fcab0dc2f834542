"""The icons by which phones and desks show the installed page; `app` binds what draws them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from flashmeet.core.service_keys import ServiceKey


class Ground(StrEnum):
    """What lies behind the mark."""

    NONE = "none"
    ROUNDED = "rounded"
    """A square with round corners, clear outside them."""
    FULL = "full"
    """The whole square: whoever shows it cuts it."""
    MASKABLE = "maskable"
    """The whole square, with the mark inside the circle that every mask keeps (W3C, Web Application Manifest)."""


@dataclass(frozen=True, slots=True)
class Icon:
    """`side` in pixels."""

    side: int
    ground: Ground


ICONS = {
    "32": Icon(32, Ground.NONE),
    "180": Icon(180, Ground.FULL),
    "192": Icon(192, Ground.ROUNDED),
    "512": Icon(512, Ground.ROUNDED),
    "192-maskable": Icon(192, Ground.MASKABLE),
    "512-maskable": Icon(512, Ground.MASKABLE),
}
"""By the name in the address. Apple's devices take the one of 180 pixels, browser tabs the one of 32."""
INSTALLED = ("192", "512", "192-maskable", "512-maskable")


class IconFile(Protocol):
    """Draws an icon."""

    def __call__(self, icon: Icon, *, accent: str, logo: bytes) -> bytes:
        """Returns a PNG: the logo, or our own mark in the accent colour where there is none (empty bytes)."""
        ...


ICON_FILE: ServiceKey[IconFile] = ServiceKey("icon file")
