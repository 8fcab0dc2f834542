"""Some rows of many, spread evenly over all of them and the same ones each time: those at the first places."""

from __future__ import annotations

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

PLACES = 65_536
_STEP = 40_503
"""The golden section of the places: rows that follow each other, or every so many, lie far apart."""


def place_of(row_id: InstrumentedAttribute[int]) -> ColumnElement[int]:
    """Returns the place of a row, from 0 to `PLACES` - 1."""
    return row_id * _STEP % PLACES
