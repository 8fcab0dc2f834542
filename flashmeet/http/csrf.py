"""No foreign page makes a member's browser do anything.

Every form of a page carries a token (Flask-WTF). Beside it, a form that a browser says comes from another site is
refused, and its answer leaves the cookie alone: such a request arrives without the cookie, and a fresh one in the
answer would sign the member out. The API is for bearer tokens, hooks are signed by who sends them, and the link that
stops mails is itself the secret (a mailbox sends that form, RFC 8058): none of them needs the token.
"""

from __future__ import annotations

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_babel import gettext
from flask_wtf.csrf import CSRFError, CSRFProtect

from flashmeet.http.identity import API, READING_METHODS
from flashmeet.http.problems import answer

WITHOUT_TOKEN = (API, "/hooks/", "/mail-off/")
CODE = "form_expired"
_protect = CSRFProtect()


class LoginTokens(SecureCookieSessionInterface):
    """Flask's, except that an answer to a foreign form sets no cookie."""

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        return not is_foreign() and super().should_set_cookie(app, session)


def init_app(app: Flask) -> None:
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,  # `http.before_request` asks, after it has asked who it is
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: people leave forms open over lunch
        WTF_CSRF_SSL_STRICT=False,  # it wants a Referer, which our own Referrer-Policy keeps back
    )
    app.session_interface = LoginTokens()
    _protect.init_app(app)
    app.register_error_handler(CSRFError, _on_csrf_failure)


def is_foreign() -> bool:
    """Whether a browser says that another site's page sent this form."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    return request.method not in READING_METHODS and site not in ("same-origin", "none")


def check_form() -> None:
    """Raises CSRFError."""
    if request.method in READING_METHODS or request.path.startswith(WITHOUT_TOKEN):
        return
    if is_foreign():
        raise CSRFError("sent by another site")
    _protect.protect()


def _on_csrf_failure(error: CSRFError) -> Response:
    return answer(
        400,
        CODE,
        gettext("This page was open for too long, or you signed in elsewhere. Go back, reload it, and send it again."),
    )
