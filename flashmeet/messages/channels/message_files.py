"""Messages that went to files because no mail server or SMS account is set: what `/dev/outbox` shows.

`files` writes them: `<time>-<key>.eml` holds a mail as it would have left, `<time>-<key>.json` an SMS.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from flashmeet.core.errors import NotFound

TIME_FORMAT = "%Y%m%dT%H%M%S.%fZ"
_NAME = re.compile(r"\d{8}T\d{6}\.\d{6}Z-\w+\.(eml|json)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail, or an SMS; `key` names it in an address, what a message does not have is empty."""

    key: str
    at: datetime
    to: str
    subject: str = ""
    text: str = ""
    html: str = ""
    ics: bytes = b""
    sms: str = ""


def folder_in(instance: Path) -> Path:
    return instance / "outbox"


def letters(folder: Path, *, limit: int = 200) -> list[Letter]:
    """The latest ones, newest first."""
    return [_read(path) for path in sorted(_files(folder), reverse=True)[:limit]]


def letter(folder: Path, key: str) -> Letter:
    """Raises NotFound."""
    for path in _files(folder):
        if path.stem == key:
            return _read(path)
    raise NotFound


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.glob("*") if _NAME.fullmatch(path.name))


def _read(path: Path) -> Letter:
    return _mail(path) if path.suffix == ".eml" else _sms(path)


def _mail(path: Path) -> Letter:
    message = message_from_bytes(path.read_bytes(), policy=default)
    return Letter(
        key=path.stem,
        at=_time(path),
        to=str(message["To"]),
        subject=str(message["Subject"]),
        text=_body(message, "plain").decode(),
        html=_body(message, "html").decode(),
        ics=_body(message, "calendar"),
    )


def _body(message: EmailMessage, subtype: str) -> bytes:
    for part in message.walk():
        if part.get_content_type() == f"text/{subtype}":
            content = part.get_payload(decode=True)
            return content if isinstance(content, bytes) else b""
    return b""


def _sms(path: Path) -> Letter:
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Letter(key=path.stem, at=_time(path), to=kept["to"], sms=kept["text"])


def _time(path: Path) -> datetime:
    return datetime.strptime(path.stem.split("-")[0], TIME_FORMAT).replace(tzinfo=UTC)
