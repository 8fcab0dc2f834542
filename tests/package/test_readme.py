"""README and CI say what is so."""

from __future__ import annotations

import ast
import re
from datetime import date
from itertools import chain
from pathlib import Path

from flashmeet.cli.program import SECTIONS
from flashmeet.core.config.names import SETTINGS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
READERS = ("get", "choice", "together", "rate", "_needed", "several", "_server", "address", "hosts", "token")


def settings_read() -> set[str]:
    """The names that `config` asks the environment for."""
    names: set[str] = set()
    for node in chain.from_iterable(
        ast.walk(ast.parse(path.read_text())) for path in ROOT.glob("flashmeet/core/config/*.py")
    ):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in READERS:
            words = [word.value for word in node.args if isinstance(word, ast.Constant) and isinstance(word.value, str)]
            names.update(f"FLASHMEET_{word}" for word in words if re.fullmatch(r"[A-Z][A-Z_]+", word))
    return names


def test_every_setting_is_in_the_table_and_nothing_else() -> None:
    table = re.findall(r"^\| `(FLASHMEET_[A-Z_]+)` \|", README, re.MULTILINE)
    assert sorted(table) == sorted(settings_read())


def test_a_misspelt_name_is_compared_with_every_setting() -> None:
    assert {f"FLASHMEET_{name}" for name in SETTINGS} == settings_read() | {"FLASHMEET_ENV_FILE"}


def test_every_command_is_in_the_table() -> None:
    described = set(re.findall(r"`flashmeet (\w+)", README))
    assert {name for section in SECTIONS.values() for name in section} <= described


def test_every_make_target_that_the_pages_name_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    pages = [README, *(path.read_text() for path in (ROOT / "docs").glob("*.md"))]
    named = {target for page in pages for target in re.findall(r"(?:^|`)make ([a-z-]+)", page, re.MULTILINE)}
    assert {"demo", "test", "install-runtime", "check", "translations", "lock"} <= named <= targets


def test_ci_runs_what_the_readme_tells() -> None:
    assert (ROOT / ".ci" / "run").read_text().rstrip().endswith("\nCI=true make test")
    assert "\nmake test\n" in README
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text()
    debian = next(line for line in README.splitlines() if line.startswith("apt-get "))
    assert re.findall(r"run: (.+)", workflow) == [debian, "make test"]


def test_every_decision_has_its_number_its_date_and_few_lines() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").iterdir())
    assert len(decisions) >= 30
    dates = []
    for number, path in enumerate(decisions, 1):
        assert re.fullmatch(rf"{number:03}-[a-z0-9-]+\.md", path.name), path.name
        told = re.fullmatch(rf"# {number:03}: \S.+[^.\n]\n\n(\d{{4}}-\d\d-\d\d)\n\n(.+)\n", path.read_text(), re.DOTALL)
        assert told, path.name
        assert len(told[2].splitlines()) <= 7, path.name
        dates.append(date.fromisoformat(told[1]))
    assert dates == sorted(dates)
    assert "(docs/decisions)" in README


def test_every_picture_and_page_that_is_linked_is_there() -> None:
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text()):
            assert (page.parent / link).exists(), (page.name, link)
