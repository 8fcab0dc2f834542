"""What an operator's machines ask: is it up, is it ready, how does it fare. Nothing here is about a person."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import select

from flashmeet.domain import zones
from flashmeet.gate.access import access
from flashmeet.gate.parts import now, parts, reading
from flashmeet.service.figures import OutboxFigures, outbox_figures
from flashmeet.store.migrate import at_head

bp = Blueprint("operations", __name__)


@bp.get("/healthz")
@access("anyone")
def health() -> ResponseReturnValue:
    """200 while web and database answer, worker or not."""
    with reading() as session:
        session.execute(select(1))
    return jsonify(status="ok", tzdata=zones.VERSION)


@bp.get("/readyz")
@access("anyone")
def readiness() -> ResponseReturnValue:
    """200 when the schema is this program's, too."""
    ready = at_head(parts().database)
    return jsonify(status="ready" if ready else "schema_differs"), 200 if ready else 503


@bp.get("/metrics")
@access("anyone")
def metrics() -> ResponseReturnValue:
    with reading() as session:
        figures = outbox_figures(session, now=now())
    return Response(generate_latest(_registry(figures)), content_type=CONTENT_TYPE_LATEST)


def _registry(figures: OutboxFigures) -> CollectorRegistry:
    registry = CollectorRegistry()
    rows = Gauge("flashmeet_outbox_rows", "Messages not yet settled", ["state", "channel"], registry=registry)
    for (state, channel), count in figures.rows.items():
        rows.labels(state, channel).set(count)
    late = Gauge("flashmeet_outbox_late_seconds", "How long the oldest due message has waited", registry=registry)
    late.set(figures.late.total_seconds())
    tzdata = Gauge("flashmeet_tzdata_info", "Version of the time zone data", ["version"], registry=registry)
    tzdata.labels(zones.VERSION).set(1)
    return registry
