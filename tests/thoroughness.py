"""How much a run looks at: everything where CI or ALL is set, and otherwise what ten minutes are enough for.

Every rule is tested either way. A person's run takes fewer random examples of it, and looks at pages and the API on
PostgreSQL alone; rules, store, outbox, races, migrations and backups always meet both databases.
"""

from __future__ import annotations

import os

from hypothesis import settings

EVERYTHING = bool(os.environ.get("CI") or os.environ.get("ALL"))


def tries(whole: int, *, usual: int) -> int:
    """How often something random is tried."""
    return whole if EVERYTHING else usual


def load_profile() -> None:
    """For every property that says nothing itself; the deadline goes, since machines are shared."""
    settings.register_profile("flashmeet", max_examples=tries(100, usual=30), deadline=None)
    settings.load_profile("flashmeet")
