"""Keeps a process small: what every process of a service holds once is held by all of them together."""

from __future__ import annotations

import contextlib
import ctypes
import gc
from datetime import UTC, datetime

from babel.dates import format_skeleton
from flask import Flask
from sqlalchemy.orm import configure_mappers

from flashmeet.core.holidays import is_holiday
from flashmeet.i18n.catalogue import LOCALES, translations

EPOCH = datetime.fromtimestamp(0, UTC)
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Names of malloc.h."""
ARENAS = 1
"""glibc gives each thread an arena of its own, up to eight a core, and what one frees helps no other. Python's threads
take turns, so they hardly ever wait for the one."""
LARGE = 128 * 1024
"""Bytes from which a piece of memory goes back to the system when it is freed. Unless told, glibc raises this to the
largest piece ever freed, and then keeps such pieces, with holes between."""


def limit_heap() -> None:
    """Has all threads share one arena, and what is large given back, where the C library is glibc."""
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        for name, value in ((_ARENA_MAX, ARENAS), (_MMAP_THRESHOLD, LARGE), (_TRIM_THRESHOLD, LARGE)):
            library.mallopt(name, value)


def build_ahead(app: Flask) -> None:
    """Builds what each process would build for itself at its first pages: templates, catalogues, names of days, tables,
    public holidays.

    It takes a second or two. Building leaves holes in the memory of whoever does it, which many processes have then.
    """
    configure_mappers()
    for locale in LOCALES:
        translations(locale)
        format_skeleton("yMMMEd", EPOCH, locale=locale)
    for name in app.jinja_env.list_templates(filter_func=_is_page):
        app.jinja_env.get_template(name)
    is_holiday(EPOCH.date(), "FR")  # the first question loads all countries, 8 MB


def _is_page(template: str) -> bool:
    """Mails are rendered by the worker."""
    return template.endswith(".html") and "/mails/" not in template


NEW_OBJECTS = 20_000
"""So many new objects and the collector looks for cycles among them. Python's 700 are a small part of one page, and
three or four hundredths of its time went there."""


def share_with_children() -> None:
    """Keeps the collector off what is there now, so that processes forked from here on share those pages."""
    gc.set_threshold(NEW_OBJECTS, 20, 20)
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)  # holes of the heap: whoever is forked would get a copy of each
    gc.freeze()
