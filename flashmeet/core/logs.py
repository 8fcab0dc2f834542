"""The log, set up in one place: JSON in production, lines for people elsewhere; on stderr, ids only.

A view or a service says `log = structlog.get_logger()` and `log.info("what_happened", booking_id=7)`. What libraries
log goes the same way. `app` gives every line its shape; who runs a process (`cli`, `wsgi.py`) calls `configure`, which
also says where the lines go.
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
    """Lines go through Python's own logging, whoever listens there. Safe to call twice."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def configure(env: Environment) -> None:
    """Lines are written to stderr. Safe to call twice."""
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


def _written(env: Environment) -> list[Processor]:
    """Tracebacks are plain: a fancy one shows local variables, and with them people's data."""
    if env == "production":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
