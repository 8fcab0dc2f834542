"""Writes messages to files, for use without a mail server or an SMS account."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from flashmeet.core.errors import NotFound
from flashmeet.messages.rendering.mail import compose
from flashmeet.messages.rendering.renderer import Renderer, written
from flashmeet.messages.rules.channels import Away, ChannelName, Late, Outcome, Outgoing, Refused, Retry, Sent


class FileChannel:
    """A `Channel` that writes into a folder. File names sort by time; a row leaves at most one file."""

    batch = 20
    per_second = 1000.0

    def __init__(self, name: ChannelName, folder: Path, renderer: Renderer, *, clock: Callable[[], datetime]) -> None:
        self.name = name
        self._folder = folder
        self._renderer = renderer
        self._clock = clock

    def send(self, messages: Sequence[Outgoing]) -> Iterator[tuple[int, Outcome]]:
        for message in messages:
            yield message.id, self._send_one(message)

    def look_up(self, message: Outgoing) -> Outcome:
        kept = next(self._folder.glob(f"*-{message.message_key}.*"), None)
        return Sent(kept.stem) if kept else Retry("there is no file")

    def _send_one(self, message: Outgoing) -> Outcome:
        at = self._clock()
        content = written(lambda: self._content(message, at))
        if isinstance(content, Refused):
            return content
        if not message.in_time():
            return Late()
        stem = f"{at.astimezone(UTC):{TIME_FORMAT}}-{message.message_key}"
        try:
            self._keep(f"{stem}.{'eml' if self.name == ChannelName.MAIL else 'json'}", content)
        except OSError as error:
            return Away(f"the folder cannot be written: {type(error).__name__}")
        return Sent(stem, found_again=True)

    def _content(self, message: Outgoing, at: datetime) -> bytes:
        if self.name == ChannelName.MAIL:
            return compose(message, self._renderer, at=at).as_bytes()
        return json.dumps({"to": message.address, "text": self._renderer.sms(message)}, ensure_ascii=False).encode()

    def _keep(self, name: str, content: bytes) -> None:
        """Writes the file whole or not at all, readable by the owner only."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._folder / f".{name}.part"
        try:
            draft.touch(mode=0o600)
            draft.write_bytes(content)
            draft.replace(self._folder / name)
        finally:
            draft.unlink(missing_ok=True)


TIME_FORMAT = "%Y%m%dT%H%M%S.%fZ"
_NAME = re.compile(r"\d{8}T\d{6}\.\d{6}Z-\w+\.(eml|json)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail or an SMS; `key` names it in an address, fields it does not have are empty."""

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
    """Returns the latest letters, newest first."""
    return [_read(path) for path in sorted(_files(folder), reverse=True)[:limit]]


def letter(folder: Path, key: str) -> Letter:
    """Returns the letter with that key. Raises NotFound."""
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
