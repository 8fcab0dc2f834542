"""`make sbom`: a bill of materials (CycloneDX) of the locked requirements, with the licence of each."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LOCKED = ROOT / "requirements" / "runtime.txt"
UNKNOWN = "unknown"


def bill_of_materials() -> dict[str, Any]:
    """Every locked component, as `cyclonedx-bom` reads it, and the licence that the installed one declares."""
    asked = (sys.executable, "-m", "cyclonedx_py", "requirements", str(LOCKED), "--of", "JSON", "--output-reproducible")
    pyproject = ("--pyproject", str(ROOT / "pyproject.toml"))
    made = subprocess.run([*asked, *pyproject], check=True, capture_output=True, text=True)
    bill: dict[str, Any] = json.loads(made.stdout)
    for component in bill["components"]:
        component["licenses"] = [{"license": {"name": licence_of(component["name"])}}]
    return bill


def licence_of(name: str) -> str:
    """What the installed distribution says: an SPDX expression, a classifier, or a text's first line."""
    try:
        told = metadata(name)
    except PackageNotFoundError:  # locked for another system
        return UNKNOWN
    classifiers = [
        line.rsplit("::", 1)[1].strip() for line in told.get_all("Classifier") or () if line.startswith("License ::")
    ]
    text, expression = ((told.get_all(name) or [""])[0] for name in ("License", "License-Expression"))
    text = text.strip().partition("\n")[0]
    return expression or ", ".join(classifiers) or text or UNKNOWN


def licences(bill: Mapping[str, Any]) -> Iterator[str]:
    for component in bill["components"]:
        yield f"{component['name']} {component['version']}: {component['licenses'][0]['license']['name']}"


def main() -> None:
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    bill = bill_of_materials()
    target.write_text(json.dumps(bill, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print("\n".join(licences(bill)))
    print(f"{len(bill['components'])} components are in {target}.", file=sys.stderr)


if __name__ == "__main__":
    main()
