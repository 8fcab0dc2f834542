"""Sets up the log: JSON in production, readable lines elsewhere; on stderr, with ids only.

A view or a service calls `log = structlog.get_logger()` and `log.info("what_happened", booking_id=7)`. Libraries' log
lines go the same way. `app` sets the format of every line; the process's entry point (`cli`, `wsgi.py`) calls
`configure`, which also sets the destination.
"""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import Processor

from flashmeet.core.config import Environment

_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def shape() -> None:
    """Routes structlog through Python's logging. Idempotent."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def configure(env: Environment) -> None:
    """Writes log lines to stderr. Idempotent."""
    shape()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=list(_SHARED),
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_written(env)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it speaks whenever the schema is only looked at


def _written(env: Environment) -> list[Processor]:
    """Returns the processors that format a line.

    Tracebacks are plain, because rich ones show local variables and with them personal data.
    """
    if env == "production":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
