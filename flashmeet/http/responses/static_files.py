"""Static files: sent from memory, compressed, and kept by browsers forever where the address names the content."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from flashmeet.http.responses.compression import takes_gzip
from flashmeet.http.responses.static_tree import StaticTree, tree_of

FOR_GOOD = "public, max-age=31536000, immutable"
ASK_FIRST = "public, max-age=0, must-revalidate"


def init_app(app: Flask) -> None:
    folder = Path(app.static_folder or "")

    def tree() -> StaticTree:
        return StaticTree(folder) if app.debug else tree_of(folder)

    @app.url_defaults
    def name_content(endpoint: str, values: dict[str, Any]) -> None:  # Flask's own signature
        if endpoint == "static":
            values["filename"] = tree().address(values["filename"])

    def send(filename: str) -> Response:
        return _answer(tree(), filename)

    def imports_of(path: str) -> tuple[str, ...]:
        return tree().file(path).imports

    app.view_functions["static"] = send
    app.jinja_env.globals["imports_of"] = imports_of


def _answer(tree: StaticTree, asked: str) -> Response:
    """Raises NotFound."""
    file, named = tree.found(asked)
    if file is None:
        raise NotFound
    packed = bool(file.packed) and takes_gzip()
    answer = Response(file.packed if packed else file.body, mimetype=file.media_type)
    answer.headers["Cache-Control"] = FOR_GOOD if named else ASK_FIRST
    if file.packed:
        answer.headers["Vary"] = "Accept-Encoding"
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    answer.set_etag(file.digest, weak=True)
    answer.make_conditional(request)
    return answer
