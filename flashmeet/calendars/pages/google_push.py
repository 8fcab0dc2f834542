"""Google knocks: a calendar has changed. What changed it does not say, and we look for ourselves."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from flashmeet.calendars.service.push_channels import push_received
from flashmeet.core.errors import NotFound
from flashmeet.http.access import access
from flashmeet.http.services import now, services, writing

bp = Blueprint("google_hook", __name__)

LONGEST_CHANNEL = 64
"""Google takes as many characters."""


@bp.post("/hooks/google")
@access("anyone")
def knock() -> ResponseReturnValue:
    """Believed when it carries the channel's token; whatever a knock claims, it only makes us look sooner.

    The first of a channel (`sync`) says that the channel is open. Raises NotFound.
    """
    channel, token = request.headers.get("X-Goog-Channel-ID", ""), request.headers.get("X-Goog-Channel-Token", "")
    if len(channel) > LONGEST_CHANNEL or not services().links.opens_push(token, channel=channel):
        raise NotFound
    if request.headers.get("X-Goog-Resource-State") != "sync":
        with writing() as db:
            push_received(db, channel, now=now())
    return "", 204
