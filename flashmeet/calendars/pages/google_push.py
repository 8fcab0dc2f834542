"""Google's push notifications: a calendar has changed. They do not say what changed, so the calendar is read."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from flashmeet.calendars.service.push_channels import push_received
from flashmeet.core.errors import NotFound
from flashmeet.http.admission.access import access
from flashmeet.http.services import now, services, writing

bp = Blueprint("google_hook", __name__)

LONGEST_CHANNEL = 64
"""Google's limit, in characters."""


@bp.post("/hooks/google")
@access("anyone")
def knock() -> ResponseReturnValue:
    """Accepts a notification that carries the channel's token; all it can do is make the next read sooner.

    The first one of a channel (`sync`) only says that the channel is open. Raises NotFound.
    """
    channel, token = request.headers.get("X-Goog-Channel-ID", ""), request.headers.get("X-Goog-Channel-Token", "")
    if len(channel) > LONGEST_CHANNEL or not services().links.opens_push(token, channel=channel):
        raise NotFound
    if request.headers.get("X-Goog-Resource-State") != "sync":
        with writing() as db:
            push_received(db, channel, now=now())
    return "", 204
