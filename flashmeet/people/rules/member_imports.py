"""The steps of an import in the browser."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

KEPT_FOR = timedelta(days=2)
"""A file that nobody goes on with is deleted, and so are the rows that were left out."""


class ImportState(StrEnum):
    """`COLUMNS` and `CHECKED` wait for the administrator, `CHECKING` and `TAKING` for a worker."""

    COLUMNS = "columns"
    CHECKING = "checking"
    CHECKED = "checked"
    TAKING = "taking"
    TAKEN = "taken"


WORKING = (ImportState.CHECKING, ImportState.TAKING)
