"""The rules that `make mutants` breaks are still where it looks for them."""

from __future__ import annotations

from pathlib import Path

from tests.mutants.faults import FAULTS

ROOT = Path(__file__).parents[2]


def test_every_fault_fits_the_code_once() -> None:
    misfits = [fault.rule for fault in FAULTS if (ROOT / "flashmeet" / fault.file).read_text().count(fault.sound) != 1]
    assert misfits == []


def test_every_fault_names_tests_that_exist() -> None:
    named = {path for fault in FAULTS for path in fault.tests.split()}
    assert {path for path in named if not (ROOT / path).exists()} == set()
