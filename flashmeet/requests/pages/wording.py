"""Sentences about requests on pages."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import format_timedelta, gettext

from flashmeet.requests.rules.requests import Odds

bp = Blueprint("request_words", __name__)


@bp.app_template_filter()
def odds_words(found: Odds) -> str:
    """`11 of 12 led to an hour · median answer in 9 h`."""
    said = gettext("%(agreed)s of %(asked)s led to an hour", agreed=found.agreed, asked=found.asked)
    if found.median is None:
        return str(said)
    took = format_timedelta(found.median, granularity="hour", threshold=1.5)
    usual = gettext("usually answers within %(took)s", took=took)
    return f"{said} · {usual}"
