"""Downloads of a table, as CSV or as XLSX."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from flask import Response

from flashmeet.core.spreadsheets.writer import XLSX_TYPE, csv_text, xlsx_bytes

_AT_ONCE = 200


def table_file(rows: Iterable[Iterable[object]], *, name: str, ending: str) -> Response:
    """Returns the rows as the file `name.csv` or `name.xlsx`. CSV is written while it is sent."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.{ending}"'}
    if ending == "xlsx":
        return Response(xlsx_bytes(rows, name=name), mimetype=XLSX_TYPE, headers=headers)
    return Response(_csv_parts(iter(rows)), mimetype="text/csv", headers=headers)


def _csv_parts(rows: Iterator[Iterable[object]]) -> Iterator[str]:
    yield "\ufeff"
    while part := list(islice(rows, _AT_ONCE)):
        yield csv_text(part)
