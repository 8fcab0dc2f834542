"""What the service takes while nobody asks, and how long an administrator's heavy pages take."""

from __future__ import annotations

import time
from statistics import median

from bench.clients import drive, each_once, get
from bench.figures import Table
from bench.service import cpu_seconds, megabytes, with_children
from bench.stage import Stage

SETTLES, RESTS = 60, 0.02
"""Seconds that it has at most, and the seconds of a core within one of them below which it rests."""


def worker(table: Table, process: int, *, seconds: float) -> None:
    """Looks at the worker's processor time, once it has done what was due: it starts with a round of every task."""
    processes = with_children(process)
    for _ in range(SETTLES):
        had = cpu_seconds(processes)
        time.sleep(1)
        if cpu_seconds(processes) - had < RESTS:
            break
    before = cpu_seconds(processes)
    time.sleep(seconds)
    share = 100 * (cpu_seconds(processes) - before) / seconds
    table.put("idle worker", share, f"{share:.1f} % of a core over {seconds:.0f} s")


def memory(table: Table, web: int, worker: int) -> None:
    """Adds up web processes, their master and the worker; shared pages once."""
    processes = [*with_children(web), *with_children(worker)]
    shared, plain = megabytes(processes, "Pss"), megabytes(processes, "Rss")
    seen = f"{shared:,.0f} MB in {len(processes)} processes (shared pages counted once; RSS added up {plain:,.0f} MB)"
    table.put("memory of the whole service", shared, seen)


def administrator(table: Table, stage: Stage, *, times: int = 3) -> None:
    cookie = stage.cookies(stage.app(), [stage.administrator()])[0]
    for name, path in (("/admin", "/admin"), ("registrants.csv", "/admin/registrants.csv")):
        took, length = [], 0
        for _ in range(times):
            answers = drive(stage.port, each_once(iter([get(path, stage.port, Cookie=cookie)])), clients=1)
            assert set(answers.statuses) <= {200}, answers.statuses
            took.append(answers.seconds)
            length = max([length, *(answer.length for answer in answers.all)])
        people = len(stage.seeded.mentors) + len(stage.seeded.mentees)
        seen = f"{median(took):.2f} s, {length / 1000:,.0f} kB" if length else "no answer"
        table.put(name, median(took), f"{seen}, {people:,} members")
