"""The wheel, installed into an environment of its own, is what runs: it upgrades a database, serves and answers."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import flask
import pytest

from tests.cli.commands import answers, running, stops
from tests.served import free_port

ROOT = Path(__file__).parents[2]
PYTHONS = ("python3.11", "python3.12", "python3.13")
OURS = f"python{sys.version_info.major}.{sys.version_info.minor}"
DEPENDENCIES = Path(flask.__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of what a release holds."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("flashmeet", "templates", "static", "translations", "migrations", "deploy"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    for name in ("README.md", "LICENSE", "pyproject.toml", "hatch_build.py", ".gitignore"):
        shutil.copy(ROOT / name, source / name)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    return next(target.glob("*.whl"))


@pytest.fixture(params=PYTHONS)
def installed(request: pytest.FixtureRequest, wheel: Path, tmp_path: Path) -> Iterator[Path]:
    """`flashmeet` of a fresh environment; without the internet, it borrows the packages that these tests run with."""
    python = shutil.which(request.param)
    if python is None:
        pytest.skip(f"no {request.param} here")
    if request.param != OURS:
        pytest.skip(f"what is installed here is for {OURS}")
    place = tmp_path / "venv"
    subprocess.run([python, "-m", "venv", "--without-pip", str(place)], check=True, capture_output=True)
    (site,) = place.glob("lib/python*/site-packages")
    (site / "borrowed.pth").write_text(f"{DEPENDENCIES}\n")
    pip = [sys.executable, "-m", "pip", "--python", str(place / "bin" / "python"), "install"]
    subprocess.run([*pip, "--quiet", "--no-deps", "--no-index", str(wheel)], check=True, capture_output=True)
    yield place / "bin"


def test_the_installed_wheel_upgrades_a_database_and_answers(installed: Path, tmp_path: Path) -> None:
    environment = {"FLASHMEET_ENV": "development", "FLASHMEET_INSTANCE": str(tmp_path / "instance"), "PYTHONPATH": ""}
    where = [str(installed / "python"), "-c", "import flashmeet; print(flashmeet.__file__)"]
    found = subprocess.run(where, check=True, capture_output=True, text=True, cwd=tmp_path).stdout
    assert Path(found.strip()).is_relative_to(installed.parent)
    command, port = (str(installed / "flashmeet"),), free_port()
    with running("db", "upgrade", environment=environment, command=command) as upgrade:
        assert upgrade.wait(60) == 0
    with running("serve", "--port", str(port), environment=environment, command=command) as served:
        assert [answers(f"http://127.0.0.1:{port}{path}") for path in ("/healthz", "/", "/readyz")] == [200] * 3
        assert stops(served, signal.SIGTERM) == 0
