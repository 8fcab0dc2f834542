"""Downloads of a table, as CSV or as XLSX."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice

from flask import Response, send_file

from flashmeet.core.spreadsheets.writer import XLSX_TYPE, csv_text, write_xlsx

_AT_ONCE = 200


def table_file(rows: Iterable[Iterable[object]], *, name: str, ending: str) -> Response:
    """Returns the rows as the file `name.csv` or `name.xlsx`. CSV is written while it is sent."""
    if ending == "xlsx":
        out = tempfile.SpooledTemporaryFile(max_size=1_000_000)  # noqa: SIM115  # closed with the response
        write_xlsx(rows, out, name=name)
        out.seek(0)
        answer = send_file(out, mimetype=XLSX_TYPE, as_attachment=True, download_name=f"{name}.xlsx")
        answer.call_on_close(out.close)
        return answer
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(_csv_parts(iter(rows)), mimetype="text/csv", headers=headers)


def _csv_parts(rows: Iterator[Iterable[object]]) -> Iterator[str]:
    yield "\ufeff"
    while part := list(islice(rows, _AT_ONCE)):
        yield csv_text(part)
