"""Many at once: two hundred on one hour, and five hundred clients."""

from __future__ import annotations

from collections.abc import Iterator

from bench.clients import Answers, Request, drive, each_once, get
from bench.figures import Table
from bench.stage import Stage, Wanted

ON_ONE_SLOT, AT_ONCE = 200, 500


def one_slot(table: Table, stage: Stage, wanted: Wanted, *, people: int = ON_ONE_SLOT) -> None:
    """Has all ask for one hour in one moment: one gets it, the others are told what else is free."""
    tokens = stage.tokens(stage.seeded.mentees[-people - 100 : -100])
    requests = [stage.booking(wanted, token) for token in tokens]
    answers = drive(stage.port, lambda number: requests.pop() if requests else None, clients=len(tokens))
    told = _told(answers)
    booked = answers.statuses[201]
    table.put("200 at once on one slot", answers.seconds, f"{told} in {answers.seconds:.1f} s")
    wrong = abs(booked - 1) + len(tokens) - booked - answers.statuses[409]
    table.put("200 at once on one slot, booked twice or failed", wrong, told)


def all_at_once(table: Table, stage: Stage, paths: list[str], *, clients: int = AT_ONCE, each: int = 2) -> None:
    """Has so many clients ask for pages at once; none may be refused but by a 503 that says when to come again."""
    tokens = stage.tokens(stage.seeded.mentees[:64])
    some = _requests(stage, paths, tokens)
    answers: Answers = drive(stage.port, each_once(iter([next(some) for _ in range(clients * each)])), clients=clients)
    table.put("500 clients at once, failures", answers.failures, _told(answers))
    table.put(
        "500 clients at once, slowest answer",
        answers.slowest,
        f"p50 {answers.milliseconds(0.5) / 1000:.1f} s, slowest {answers.slowest:.1f} s",
    )


def _told(answers: Answers) -> str:
    parts = [f"{count} × {status}" for status, count in sorted(answers.statuses.items())]
    return ", ".join([*parts, f"{answers.broken} × no answer"] if answers.broken else parts)


def _requests(stage: Stage, paths: list[str], tokens: list[str]) -> Iterator[Request]:
    number = 0
    while True:
        number += 1
        path = paths[number % len(paths)]
        said = {"Authorization": f"Bearer {tokens[number % len(tokens)]}"} if path.startswith("/api") else {}
        yield get(path, stage.port, **said)
