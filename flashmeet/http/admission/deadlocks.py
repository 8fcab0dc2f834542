"""A view whose unit of work the database gave up, to end a deadlock, is run again: nothing of it was written."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from flask import g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from flashmeet.core.database.session import is_deadlock
from flashmeet.http.responses.request_log import rule
from flashmeet.http.services import committed

TRIES = 3
log = structlog.get_logger()


def run(view: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """Returns what the view answers, after up to `TRIES`. A view that has committed something is not run again."""
    for _ in range(TRIES - 1):
        before = committed()
        try:
            return view()
        except DBAPIError as error:
            if not is_deadlock(error) or committed() > before:
                raise
            log.warning("deadlock", rule=rule())
            _forget_try()
    return view()


def _forget_try() -> None:
    """What the view had noted about itself is noted anew; files are read from their beginning."""
    for name in ("record_about", "record_to", "was_done", "undo"):
        g.pop(name, None)
    for file in request.files.values():
        file.seek(0)
