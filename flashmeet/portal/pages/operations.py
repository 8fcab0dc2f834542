"""Endpoints for operators' monitoring: health, readiness and metrics. None contains personal data."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import select

from flashmeet.core import zones
from flashmeet.core.database.schema import at_head
from flashmeet.core.errors import NotFound
from flashmeet.http.admission.access import access
from flashmeet.http.admission.client_address import is_loopback
from flashmeet.http.services import now, reading, services
from flashmeet.messages.service.outbox_figures import OutboxFigures, outbox_figures

bp = Blueprint("operations", __name__)


@bp.get("/healthz")
@access("anyone")
def health() -> ResponseReturnValue:
    """Returns 200 while web and database answer, with or without a worker."""
    with reading() as db:
        db.execute(select(1))
    return jsonify(status="ok", tzdata=zones.VERSION)


@bp.get("/readyz")
@access("anyone")
def readiness() -> ResponseReturnValue:
    """Returns 200 once the schema is also this version's, else 503."""
    ready = at_head(services().database)
    return jsonify(status="ready" if ready else "schema_differs"), 200 if ready else 503


@bp.get("/metrics")
@access("anyone")
def metrics() -> ResponseReturnValue:
    """Returns metrics to this machine, and to holders of FLASHMEET_METRICS_TOKEN. Raises NotFound."""
    if not (is_loopback(request.remote_addr) or _has_token()):
        raise NotFound
    with reading() as db:
        figures = outbox_figures(db, now=now())
    return Response(generate_latest(_registry(figures)), content_type=CONTENT_TYPE_LATEST)


def _has_token() -> bool:
    wanted, said = services().config.metrics_token, request.headers.get("Authorization", "")
    return wanted is not None and hmac.compare_digest(said.encode(), f"Bearer {wanted}".encode())


def _registry(figures: OutboxFigures) -> CollectorRegistry:
    registry = CollectorRegistry()
    rows = Gauge("flashmeet_outbox_rows", "Messages not yet settled", ["state", "channel"], registry=registry)
    for (state, channel), count in figures.rows.items():
        rows.labels(state, channel).set(count)
    late = Gauge("flashmeet_outbox_late_seconds", "How long the oldest due message has waited", registry=registry)
    late.set(figures.late.total_seconds())
    age = Gauge("flashmeet_outbox_age_seconds", "The same by channel", ["channel"], registry=registry)
    for channel, waited in figures.late_by.items():
        age.labels(channel).set(waited.total_seconds())
    away = Gauge("flashmeet_channel_away_seconds", "How long a provider is away", ["channel"], registry=registry)
    for channel, since in figures.away.items():
        away.labels(channel).set(since.total_seconds())
    tzdata = Gauge("flashmeet_tzdata_info", "Version of the time zone data", ["version"], registry=registry)
    tzdata.labels(zones.VERSION).set(1)
    return registry
