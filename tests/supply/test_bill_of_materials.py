"""The bill of materials names what is locked, nothing else, and under which licence."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.supply.__main__ import LOCKED, UNKNOWN, bill_of_materials, licences

FORBIDDEN = re.compile(r"\bAGPL|\bGPL(?!.*\bL?GPL)|Affero|Proprietary|Commercial", re.IGNORECASE)
"""Licences that would bind whoever installs an MIT program; LGPL libraries may be used."""


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    return bill_of_materials()


def test_the_bill_of_materials_names_every_locked_component_and_its_licence(bill: dict[str, Any]) -> None:
    locked = set(re.findall(r"^([a-z0-9][\w.-]*)==([^ ;\\]+)", LOCKED.read_text(), re.MULTILINE | re.IGNORECASE))
    named = {(component["name"].lower(), component["version"]) for component in bill["components"]}
    assert named == {(name.lower(), version) for name, version in locked}
    assert len(named) > 50
    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", "flashmeet")
    unknown = [line for line in licences(bill) if line.endswith(UNKNOWN)]
    assert len(unknown) <= 6, unknown  # what is locked for other systems alone


def test_every_component_is_named_with_its_hashes(bill: dict[str, Any]) -> None:
    without = [
        component["name"]
        for component in bill["components"]
        if not any(reference.get("hashes") for reference in component.get("externalReferences", ()))
    ]
    assert without == []


def test_no_component_has_a_licence_that_binds_whoever_installs_it(bill: dict[str, Any]) -> None:
    assert [line for line in licences(bill) if FORBIDDEN.search(line.partition(": ")[2])] == []
