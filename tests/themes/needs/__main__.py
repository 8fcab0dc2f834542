"""`make understand`: how well needs are recognised, by sentences and by words alone, and what it costs."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles

from flashmeet.themes.adapters.understanding import understanding
from flashmeet.themes.rules.understanding import ByWords, Understanding
from tests.themes.needs.scores import (
    HALVES,
    Answer,
    Need,
    answers,
    needs,
    of_kind,
    share,
    starter_themes,
    terms_of,
    with_theme,
)

COLUMNS = ("", "n", "top-1", "either", "top-3", "silent", "lost")


def main() -> None:
    halves = sys.argv[1:] or HALVES
    before = _megabytes()
    sentences = understanding()
    sentences.prepare()
    _one(sentences, "bonjour")
    loaded = _megabytes() - before
    for half in halves:
        some = needs(half)
        for by in dict.fromkeys((sentences, ByWords())):
            print(f"\n{half}: {len(some)} needs, by {by.name}\n")
            _table(answers(some, by))
            _times(some, by)
    print(f"\nThe model and what it knows of the starter themes take {loaded:.0f} MB.")


def _table(found: Sequence[Answer]) -> None:
    print(f"{COLUMNS[0]:<14}" + "".join(f"{column:>8}" for column in COLUMNS[1:]))
    themed = with_theme(found)
    _line("all", themed)
    for language in ("fr", "en"):
        _line(language, [answer for answer in themed if answer.need.language == language])
    for kind in sorted({answer.need.kind for answer in themed}):
        for language in ("fr", "en"):
            _line(f"{language} {kind}", [each for each in of_kind(themed, kind) if each.need.language == language])
    for kind in ("nonsense", "outside", "empty"):
        some = of_kind(found, kind)
        print(f"{kind:<14}{len(some):>8}  taken for no theme: {share(some, lambda each: not each.found.sure):.3f}")


def _line(label: str, some: Sequence[Answer]) -> None:
    if not some:
        return
    shares = (
        share(some, lambda each: each.is_first),
        share(some, lambda each: each.is_either),
        share(some, lambda each: each.is_shown),
        share(some, lambda each: not each.found.sure),
        share(some, lambda each: each.is_lost),
    )
    print(f"{label:<14}{len(some):>8}" + "".join(f"{value:>8.3f}" for value in shares))


def _times(some: Sequence[Need], by: Understanding) -> None:
    spent = sorted(_one(by, f"{need.text} ") for need in some)  # the blank makes it another text than the one kept
    print(f"\n{median(spent):.1f} ms a need, {quantiles(spent, n=20)[-1]:.1f} ms for 19 of 20")


def _one(by: Understanding, text: str) -> float:
    themes = starter_themes()
    terms = terms_of(themes)
    began = time.process_time()
    by.recognise(text, themes, terms)
    return (time.process_time() - began) * 1_000


def _megabytes() -> float:
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1_024


if __name__ == "__main__":
    main()
