"""The rows that were left out, as a file to correct and to send again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flashmeet.core.text import mark
from flashmeet.i18n.catalogue import translations
from flashmeet.people.rules.member_columns import Plan
from flashmeet.people.rules.member_rows import Problem
from flashmeet.people.service.member_files import lines_of
from flashmeet.people.wording import problem_words

_REASON = mark("What to correct")


def rejected_rows(data: bytes, problems: Iterable[Problem], plan: Plan, *, locale: str) -> Iterator[list[str]]:
    """Yields the headings as they are in the file, then each wrong line with the reasons behind it."""
    by_line: dict[int, list[Problem]] = {}
    for problem in problems:
        by_line.setdefault(problem.line, []).append(problem)
    lines = lines_of(data, by_line)
    width = max((len(plan.headings), *(len(cells) for _, cells in lines)))
    headings = [heading or meaning for heading, meaning in zip(plan.headings, plan.meanings, strict=True)]
    yield [*headings, *[""] * (width - len(headings)), translations(locale).gettext(_REASON)]
    for line, cells in lines:
        reasons = " ".join(_reason(each, locale) for each in by_line[line])
        yield [*cells, *[""] * (width - len(cells)), reasons]


def _reason(problem: Problem, locale: str) -> str:
    words = problem_words(problem.code, value=problem.value, columns=problem.columns, locale=locale)
    return f"{problem.column}: {words}" if problem.column else words
