"""Text is sent by gzip to who takes it; docs/serving.md says what keeps secrets from being guessed by lengths.

- What another site's page asks for with text of its choice (a query string) is sent as it is.
- Else its length varies by a random name in gzip's header (RFC 1952, 2.3.1).

Streams stay streams, and short bodies stay as they are.
"""

from __future__ import annotations

import secrets
import struct
import zlib

from flask import Flask, Response, request

from flashmeet.http.responses.conditional import is_public

LEAST = 1000
"""Bytes: a shorter body fits into one packet anyway."""
LEVEL = 4
"""A tenth of a millisecond for a page; more effort saves two bytes in a hundred."""
MOST_PADDING = 96
OTHER_SITES = ("cross-site", "same-site")
TEXT = (
    "application/javascript",
    "application/json",
    "application/problem+json",
    "application/xml",
    "image/svg+xml",
)
_HEAD = b"\x1f\x8b\x08%c\0\0\0\0\0\xff"
_NAMED = 8


def init_app(app: Flask) -> None:
    @app.after_request
    def compress(answer: Response) -> Response:
        if not _is_text(answer):
            return answer
        if "Vary" in answer.headers:
            answer.vary.add("Accept-Encoding")
        else:
            answer.headers["Vary"] = "Accept-Encoding"
        if _is_whole(answer) and takes_gzip() and not _is_guessable(answer):
            answer.set_data(gzipped(answer.get_data(), padding=1 + secrets.randbelow(MOST_PADDING)))
            answer.headers["Content-Encoding"] = "gzip"
        return answer


def takes_gzip() -> bool:
    """Whether the client says that it reads gzip (RFC 9110, 12.5.3)."""
    return request.accept_encodings["gzip"] > 0


def gzipped(body: bytes, *, padding: int = 0) -> bytes:
    """Returns the body by gzip, longer by `padding` bytes that no reader sees."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    name = b"-" * (padding - 1) + b"\0" if padding else b""
    head = _HEAD % (_NAMED if padding else 0)
    return b"".join(
        (head, name, packer.compress(body), packer.flush(), struct.pack("<LL", zlib.crc32(body), len(body) % 2**32))
    )


def _is_text(answer: Response) -> bool:
    """Whether it is text that nobody has encoded yet."""
    kind = answer.mimetype or ""
    return "Content-Encoding" not in answer.headers and (kind.startswith("text/") or kind in TEXT)


def _is_whole(answer: Response) -> bool:
    """Whether the body is there at once, and worth it."""
    if answer.is_streamed or answer.direct_passthrough or answer.status_code in (204, 206, 304):
        return False
    return (answer.content_length or 0) >= LEAST


def _is_guessable(answer: Response) -> bool:
    """Whether another site chose text of a response that may hold secrets, and could compare lengths (BREACH)."""
    chosen = request.headers.get("Sec-Fetch-Site") in OTHER_SITES and bool(request.query_string)
    return chosen and not is_public(answer)
