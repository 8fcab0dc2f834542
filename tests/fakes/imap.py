"""A mailbox that speaks as much IMAP (RFC 3501) as a reader needs: sign in, search, fetch, mark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flashmeet.core.config import Imap
from tests.fakes.servers import TcpHandler, serving

USER, PASSWORD = "rendez-vous@example.org", "a-password"


@dataclass(slots=True)
class ImapServer:
    """`letters` by UID, as bytes; `seen` are marked, `left` have our keyword, or are flagged.

    `keywords` is whether a message may have flags other than the standard's, as on most servers but Exchange.
    `breaks_at` closes the line when that command comes.
    """

    letters: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    left: set[int] = field(default_factory=set)
    keywords: bool = True
    breaks_at: str = ""
    signed_in: int = 0
    port: int = 0

    def receive(self, letter: bytes) -> int:
        uid = max(self.letters, default=0) + 1
        self.letters[uid] = letter
        return uid

    def settings(self, *, password: str = PASSWORD) -> Imap:
        return Imap(host="127.0.0.1", port=self.port, user=USER, password=password, tls=False, folder="INBOX")

    @property
    def url(self) -> str:
        return f"imap://{USER.replace('@', '%40')}:{PASSWORD}@127.0.0.1:{self.port}/INBOX"

    def unseen(self) -> list[int]:
        return sorted(self.letters.keys() - self.seen)


class _Talk(TcpHandler[ImapServer]):
    def handle(self) -> None:
        self._say("* OK ready")
        for raw in self.rfile:
            tag, _, rest = raw.decode().strip().partition(" ")
            words = rest.split(" ")
            verb = words[0].upper() + (f" {words[1].upper()}" if words[0].upper() == "UID" else "")
            if verb == self.fake.breaks_at:
                return
            self._say(f"{tag} {self._answer(verb, rest)}")
            if verb == "LOGOUT":
                return

    def _answer(self, verb: str, rest: str) -> str:
        match verb:
            case "CAPABILITY":
                self._say("* CAPABILITY IMAP4rev1")
            case "LOGIN":
                return self._login(rest)
            case "SELECT":
                self._say(f"* {len(self.fake.letters)} EXISTS")
                more = r" \*" if self.fake.keywords else ""
                self._say(rf"* OK [PERMANENTFLAGS (\Seen \Flagged{more})] kept")
                return "OK [READ-WRITE] selected"
            case "UID SEARCH":
                self._say(f"* SEARCH {' '.join(map(str, self._wanted(rest)))}".rstrip())
            case "UID FETCH":
                self._fetch(rest)
            case "UID STORE":
                self._store(rest)
            case "LOGOUT":
                self._say("* BYE")
        return "OK done"

    def _login(self, rest: str) -> str:
        if f'"{PASSWORD}"' not in rest or USER not in rest:
            return f"NO {USER} may not enter"
        self.fake.signed_in += 1
        return "OK welcome"

    def _store(self, rest: str) -> None:
        if "$" not in rest:
            (self.fake.left if "Flagged" in rest else self.fake.seen).add(_uid(rest))
        elif self.fake.keywords:
            self.fake.left.add(_uid(rest))

    def _wanted(self, rest: str) -> list[int]:
        if "UNSEEN" in rest:
            passed_over = self.fake.left if self.fake.keywords or "UNFLAGGED" in rest else ()
            return [uid for uid in self.fake.unseen() if uid not in passed_over]
        return [uid for uid in self.fake.letters if uid == _uid(rest)]

    def _fetch(self, rest: str) -> None:
        letter = self.fake.letters[_uid(rest)]
        size = len(letter)
        text = letter.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if "HEADER" in rest else letter
        part = "BODY[HEADER]" if "HEADER" in rest else "BODY[]"
        self._say(f"* 1 FETCH (UID {_uid(rest)} FLAGS () RFC822.SIZE {size} {part} {{{len(text)}}}")
        self.wfile.write(text + b")\r\n")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


def _uid(rest: str) -> int:
    found = re.search(r"\b(\d+)\b", rest)
    assert found, rest
    return int(found.group())


@contextmanager
def running() -> Iterator[ImapServer]:
    """Serves until the end of the block."""
    with serving(ImapServer(), _Talk) as fake:
        yield fake
