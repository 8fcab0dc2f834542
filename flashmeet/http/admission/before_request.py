"""What every request passes before its view, in this order."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, default_exceptions

from flashmeet.core.errors import Unreadable
from flashmeet.http.admission.access import admit, ask_proof, takes_draft
from flashmeet.http.admission.budgets import COSTLY_READS
from flashmeet.http.admission.client_address import is_loopback
from flashmeet.http.admission.csrf import check_form, refuse_foreign_form
from flashmeet.http.admission.identity import READING_METHODS, is_api, note_seen, viewer, viewer_id
from flashmeet.http.admission.rate_limits import DRAFTS, spend, spend_address, spend_budget, spend_token
from flashmeet.http.display import network
from flashmeet.http.forms.confirming import ask_first
from flashmeet.http.forms.drafts import keep_fields

UNREAD = "flashmeet.unread"
"""In the environment of a request in whose place `cli.processes.web_process` asks for the page of this status."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def init_app(app: Flask, *, host: str) -> None:
    hosts = LOOPBACK | {host} if host in LOOPBACK else frozenset({host})

    @app.before_request
    def enter() -> ResponseReturnValue | None:
        if status := request.environ.get(UNREAD):  # no client can set it: theirs begin with HTTP_
            raise default_exceptions.get(status, BadRequest)
        if host in LOOPBACK or not _is_probe():
            _check_host(hosts)
        _open_wide()
        _check_text()
        _read_settings()
        way = admit()
        if way is None and request.endpoint is not None:
            _check_rate()
            check_form()
            _check_budget()
            note_seen()
            return ask_proof() or ask_first()
        if way is not None and takes_draft():
            _keep_draft()
        return way


def _keep_draft() -> None:
    """Keeps a visitor's form once it is counted; a form token may have expired with the cookie.

    Raises CSRFError for a form from another site, TooManyRequests.
    """
    refuse_foreign_form()
    spend_address()
    spend(DRAFTS, "")
    keep_fields()


def _read_settings() -> None:
    """Reads who it is and the network's settings, which every page needs, before the view opens a unit of work.

    In this order: a member's login says in the same statement whether the settings are those that are kept.
    """
    if request.blueprint not in (None, "operations") and not is_api():
        viewer()
        network()


def _open_wide() -> None:
    """Raises the size limit of the request for a view that takes files."""
    view = current_app.view_functions.get(request.endpoint or "")
    most = getattr(view, "most_bytes", None)
    if most is not None:
        request.max_content_length = most


def _is_probe() -> bool:
    """Whether this machine asks how the service is. It may use any name: nothing in the answer is made of it.

    Behind the proxy, the address is the client's.
    """
    return request.blueprint == "operations" and is_loopback(request.remote_addr)


def _check_host(hosts: frozenset[str]) -> None:
    """Raises BadRequest for any other host; werkzeug's own check does not know IPv6 addresses."""
    if _name_of(request.host) not in hosts:
        raise BadRequest


@lru_cache(maxsize=64)
def _name_of(host: str) -> str | None:
    return urlsplit(f"//{host}").hostname


def _check_rate() -> None:
    """Counts a request by API token. Raises TooManyRequests."""
    who = viewer() if is_api() else None
    if who is not None and who.token_id is not None:
        spend_token(who)


def _check_budget() -> None:
    """Counts a form, an operation that writes, or a read that costs as much. Raises TooManyRequests."""
    if request.endpoint is not None and (request.method not in READING_METHODS or request.endpoint in COSTLY_READS):
        spend_budget(request.endpoint, viewer_id())


def _check_text() -> None:
    """Refuses U+0000, which databases cannot store and nobody types. Raises Unreadable."""
    values: list[object] = [*(request.view_args or {}).values()]
    if request.query_string:
        values += request.args.values()
    if request.method not in READING_METHODS:
        values += request.form.values()
    if any(isinstance(value, str) and "\0" in value for value in values):
        raise Unreadable
