"""The steps of an import in the browser."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

KEPT_FOR = timedelta(days=2)
"""A file that nobody goes on with is deleted, and so are the rows that were left out."""


def import_name(file_name: str, day: date) -> str:
    """Names an import where the members who came by it are looked for: `members.xlsx (2026-11-29)`."""
    return f"{' '.join(file_name.split())[-80:]} ({day.isoformat()})"


class ImportState(StrEnum):
    """`COLUMNS` and `CHECKED` wait for the administrator, `CHECKING` and `TAKING` for a worker."""

    COLUMNS = "columns"
    CHECKING = "checking"
    CHECKED = "checked"
    TAKING = "taking"
    TAKEN = "taken"


WORKING = (ImportState.CHECKING, ImportState.TAKING)
