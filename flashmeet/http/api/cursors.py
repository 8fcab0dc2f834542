"""Cursors of lists in order of id: opaque to clients, so that the order may change one day."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

from flashmeet.core.errors import BadInput
from flashmeet.http.api.fields import BIGGEST_ID

_MARK = "id:"


def cursor_after(row_id: int) -> str:
    return urlsafe_b64encode(f"{_MARK}{row_id}".encode()).decode().rstrip("=")


def id_in(cursor: str) -> int:
    """Raises BadInput for a cursor that is not ours."""
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except ValueError as error:
        raise BadInput("cursor") from error
    number = text.removeprefix(_MARK)
    if number == text or not number.isdigit() or int(number) > BIGGEST_ID:
        raise BadInput("cursor")
    return int(number)
