"""`create_app`: the one place that wires the parts together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask.typing import ResponseReturnValue
from flask_openapi.openapi import OpenAPI
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

import flashmeet.listeners  # features follow each other
import flashmeet.models  # noqa: F401  # every table is known before the first statement
from flashmeet import routes
from flashmeet.bookings.service.calendar_check import CALENDAR_CHECK, CalendarCheck
from flashmeet.calendars.rules.consent import CONSENT_PROVIDERS
from flashmeet.calendars.rules.sources import CALENDARS
from flashmeet.calendars.sources.configured import calendars_of
from flashmeet.calendars.sources.oauth_providers import oauth_providers
from flashmeet.calendars.sync.syncing import Syncing
from flashmeet.core import logs
from flashmeet.core.config import Config
from flashmeet.core.database.engine import ANSWER_SECONDS, WEB_CONNECTIONS, Database, serve_requests
from flashmeet.core.database.session import Database as StoredDatabase
from flashmeet.core.files import folder
from flashmeet.core.limits import redis_counter
from flashmeet.core.links import Links
from flashmeet.core.service_keys import ServiceKey
from flashmeet.core.vault import VAULT, vault_of
from flashmeet.http import every_request, language
from flashmeet.http.admission import deadlocks
from flashmeet.http.api import document
from flashmeet.http.responses.templates import Templates
from flashmeet.http.services import Services, install
from flashmeet.messages.channels.twilio_signature import signature_check
from flashmeet.messages.rendering.ics import calendar_file, feed_file
from flashmeet.messages.rendering.previews import mail_preview
from flashmeet.messages.rules.channels import MAIL_PREVIEW, SIGNATURE_CHECK
from flashmeet.messages.rules.invites import CALENDAR_FILE, FEED_FILE
from flashmeet.outreach.adapters import poster_file
from flashmeet.outreach.rules.posters import POSTER_FILE
from flashmeet.people.adapters import picture_file
from flashmeet.people.rules.pictures import PICTURE_FILE
from flashmeet.portal.adapters import icon_file
from flashmeet.portal.rules.icons import ICON_FILE
from flashmeet.programme.adapters import attestation_file
from flashmeet.programme.rules.attestations import ATTESTATION_FILE
from flashmeet.rooms.providers.configured import providers
from flashmeet.rooms.rules.providers import VIDEO
from flashmeet.security.adapters.passkeys import WebauthnCheck
from flashmeet.security.rules.passkeys import PASSKEYS
from flashmeet.setup.adapters import Trials
from flashmeet.setup.rules.trials import TRIALS
from flashmeet.themes.adapters.understanding import understanding
from flashmeet.themes.rules.understanding import UNDERSTANDING

MOST_BYTES = 1_000_000


def create_app(
    config: Config,
    *,
    database: StoredDatabase | None = None,
    clock: Callable[[], datetime] | None = None,
    connections: int = WEB_CONNECTIONS,
) -> Flask:
    """Returns the application of one installation; tests pass their own database and clock.

    It opens at most `connections` to the database of its own.
    """
    logs.shape()
    app = Application(
        "flashmeet",
        **document.settings(path=config.path),
        static_folder=str(folder("static")),
        template_folder=str(folder("templates")),
        instance_path=str(config.instance.absolute()),
    )
    app.secret_key = config.secret_key
    app.config["SECRET_KEY_FALLBACKS"] = list(config.former_keys)
    app.url_map.converters["int"] = RowNumber
    app.config.update(MAX_CONTENT_LENGTH=MOST_BYTES)
    opened = database or Database(config.database_url, connections=connections, answers_within=ANSWER_SECONDS, app=app)
    install(app, _services(config, opened, clock))
    serve_requests(app)
    language.init_app(app)
    every_request.init_app(app, config)
    _open_rooms(app)
    if config.secure:
        _trust_the_proxy(app)
    return app


class Application(OpenAPI):
    """Flask with an OpenAPI description, whose views survive a deadlock."""

    jinja_environment = Templates

    def dispatch_request(self) -> ResponseReturnValue:
        return deadlocks.run(super().dispatch_request)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Views and hooks are plain functions; Flask would look at each of eighteen in every request."""
        return func

    def log_exception(self, exc_info: object) -> None:
        """Logs nothing: `http.responses.problems` has logged the error without the address, which may hold a token."""


class RowNumber(IntegerConverter):
    """An integer in an address that fits a row id; a greater one matches no route."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**63 - 1)


def _services(config: Config, database: StoredDatabase, clock: Callable[[], datetime] | None) -> Services:
    links = Links.of(config)
    calendars = calendars_of(config)
    bound: dict[ServiceKey[Any], object] = {
        CALENDAR_FILE: calendar_file,
        FEED_FILE: feed_file,
        PICTURE_FILE: picture_file,
        ICON_FILE: icon_file,
        ATTESTATION_FILE: attestation_file,
        POSTER_FILE: poster_file,
        MAIL_PREVIEW: mail_preview(links, config.mail_from),
        VIDEO: providers(config),
        CALENDARS: calendars,
        CALENDAR_CHECK: CalendarCheck(database, Syncing(database, calendars)),
        CONSENT_PROVIDERS: oauth_providers(config),
        VAULT: vault_of(config),
        PASSKEYS: WebauthnCheck(config),
        TRIALS: Trials(config, clock or _utcnow),
        UNDERSTANDING: understanding(config.understanding),
    }
    if config.twilio:
        bound[SIGNATURE_CHECK] = signature_check(config.twilio)
    return Services(
        config=config,
        database=database,
        links=links,
        clock=clock or _utcnow,
        counter=redis_counter(config.redis_url) if config.redis_url else None,
        bound=bound,
    )


def _utcnow() -> datetime:
    return datetime.now(UTC)


def _open_rooms(app: OpenAPI) -> None:
    for blueprint in routes.page_blueprints():
        app.register_blueprint(blueprint)
    routes.register_api(app)


def _trust_the_proxy(app: Flask) -> None:
    """Trusts one proxy's forwarded headers: flashmeet speaks no TLS, so an https address means a proxy before it."""
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]  # the way Flask documents
