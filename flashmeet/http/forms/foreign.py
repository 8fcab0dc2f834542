"""Forms that another site's page sends."""

from __future__ import annotations

from flask import request

from flashmeet.http.admission.identity import READING_METHODS


def is_foreign() -> bool:
    """Whether the browser marks the form as sent from another site's page."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    return request.method not in READING_METHODS and site not in ("same-origin", "none")
