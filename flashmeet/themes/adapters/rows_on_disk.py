"""A table of numbers of which few rows are read at a time, in a file instead of in memory."""

from __future__ import annotations

import os
import tempfile
import weakref
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.uint8]


class RowsOnDisk:
    """Stands for a table of bytes wherever whole rows are taken out of it. Safe for threads, and shared by a fork.

    The file has no name, and goes with the last process that has it open.
    """

    def __init__(self, table: Table, folder: Path) -> None:
        """Raises OSError where there is no room."""
        self._width = table.shape[1]
        self._file, name = tempfile.mkstemp(dir=folder)
        weakref.finalize(self, os.close, self._file)
        Path(name).unlink()
        for first in range(0, len(table), _ROWS_AT_ONCE):
            _write(self._file, table[first : first + _ROWS_AT_ONCE].tobytes())

    def __getitem__(self, rows: NDArray[np.int64]) -> Table:
        wanted, places = np.unique(rows, return_inverse=True)
        read = [os.pread(self._file, self._width, row * self._width) for row in wanted.tolist()]
        return np.frombuffer(b"".join(read), np.uint8).reshape(-1, self._width)[places]


def _write(file: int, data: bytes) -> None:
    while data:
        data = data[os.write(file, data) :]


_ROWS_AT_ONCE = 1_024
