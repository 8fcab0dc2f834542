"""Renders refusals: a page for people, an RFC 9457 problem document for programs.

Views raise; only `status_of`, `words_of`, `answer`, and `problem` where the API adds facts, are called directly.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import cast

import structlog
from flask import Flask, Response, json, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, InternalServerError

from flashmeet.core import errors
from flashmeet.core.database.session import fault_of, is_away, is_contended
from flashmeet.core.errors import Refusal
from flashmeet.core.zones import utc_text
from flashmeet.http.admission.access import takes_draft, to_sign_in, to_terms
from flashmeet.http.admission.identity import go_without_database, is_api, viewer
from flashmeet.http.admission.rate_limits import DRAFTS, spend
from flashmeet.http.display import display_locale, display_tzid
from flashmeet.http.forms.drafts import form_page, keep_fields
from flashmeet.http.forms.foreign import is_foreign
from flashmeet.http.responses.request_log import rule
from flashmeet.i18n.refusals import sentence

log = structlog.get_logger()

RETRY_AFTER = 5
"""Seconds after which to retry when the service is unavailable."""

_REFUSALS: dict[int, type[Refusal]] = {404: errors.NotFound, 401: errors.NotSignedIn, 429: errors.TooManyRequests}
_HTTP = {
    400: ("bad_request", lazy_gettext("We could not read this request. Go back and send it again.")),
    405: ("method_not_allowed", lazy_gettext("This address does not work that way. Go back and try another way.")),
    413: ("too_large", lazy_gettext("That is more than we can take at once. Shorten it and send it again.")),
    414: (
        "address_too_long",
        lazy_gettext("This address is too long for us to read. Go back and say it in fewer words; nothing was lost."),
    ),
    415: ("unsupported_media_type", lazy_gettext("We only read application/json here. Send it again in that format.")),
    431: (
        "headers_too_long",
        lazy_gettext(
            "Your browser sends more along than we can read. Delete the cookies of this site, then try again."
        ),
    ),
}


def status_of(refusal: Refusal | type[Refusal]) -> int:
    return refusal.status


def words_of(refusal: Refusal) -> str:
    """Returns the refusal's sentence in the caller's language and time zone."""
    return sentence(refusal, display_locale(), display_tzid())


def retry_after(refusal: Refusal) -> dict[str, str]:
    """Returns the header that says when to come again, where that is known, for a view that shows its page again."""
    seconds = refusal.facts.get("seconds")
    return {"Retry-After": str(seconds)} if seconds else {}


def problem(refusal: Refusal, **more: object) -> Response:
    """Returns a problem document; the refusal's facts and `more` are extension members."""
    return _document(status_of(refusal), refusal.code, words_of(refusal), {**refusal.facts, **more})


def init_app(app: Flask) -> None:
    app.register_error_handler(Refusal, on_refusal)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(Exception, on_unexpected_error)


def on_refusal(refusal: Refusal) -> ResponseReturnValue:
    if isinstance(refusal, errors.NotSignedIn) and not reads_json():
        return to_sign_in()
    if isinstance(refusal, errors.TermsRequired) and not reads_json():
        return to_terms()
    status = status_of(refusal)
    made = problem(refusal) if reads_json() else _page(status, refusal.code, words_of(refusal))
    if status == 401:
        made.headers["WWW-Authenticate"] = 'Bearer realm="flashmeet"'
    return _with_retry(made, refusal.facts.get("seconds"))


def on_http(error: HTTPException) -> ResponseReturnValue:
    """Renders errors of Flask and its extensions in our words; redirects pass."""
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        return on_unexpected_error(error.original_exception)  # an error raised while a response was made
    status = error.code or 500
    if status < 400:
        return cast(Response, error.get_response())
    if status in _REFUSALS:
        return on_refusal(_REFUSALS[status]())
    code, words = _HTTP.get(status, _HTTP[400])
    made = answer(status, code, str(words))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            made.headers[name] = value
    return made


def on_unexpected_error(error: BaseException) -> Response:
    """Handles every unexpected error: logs it, and shows none of its details."""
    if is_away(error):
        log.error("database_unavailable", rule=rule(), kind=fault_of(error))
        go_without_database()
        words = gettext("We cannot reach our records right now. Nothing was lost; try again in a moment.")
        return _with_retry(answer(503, "unavailable", words))
    if is_contended(error):
        log.error("database_contended", rule=rule())
        words = gettext("Others are changing the same things at this moment. Nothing was lost; try again in a moment.")
        return _with_retry(answer(503, "unavailable", words))
    log.error("unexpected", rule=rule(), exc_info=error)
    go_without_database()
    return answer(
        500,
        "unexpected",
        gettext("Something went wrong on our side, and we have been notified. Try again in a little while."),
    )


def reads_json() -> bool:
    """Whether the caller is a program: an API client, or a page's script that wants JSON."""
    accepted = request.accept_mimetypes
    return is_api() or accepted.best_match(["text/html", "application/json"], "text/html") == "application/json"


def answer(status: int, code: str, words: str) -> Response:
    """Returns a page or a problem document for an error that is not a Refusal."""
    return _document(status, code, words, {}) if reads_json() else _page(status, code, words)


def _page(status: int, code: str, words: str) -> Response:
    back = _keep_words() if takes_draft() and status != 404 else ""
    page = render_template("http/problem.html", status=status, code=code, words=words, back=back)
    return make_response(page, status)


def _keep_words() -> str:
    """Keeps the words of a form that failed; returns the address where they stand again, or ""."""
    where = form_page()
    if not where or viewer() is None or is_foreign():
        return ""
    try:
        spend(DRAFTS, "")
        keep_fields()
    except (Refusal, DBAPIError):
        return ""
    return where


def _document(status: int, code: str, words: str, facts: Mapping[str, object]) -> Response:
    members = {
        **{name: _plain(value) for name, value in facts.items()},
        "type": f"urn:flashmeet:problem:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "code": code,
        "detail": words,
    }
    return Response(json.dumps(members), status, mimetype="application/problem+json")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return utc_text(value)
    return value.isoformat() if isinstance(value, date) else value


def _with_retry(made: Response, seconds: object = None) -> Response:
    if made.status_code in (429, 503):
        made.headers["Retry-After"] = str(seconds if isinstance(seconds, int) else RETRY_AFTER)
    return made
