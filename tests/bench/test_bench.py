"""The bench: its arithmetic, what counts as a failure, and that it leaves nothing behind. No time is judged."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from bench.clients import Answer, Answers
from bench.figures import LESS, MORE, ROWS, Row, Table, median_ratio, percentile, shown
from bench.stage import Seeding
from flashmeet.seed.network import Plan

ROOT = Path(__file__).parents[2]
NAMES = [row.name for row in ROWS]


def test_the_median_is_of_ratios_within_a_round_not_a_ratio_of_medians() -> None:
    assert median_ratio([10, 40, 90], [100, 200, 300]) == 0.2
    assert median_ratio([10, 400, 90], [100, 200, 100]) == 0.9


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.99, 99), (0.991, 100), (1.0, 100), (0.01, 1), (0.0, 1)])
def test_a_percentile_is_a_value_that_was_seen(share: float, expected: int) -> None:
    assert percentile(range(100, 0, -1), share) == expected


def test_a_goal_is_met_at_its_very_value() -> None:
    more, less = Row("a", 0.35, MORE, " of hello"), Row("b", 25, LESS)
    assert [more.met(each) for each in (0.34, 0.35, 0.36)] == [False, True, True]
    assert [less.met(each) for each in (24, 25, 26)] == [True, True, False]
    assert (more.goal_in_words, less.goal_in_words) == ("≥ 0.35 of hello", "≤ 25")


def test_numbers_are_shown_with_three_digits() -> None:
    assert [shown(each) for each in (0, 0.026312, 1.5, 42.123, 1234.5)] == ["0", "0.0263", "1.5", "42.1", "1,234"]


def test_the_table_has_every_row_measured_or_not() -> None:
    table = Table()
    table.put("themes JSON", 0.5, "100/s", limit="hello 200/s")
    table.put("POST booking, statements", 26, "26")
    lines = table.markdown().splitlines()
    assert [line.split(" | ")[0].removeprefix("| ") for line in lines[2:]] == NAMES
    assert "| themes JSON | 100/s | hello 200/s | 0.5 of hello | ≥ 0.4 of hello | met |" in lines
    assert "| POST booking, statements | 26 |  | 26 | ≤ 25 | **not met** |" in lines
    assert sum("not measured" in line for line in lines) == len(ROWS) - 2
    with pytest.raises(KeyError):
        table.put("themes", 0.5, "100/s")


def test_a_failure_is_a_5xx_without_a_time_to_come_again_or_no_answer() -> None:
    def answer(status: int, *, retry_after: bool = False) -> Answer:
        return Answer(status, 0.1, retry_after, 10)

    said = [answer(200), answer(409), answer(503, retry_after=True), answer(503), answer(500, retry_after=True)]
    assert Answers(1.0, said, broken=3).failures == 2 + 3


def test_the_speed_of_a_small_seed_is_told_for_the_large_one() -> None:
    small = Seeding(plan=Plan(mentors=1_000, days=28, seed=1), people=1, in_bulk=960, bulk=6, one_by_one=400, single=8)
    assert small.minutes_for_the_goal == pytest.approx((100 + 9_600 * 6 / 960 + 8) / 60)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_the_bench_measures_every_row_and_ends_what_it_started(database: str) -> None:
    mark = f"BENCH_TEST={uuid.uuid4().hex}"
    environment = {**os.environ, "BENCH": "tiny", "BENCH_DATABASE": database, "BENCH_TEST": mark.partition("=")[2]}
    done = subprocess.run(
        [sys.executable, "-m", "bench"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=380,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4_000:]
    lines = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    measured = {line.split(" | ")[0].removeprefix("| ") for line in lines if "not measured" not in line}
    assert set(NAMES) <= measured
    assert "| encourage |" in done.stdout
    assert " refused" not in done.stdout
    assert list(processes_with(mark)) == []


def processes_with(mark: str) -> list[int]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
        except OSError:  # gone, or somebody else's
            continue
    return found


def test_the_page_on_performance_names_every_row() -> None:
    page = (ROOT / "docs" / "performance.md").read_text()
    assert [name for name in NAMES if f"| {name} |" not in page] == []
