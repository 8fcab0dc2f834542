"""ical.js, which Thunderbird and many web calendars read with.

Looked for in `node_modules` at the project's root (`npm install --no-save ical.js`), or where
`FLASHMEET_TEST_ICALJS` says its `dist/ical.js` is.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.judges import Reading

_HERE = Path(__file__).parent
_INSTALLED = _HERE.parent.parent / "node_modules" / "ical.js" / "dist" / "ical.js"


def read_all(files: Sequence[bytes]) -> list[Reading]:
    """Raises CalledProcessError where ical.js finds a fault; skips the test where there is none to ask."""
    node, module = shutil.which("node"), Path(os.environ.get("FLASHMEET_TEST_ICALJS") or _INSTALLED)
    if node is None or not module.is_file():
        pytest.skip("ical.js is not installed (npm install --no-save ical.js): two other readers judge")
    asked = "\n".join(base64.b64encode(ics).decode() for ics in files)
    answer = subprocess.run(
        [node, _HERE / "ical.mjs", module], input=asked, capture_output=True, text=True, check=True, timeout=60
    )
    return [_reading(json.loads(line)) for line in answer.stdout.splitlines()]


def _reading(found: dict[str, Any]) -> Reading:
    instants = {name: _instant(found[name]) for name in ("starts_at", "ends_at", "stamped_at")}
    return Reading(**{**found, **instants, "attendees": tuple(found["attendees"])})


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)
