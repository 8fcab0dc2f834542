"""Without a mail server or an SMS account: messages become files that can be looked at (`message_files`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from flashmeet.messages.channels.message_files import TIME_FORMAT
from flashmeet.messages.rendering.mail import compose
from flashmeet.messages.rendering.renderer import Renderer, written
from flashmeet.messages.rules.channels import Away, Late, Outcome, Outgoing, Refused, Retry, Sent


class FileChannel:
    """The `Channel` that ends in a folder. Names sort by time; a row leaves at most one file."""

    batch = 20
    per_second = 1000.0

    def __init__(
        self, name: Literal["mail", "sms"], folder: Path, renderer: Renderer, *, clock: Callable[[], datetime]
    ) -> None:
        self.name: str = name
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
            self._keep(f"{stem}.{'eml' if self.name == 'mail' else 'json'}", content)
        except OSError as error:
            return Away(f"the folder cannot be written: {type(error).__name__}")
        return Sent(stem, found_again=True)

    def _content(self, message: Outgoing, at: datetime) -> bytes:
        if self.name == "mail":
            return compose(message, self._renderer, at=at).as_bytes()
        return json.dumps({"to": message.address, "text": self._renderer.sms(message)}, ensure_ascii=False).encode()

    def _keep(self, name: str, content: bytes) -> None:
        """Appears whole or not at all, for the owner's eyes alone."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._folder / f".{name}.part"
        draft.touch(mode=0o600)
        draft.write_bytes(content)
        draft.replace(self._folder / name)
