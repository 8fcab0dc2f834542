"""CSRF protection: no other site's page can act through a member's browser.

Every form of a page carries a token (Flask-WTF). A form that the browser marks as sent from another site is also
refused, and the response leaves the cookie alone: such a request arrives without the cookie, and a new one in the
response would sign the member out. The API uses bearer tokens, hooks are signed by their sender, and the link that
stops mails is itself the secret (a mailbox sends that form, RFC 8058): none of them needs the token.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_babel import gettext
from flask_wtf.csrf import CSRFError, CSRFProtect
from itsdangerous import URLSafeTimedSerializer

from flashmeet.http.admission.identity import API, READING_METHODS
from flashmeet.http.forms.foreign import is_foreign
from flashmeet.http.responses.conditional import is_public
from flashmeet.http.responses.problems import answer

WITHOUT_TOKEN = (API, "/hooks/", "/mail-off/")
CODE = "form_expired"
_protect = CSRFProtect()


class LoginTokens(SecureCookieSessionInterface):
    """Flask's session interface, but a response to a cross-site form sets no cookie."""

    _made: tuple[tuple[object, ...], URLSafeTimedSerializer | None] | None = None

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        return not is_foreign() and super().should_set_cookie(app, session)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Made once for the keys of the installation; Flask makes another to read each cookie and to write each."""
        keys = (app.secret_key, *app.config["SECRET_KEY_FALLBACKS"])
        if self._made is None or self._made[0] != keys:
            self._made = (keys, super().get_signing_serializer(app))
        return self._made[1]

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Leaves public responses alone: with `Vary: Cookie`, a browser would fetch them anew after signing in."""
        if not is_public(response):
            super().save_session(app, session, response)


def init_app(app: Flask, keys: Sequence[str]) -> None:
    """Protects forms; the first of the keys signs, those that follow are still believed."""
    app.config.update(
        WTF_CSRF_SECRET_KEY=list(reversed(keys)),  # itsdangerous signs with the last
        WTF_CSRF_CHECK_DEFAULT=False,  # `http.admission.before_request` checks it, after access
        WTF_CSRF_TIME_LIMIT=None,  # valid as long as the login: people leave forms open over lunch
        WTF_CSRF_SSL_STRICT=False,  # it needs a Referer, which our Referrer-Policy removes
    )
    app.session_interface = LoginTokens()
    _protect.init_app(app)
    app.register_error_handler(CSRFError, _on_csrf_failure)


def check_form() -> None:
    """Raises CSRFError for a form without a valid token or from another site."""
    if request.method in READING_METHODS or request.path.startswith(WITHOUT_TOKEN):
        return
    refuse_foreign_form()
    _protect.protect()


def refuse_foreign_form() -> None:
    """Raises CSRFError for a form from another site's page."""
    if is_foreign():
        raise CSRFError("sent by another site")


def _on_csrf_failure(error: CSRFError) -> Response:
    return answer(
        400,
        CODE,
        gettext("This page was open for too long, or you signed in elsewhere. Go back, reload it, and send it again."),
    )
