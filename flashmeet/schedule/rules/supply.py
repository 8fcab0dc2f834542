"""Supply and demand of a theme, in four weeks: is it calm, tight, idle or empty?"""

from __future__ import annotations

from datetime import timedelta

WINDOW = timedelta(days=28)
"""How far the board looks ahead for open hours, and back for requests."""
