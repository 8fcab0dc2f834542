"""The package that is built holds everything that runs, and speaks French at once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ("flashmeet", "templates", "static", "translations", "migrations", "deploy")
FILES = ("README.md", "LICENSE", "pyproject.toml", "hatch_build.py")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ZipFile]:
    """Built from a copy, so that nothing of this checkout's build helps."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    for name in FILES:
        shutil.copy(ROOT / name, source / name)
    shutil.copy(ROOT / ".gitignore", source / ".gitignore")
    (source / "deploy" / ".env").write_text("FLASHMEET_SECRET_KEY=of-whoever-runs-the-containers\n")
    (source / "flashmeet.env").write_text("FLASHMEET_SECRET_KEY=of-whoever-runs-it-from-here\n")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    with ZipFile(next(target.glob("*.whl"))) as file:
        yield file


def below(root: Path) -> set[str]:
    return {
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name != ".env"
    }


@pytest.mark.parametrize("folder", ["templates", "static", "migrations", "translations", "deploy"])
def test_it_holds_every_file_that_runs(wheel: ZipFile, folder: str) -> None:
    prefix = f"flashmeet/_files/{folder}/"
    packed = {name.removeprefix(prefix) for name in wheel.namelist() if name.startswith(prefix)}
    assert {name for name in below(ROOT / folder) if not name.endswith(".mo")} <= packed


def test_it_holds_no_secret_that_stands_beside_what_is_packed(wheel: ZipFile) -> None:
    assert [name for name in wheel.namelist() if name.endswith(".env")] == []


def test_neither_the_repository_nor_the_image_takes_the_secrets_of_the_containers() -> None:
    for name in (".gitignore", ".dockerignore"):
        assert "deploy/.env" in (ROOT / name).read_text().splitlines(), name


def test_it_says_that_it_has_types(wheel: ZipFile) -> None:
    assert "flashmeet/py.typed" in wheel.namelist()


def test_it_holds_the_compiled_catalogue(wheel: ZipFile) -> None:
    assert wheel.getinfo("flashmeet/_files/translations/fr/LC_MESSAGES/messages.mo").file_size > 1_000


def test_it_finds_its_files_where_it_is_installed(wheel: ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path / "site")
    code = "from flashmeet.core import files; print(files.folder('templates'), files.folder('migrations'))"
    command, environment = [sys.executable, "-c", code], {"PYTHONPATH": str(tmp_path / "site")}
    out = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, cwd=tmp_path)
    root = tmp_path / "site" / "flashmeet" / "_files"
    assert out.stdout.split() == [str(root / "templates"), str(root / "migrations")]


def test_it_upgrades_a_database_where_it_is_installed(wheel: ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path / "site")
    environment = {
        "PYTHONPATH": str(tmp_path / "site"),
        "FLASHMEET_ENV": "development",
        "FLASHMEET_INSTANCE": str(tmp_path / "i"),
    }
    command = [sys.executable, "-m", "flashmeet.cli", "db", "upgrade"]
    subprocess.run(command, env=environment, check=True, capture_output=True, cwd=tmp_path)
    assert (tmp_path / "i" / "flashmeet.sqlite3").exists()
