"""Locates templates, static files, translations and migrations.

They are beside the package in a checkout, inside it in a wheel.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


def folder(name: str) -> Path:
    """Returns the folder of that name. Raises FileNotFoundError."""
    for root in (_PACKAGE / "_files", _PACKAGE.parent):
        if (root / name).is_dir():
            return root / name
    raise FileNotFoundError(f"flashmeet is not completely installed: {name} is missing")
