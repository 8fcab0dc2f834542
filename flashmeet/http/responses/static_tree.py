"""Static files as they are sent: joined, named by their content, and compressed once.

A name holds a digest of what is sent, so a changed file has a new address and browsers keep the old one for good. What
a module imports, or a sheet's `url("./…")`, is rewritten to those names: a changed import changes its importers too.
"""

from __future__ import annotations

import gzip
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from posixpath import dirname, join, normpath

from flashmeet.http.responses.bootstrap_sheet import packaged_sheet, used_part

SHEET = "css/flashmeet.css"
"""The one sheet of every page, made of `PARTS` after Bootstrap's."""
PARTS = ("tokens", "layout", "schedule", "print", "conduct", "calendars", "requests", "bookings", "security")
DIGEST = 10
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".json": "application/json"}
"""What we serve, whatever the machine's own table says."""
_NAMED = re.compile(rf"^(.+)\.[0-9a-f]{{{DIGEST}}}(\.\w+)$")
_REFERENCES = {
    ".js": re.compile(r"""(\b(?:from|import)\s*\(?\s*")(\.\.?/[^"]+)(")"""),
    ".css": re.compile(r"""(\burl\(")(\.\.?/[^"]+)("\))"""),
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """`address` is `path` with the digest in it; `packed` is the body by gzip, or empty where that saves nothing."""

    path: str
    address: str
    digest: str
    media_type: str
    body: bytes
    packed: bytes
    imports: tuple[str, ...]
    """The paths of all that it always imports, directly or not: a browser may fetch them at once."""


class StaticTree:
    """All files of one folder, by path and by address."""

    def __init__(self, folder: Path) -> None:
        """Raises FileNotFoundError for an import that names no file, RecursionError for a circle of imports."""
        self._sources = dict(_sources(folder))
        self._files: dict[str, StaticFile] = {}
        self._by_address = {self.file(path).address: self.file(path) for path in self._sources}

    def file(self, path: str) -> StaticFile:
        """Returns the file of that path. Raises FileNotFoundError."""
        if path not in self._files:
            self._files[path] = self._made(path)
        return self._files[path]

    def address(self, path: str) -> str:
        """Returns the name to put into a page: with a digest, or `path` itself where there is no such file."""
        return self._files[path].address if path in self._files else path

    def found(self, asked: str) -> tuple[StaticFile | None, bool]:
        """Returns the file of a path or address, and whether its content is the one that the address names.

        An address of another version, which a page of before a deployment asks for, leads to today's file.
        """
        if asked in self._by_address:
            return self._by_address[asked], True
        named = _NAMED.match(asked)
        return self._files.get(named[1] + named[2] if named else asked), False

    def _made(self, path: str) -> StaticFile:
        if path not in self._sources:
            raise FileNotFoundError(path)
        suffix, body, imports = Path(path).suffix, self._sources[path], list[str]()
        if suffix in _REFERENCES:
            body = self._rewritten(path, body.decode(), imports).encode()
        digest = sha256(body).hexdigest()[:DIGEST]
        packed = gzip.compress(body, 9, mtime=0)
        return StaticFile(
            path=path,
            address=f"{path.removesuffix(suffix)}.{digest}{suffix}",
            digest=digest,
            media_type=TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream",
            body=body,
            packed=packed if len(packed) < len(body) * 0.9 else b"",
            imports=tuple(dict.fromkeys(imports)),
        )

    def _rewritten(self, path: str, text: str, imports: list[str]) -> str:
        def name(found: re.Match[str]) -> str:
            needed = self.file(normpath(join(dirname(path), found[2])))
            if "(" not in found[1]:  # `import("…")` fetches it only where it is wanted
                imports.extend((*needed.imports, needed.path))
            return f"{found[1]}{join(dirname(found[2]), Path(needed.address).name)}{found[3]}"

        return _REFERENCES[Path(path).suffix].sub(name, text)


@lru_cache(maxsize=4)
def tree_of(folder: Path) -> StaticTree:
    """Reads the folder once: a new version of flashmeet is a new process."""
    return StaticTree(folder)


def _sources(folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.name.startswith("."):
            yield file.relative_to(folder).as_posix(), file.read_bytes()
    if (folder / "css").is_dir():
        yield SHEET, _sheet(folder / "css").encode()


def _sheet(folder: Path) -> str:
    ours = "".join((folder / f"{name}.css").read_text(encoding="utf-8") for name in PARTS)
    beside = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.css"))
    return used_part(packaged_sheet(), beside=beside) + "\n" + without_comments(ours)


def without_comments(sheet: str) -> str:
    """Drops comments and indentation; strings stay as they are."""
    bare = re.sub(r'("[^"]*")|/\*.*?\*/', lambda found: found[1] or "", sheet, flags=re.S)
    return re.sub(r"\n\s*", "\n", bare).strip() + "\n"
