"""The rules of the built-in room: when its door is open, and what two browsers may tell each other through it."""

from __future__ import annotations

from datetime import timedelta

AWAY_AFTER = timedelta(seconds=40)
"""Longer than one poll and a retry: who has not been heard of for so long has lost the connection."""
