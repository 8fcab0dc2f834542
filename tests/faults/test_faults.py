"""Acceptance C3: whatever is killed, stopped or full, nothing is lost, doubled, late or stuck."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults import rounds
from tests.faults.duties import DUTIES
from tests.faults.grounds import Engine
from tests.faults.processes import SLOWNESS
from tests.faults.rig import Round, rig

EVERY_ROUND = (*rounds.ROUNDS, *DUTIES)
CHANCES = 5
"""Rounds in which a planted bug must show itself: which worker comes first is not ours to say."""


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_after_every_fault_each_message_has_left_once_or_says_why_not(
    engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    acts = random.Random(engine).sample(EVERY_ROUND, len(EVERY_ROUND))
    with rig(engine, tmp_path) as made:
        for act in acts:
            assert made.play(act) == [], (tmp_path / "workers.log").read_text()[-8000:]
        with capsys.disabled():
            print(f"\n{made.told()}")


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("bug", "act", "word"),
    [
        ("send_before_commit", rounds.killed_when_mail_was_accepted, "doubled"),
        ("no_lease", rounds.two_workers_at_once, "doubled"),
        ("retry_on_time_out", rounds.no_answer, "doubled"),
        ("sms_again", rounds.killed_when_sms_was_accepted, "doubled"),
        ("no_attempt_number", rounds.stopped_and_refused_late, "written over"),
        ("no_last_look", rounds.cancelled_while_the_worker_was_dead, "after the change"),
        ("no_lanes", rounds.moved_twice_and_cancelled_amid_a_kill, "out of order"),
        ("no_end_of_time", rounds.begun_while_stopped, "too late"),
    ],
)
def test_the_judge_finds_a_bug_that_was_planted(bug: str, act: Round, word: str, tmp_path: Path) -> None:
    engine: Engine = "postgresql" if bug in ("send_before_commit", "no_lease") else "sqlite"
    with rig(engine, tmp_path, bug=bug) as made:
        found = (any(word in fault for fault in made.play(act, patience=15 * SLOWNESS)) for _ in range(CHANCES))
        assert any(found), (tmp_path / "workers.log").read_text()
