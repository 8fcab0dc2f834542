"""`docs/security.md` names every section of ASVS 5.0, and tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
SECTIONS = {
    1: 5,
    2: 4,
    3: 7,
    4: 4,
    5: 4,
    6: 8,
    7: 6,
    8: 4,
    9: 2,
    10: 7,
    11: 7,
    12: 3,
    13: 4,
    14: 3,
    15: 4,
    16: 5,
    17: 3,
}
"""How many sections each chapter has."""
STATES = ("met", "not applicable", "open")
LINES = re.findall(r"^\| (\d+)\.(\d+) [^|]+\| ([^|]+?) \| (.+) \|$", PAGE, re.MULTILINE)
TESTS = {
    name
    for path in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
}


def test_every_section_of_the_standard_has_its_line() -> None:
    named = [(int(chapter), int(section)) for chapter, section, _, _ in LINES]
    assert named == [(chapter, section) for chapter, most in SECTIONS.items() for section in range(1, most + 1)]


def test_every_line_is_met_by_tests_or_says_why_not() -> None:
    assert {state for _, _, state, _ in LINES} <= {*STATES}
    without = [
        f"{chapter}.{section}" for chapter, section, state, words in LINES if state == "met" and "`test_" not in words
    ]
    assert without == []
    assert all(len(words) > 10 for _, _, _, words in LINES)


def test_every_test_that_it_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) > 60
    assert named - TESTS == set()
