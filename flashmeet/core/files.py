"""Locates templates, static files, translations, migrations and what a server is set up with; writes private files.

The folders are beside the package in a checkout, inside it in a wheel.
"""

from __future__ import annotations

import importlib.util
import os
import secrets
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


def folder(name: str) -> Path:
    """Returns the folder of that name. Raises FileNotFoundError."""
    for root in (_PACKAGE / "_files", _PACKAGE.parent):
        if (root / name).is_dir():
            return root / name
    raise FileNotFoundError(f"flashmeet is not completely installed: {name} is missing")


def font_folder() -> Path:
    """Returns the folder of Open Sans, located without importing its package. Raises FileNotFoundError."""
    found = importlib.util.find_spec("ttf_opensans")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("flashmeet is not completely installed: the package ttf-opensans is missing")
    return Path(found.submodule_search_locations[0]) / "ttf"


def write_private(path: Path, text: str, *, replace: bool = False) -> None:
    """Writes a file that its owner alone may read; it appears whole.

    Raises FileExistsError where it is there already and must not be replaced, OSError.
    """
    fresh = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    try:
        with open(fresh, "x", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            fresh.replace(path)
        else:
            path.hardlink_to(fresh)
    finally:
        fresh.unlink(missing_ok=True)
