"""Keeps a process small: what every process of a service holds once is held by all of them together."""

from __future__ import annotations

import contextlib
import ctypes
import gc

_ARENA_MAX = -8
"""M_ARENA_MAX of malloc.h."""
ARENAS = 2
"""glibc gives each thread an arena of its own, up to eight a core, and what one frees helps no other."""


def limit_arenas() -> None:
    """Has all threads share two arenas, where the C library is glibc."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, ARENAS)


def share_with_children() -> None:
    """Keeps the collector off what is there now, so that processes forked from here on share those pages."""
    gc.collect()
    gc.freeze()
