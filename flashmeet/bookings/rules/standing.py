"""Conduct: who did not come and what follows, what may be reported, and how an administrator decides a case.

Presence in the built-in room speaks for whoever was there, never against anybody.
"""

from __future__ import annotations

from datetime import timedelta

COUNTS_FOR = timedelta(days=90)
"""For so long after its hour a standing no-show counts."""
