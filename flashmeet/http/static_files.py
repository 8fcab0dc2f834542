"""Static files: the address names the content, so that browsers may cache it forever."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask

CHARACTERS = 10


def init_app(app: Flask) -> None:
    folder = Path(app.static_folder or "")
    known: dict[str, tuple[int, str]] = {}

    @app.url_defaults
    def name_content(endpoint: str, values: dict[str, Any]) -> None:  # Flask's own signature
        if endpoint == "static" and "v" not in values and (folder / values["filename"]).is_file():
            values["v"] = _fingerprint(folder / values["filename"], known)


def _fingerprint(file: Path, known: dict[str, tuple[int, str]]) -> str:
    """Hashes the file again only after its modification time changes."""
    written, name = file.stat().st_mtime_ns, str(file)
    if known.get(name, (0, ""))[0] != written:
        known[name] = (written, hashlib.sha256(file.read_bytes()).hexdigest()[:CHARACTERS])
    return known[name][1]
