"""Who takes gzip."""

from __future__ import annotations

from flask import request


def takes_gzip() -> bool:
    """Whether the client said that it reads gzip (RFC 9110, 12.5.3)."""
    return request.accept_encodings["gzip"] > 0
