"""Webhooks of the SMS provider: delivery status and people's replies. Every call is signed."""

from __future__ import annotations

import re

import structlog
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from flashmeet.bookings.service.messages.sms_replies import take_answer
from flashmeet.core.errors import BadInput, BadSignature, NotFound
from flashmeet.http.admission.access import access
from flashmeet.http.services import has_service, now, service, services, writing
from flashmeet.messages.rules.channels import SIGNATURE_CHECK
from flashmeet.messages.service.deliveries import note_delivery

bp = Blueprint("hooks", __name__)
log = structlog.get_logger("flashmeet.hooks")

NO_WORDS = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""Empty TwiML: the answer is sent through the outbox, once."""
_REF = re.compile(r"[A-Za-z0-9]{2,64}")
_ERROR = re.compile(r"\d{1,6}")


@bp.post("/hooks/twilio/status")
@access("anyone")
def status() -> ResponseReturnValue:
    _check_signature()
    ref, told = _ref("MessageSid", "SmsSid"), request.form.get("MessageStatus") or request.form.get("SmsStatus", "")
    error = request.form.get("ErrorCode", "")
    with writing() as db:
        news = note_delivery(db, ref=ref, status=told, error=error if _ERROR.fullmatch(error) else "", now=now())
    log.info("sms.status", ref=ref, news=news)
    return "", 204


@bp.post("/hooks/twilio/inbound")
@access("anyone")
def inbound() -> ResponseReturnValue:
    _check_signature()
    ref = _ref("MessageSid", "SmsSid")
    with writing() as db:
        answer = take_answer(
            db, phone=request.form.get("From", ""), text=request.form.get("Body", ""), ref=ref, now=now()
        )
    log.info("sms.answer", ref=ref, answer=answer)
    return Response(NO_WORDS, mimetype="text/xml")


def _check_signature() -> None:
    """Checks the signature against the public address that the provider called, whatever proxy is in front. Raises
    NotFound where no SMS provider is set, BadSignature."""
    if not has_service(SIGNATURE_CHECK):
        raise NotFound
    is_signed = service(SIGNATURE_CHECK)
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    url = f"{services().config.base_url}{request.path}{query}"
    if not is_signed(url, request.form, request.headers.get("X-Twilio-Signature", "")):
        raise BadSignature


def _ref(*names: str) -> str:
    """Returns the provider's id of the message. Raises BadInput."""
    found = next((request.form[name] for name in names if request.form.get(name)), "")
    if not _REF.fullmatch(found):
        raise BadInput(names[0])
    return found
