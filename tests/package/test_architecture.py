"""The map of the code names what is there, and all of it."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import flashmeet
from flashmeet.cli.program import SECTIONS

ROOT = Path(__file__).parents[2]
MAP = (ROOT / "docs" / "architecture.md").read_text()
NAMED = re.findall(r"`([^`\n]+)`", MAP)
DECIDED = [
    name for path in (ROOT / "docs" / "decisions").iterdir() for name in re.findall(r"`([^`\n]+)`", path.read_text())
]


def packages() -> list[str]:
    """Every package, and every module beside them."""
    found = (
        path.stem for path in (ROOT / "flashmeet").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    )
    return sorted(name for name in found if name != "__init__")


def rows(heading: str) -> list[str]:
    """What stands in the first column of the table under that heading."""
    section = MAP.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [
        name
        for line in section.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`(\w+)`", line.split("|")[1])
    ]


def contracts() -> list[dict[str, Any]]:
    """What import-linter keeps."""
    held: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    return held


def layers() -> list[set[str]]:
    """The packages as import-linter holds them apart, from the bottom up."""
    order = next(each["layers"] for each in contracts() if "flashmeet.core" in each.get("layers", ()))
    return [{name.strip().removeprefix("flashmeet.") for name in line.split("|")} for line in reversed(order)]


def test_every_package_is_on_the_map() -> None:
    assert sorted(rows("Packages, from the bottom up")) == packages()


def test_the_packages_stand_in_the_order_in_which_they_may_be_imported() -> None:
    rank = {name: number for number, names in enumerate(layers()) for name in names}
    ranks = [rank[name] for name in rows("Packages, from the bottom up")]
    assert ranks == sorted(ranks)


def test_the_package_itself_names_every_package_in_that_order() -> None:
    listed = [line.strip().split("  ")[0] for line in (flashmeet.__doc__ or "").splitlines() if line.startswith("    ")]
    assert re.findall(r"\w+", " ".join(listed)) == rows("Packages, from the bottom up")


def test_the_layers_of_a_feature_stand_in_the_order_of_their_contract() -> None:
    inside = next(each["layers"] for each in contracts() if "flashmeet.bookings" in each.get("containers", ()))
    held = [name for line in inside for name in re.findall(r"\w+", line) if name != "sync"]
    assert rows("Layers inside a feature") == held


def test_every_module_is_used_by_another_or_is_a_command() -> None:
    files = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): ast.parse(path.read_text())
        for path in (ROOT / "flashmeet").rglob("*.py")
    }
    modules = {name for name in files if not name.endswith(("__init__", "__main__"))}
    commands = {
        f"flashmeet.cli.{place.partition(':')[0]}" for section in SECTIONS.values() for place in section.values()
    }
    used = {
        name for module, tree in files.items() for part in ast.walk(tree) for name in named_by(part) if name != module
    }
    assert sorted(modules - used - commands) == []


def test_no_module_imports_what_another_keeps_to_itself() -> None:
    private = [
        f"{path.relative_to(ROOT)}: {part.module}.{each.name}"
        for path in (ROOT / "flashmeet").rglob("*.py")
        for part in ast.walk(ast.parse(path.read_text()))
        if isinstance(part, ast.ImportFrom) and (part.module or "").startswith("flashmeet.")
        for each in part.names
        if each.name.startswith("_")
    ]
    assert private == []


def named_by(part: ast.AST) -> Iterator[str]:
    """The modules that an import, or a text such as those of `routes`, may name."""
    if isinstance(part, ast.ImportFrom) and part.module:
        yield from (part.module, *(f"{part.module}.{each.name}" for each in part.names))
    elif isinstance(part, ast.Import):
        yield from (each.name for each in part.names)
    elif isinstance(part, ast.Constant) and isinstance(part.value, str):
        yield part.value


def test_every_module_on_the_map_exists() -> None:
    dotted = [
        name
        for name in (*NAMED, *DECIDED)
        if re.fullmatch(r"[a-z_]+(\.\w+)+", name) and not name.endswith((".py", ".toml", ".md"))
    ]
    assert len(dotted) > 30
    for name in dotted:
        resolve_name(f"flashmeet.{name}")


def test_every_module_that_a_docstring_names_exists() -> None:
    """By its full name, or by its layer where that is one of the same package."""
    layers_inside = rows("Layers inside a feature")
    cited = [
        (path.relative_to(ROOT / "flashmeet").parts[0], name)
        for path in (ROOT / "flashmeet").rglob("*.py")
        for name in re.findall(r"`([a-z_\d]+(?:\.\w+)+)`", path.read_text())
        if not name.endswith((".py", ".toml", ".md", ".html", ".js"))
    ]
    in_full = {name for _, name in cited if name.partition(".")[0] in packages()}
    here = {f"{package}.{name}" for package, name in cited if name.partition(".")[0] in layers_inside}
    assert len(in_full) > 100 and len(here) > 10
    for name in in_full | here:
        resolve_name(f"flashmeet.{name}")


def test_every_file_on_the_map_exists() -> None:
    paths = [name for name in NAMED if re.fullmatch(r"(docs|templates|translations)/[\w./]+", name)]
    assert len(paths) > 3
    for name in paths:
        assert (ROOT / name).exists(), name


def test_every_function_and_class_on_the_map_is_defined() -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "flashmeet").rglob("*.py"))
    names = [name for name in NAMED if re.fullmatch(r"[a-z]+_\w+|[A-Z]\w+[a-z]\w*", name) and name not in packages()]
    assert len(names) > 5
    for name in names:
        assert re.search(rf"^(class |def |    def )?{name}\b", source, re.MULTILINE), name
