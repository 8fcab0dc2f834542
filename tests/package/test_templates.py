"""Every template compiles, says its words through the catalogue, and carries nothing inline."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from jinja2 import Environment, meta, nodes

from flashmeet.app import create_app
from flashmeet.core.config import Config
from tests.loops import for_each

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(path.relative_to(ROOT / "templates").as_posix() for path in (ROOT / "templates").rglob("*.*"))
PAGES = [name for name in TEMPLATES if name.endswith(".html") and "/mails/" not in name]
FILTER = re.compile(r"^@\w+\.app_template_filter\(\)\ndef (\w+)\(", re.MULTILINE)
FUNCTIONS = {"icon"}
"""What the application gives every template under a name that a macro has, too."""
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=[\"']|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The application's own, with its filters and its functions."""
    instance = tmp_path_factory.mktemp("instance")
    config = Config.from_env({"FLASHMEET_ENV": "development", "FLASHMEET_INSTANCE": str(instance)})
    return create_app(config).jinja_env


@for_each("name", PAGES)
def test_a_page_compiles(environment: Environment, name: str) -> None:
    environment.compile((ROOT / "templates" / name).read_text(), name)


def test_no_two_filters_have_one_name() -> None:
    """The application knows filters by their names alone: the one that comes later would take the other's place."""
    modules = sorted((ROOT / "flashmeet").rglob("*.py"))
    names = Counter(name for path in modules for name in FILTER.findall(path.read_text()))
    assert names.total() > 50
    assert [name for name, times in names.items() if times > 1] == []


def test_a_template_imports_the_macros_that_it_calls_and_no_others(environment: Environment) -> None:
    """One that is included does so, too: what its includer happens to import is the includer's own."""
    trees = {name: environment.parse((ROOT / "templates" / name).read_text(), name) for name in PAGES}
    macros = {each.name for tree in trees.values() for each in tree.find_all(nodes.Macro)}
    assert len(macros) > 100
    for name, tree in trees.items():
        imported = {
            each if isinstance(each, str) else each[1]
            for node in tree.find_all(nodes.FromImport)
            for each in node.names
        }
        called = {node.node.name for node in tree.find_all(nodes.Call) if isinstance(node.node, nodes.Name)}
        own = {each.name for each in tree.find_all(nodes.Macro)}
        assert (called & macros) - imported - own <= FUNCTIONS, name
        assert imported <= {each.name for each in tree.find_all(nodes.Name)}, name


def test_macros_use_what_the_whole_page_was_given_and_nothing_that_an_importer_sets(environment: Environment) -> None:
    """They are made once for a page (`http.responses.templates`), whichever of its parts imports them first."""
    trees = {name: environment.parse((ROOT / "templates" / name).read_text(), name) for name in PAGES}
    uses = {name: meta.find_undeclared_variables(tree) - environment.globals.keys() for name, tree in trees.items()}
    assert "viewer" in uses["layout/macros.html"]
    for name, tree in trees.items():
        stored = [
            each for node in tree.find_all((nodes.Assign, nodes.AssignBlock)) for each in node.find_all(nodes.Name)
        ]
        own = {each.name for each in stored if each.ctx == "store"}
        for each in tree.find_all(nodes.FromImport):
            assert isinstance(each.template, nodes.Const)
            assert not own & uses[each.template.value], f"{name} and {each.template.value}"


@for_each("name", sorted({*TEMPLATES} - {*PAGES}))
def test_a_message_can_be_read(environment: Environment, name: str) -> None:
    """What its filters are, the messages' own tests know."""
    environment.parse((ROOT / "templates" / name).read_text(), name)


@for_each("name", PAGES)
def test_a_page_carries_no_inline_script_or_style(name: str) -> None:
    assert INLINE.findall((ROOT / "templates" / name).read_text()) == []


@for_each("name", [name for name in PAGES if "{{ admin_pages(" in (ROOT / "templates" / name).read_text()])
def test_a_page_with_the_administrators_menu_loads_its_sheet(name: str) -> None:
    assert "css/programme.css" in (ROOT / "templates" / name).read_text()
