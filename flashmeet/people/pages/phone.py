"""The member's phone number: entered, then confirmed with a code by SMS."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.core.errors import BadInput, NumberBlocked, Refusal, SmsLimit, SmsOff, TooManyRequests, WrongCode
from flashmeet.core.limits import Limit
from flashmeet.core.phone_numbers import mobile_number, range_of, spaced
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.admission.rate_limits import spend
from flashmeet.http.display import network
from flashmeet.http.responses.problems import retry_after, status_of, words_of
from flashmeet.http.services import now, reading, services, writing
from flashmeet.identity.queries import blocked_reason
from flashmeet.identity.service.events import former_number_given
from flashmeet.people.service.phones import (
    ask_phone_code,
    check_reachable,
    code_asked,
    code_may_arrive,
    confirm_phone,
    spend_phone_try,
)

bp = Blueprint("phone", __name__)

A_DAY = 24 * 3600


@bp.app_template_filter()
def phone_words(phone: str) -> str:
    return spaced(phone)


@bp.get("/me/phone")
@access("member")
def show() -> ResponseReturnValue:
    return _page()


@bp.post("/me/phone")
@access("member")
def ask() -> ResponseReturnValue:
    """Sends the code. The attempt counts even if the sending is refused afterwards."""
    typed = request.form.get("phone", "").strip()
    try:
        phone = mobile_number(typed, network().country, served=tuple(network().sms_countries))
        with reading() as db:
            you_id = member(db).id
            check_reachable(db, phone)
        _spend(network(), you_id, phone)
        with writing() as db:
            ask_phone_code(db, member(db), phone, now=now())
    except (BadInput, SmsLimit, SmsOff, NumberBlocked) as refusal:
        return _page(typed=typed, refusal=refusal), status_of(refusal), retry_after(refusal)
    return redirect(url_for("phone.show"), 303)


@bp.post("/me/phone/confirm")
@access("member", keeps_draft=False)
def confirm() -> ResponseReturnValue:
    code = request.form.get("code", "")
    try:
        with writing() as db:
            spend_phone_try(db, member(db), now=now())
        with writing() as db:
            confirm_phone(db, member(db), code, now=now())
            given = former_number_given(db, member(db), now())
    except WrongCode as refusal:
        return _page(refusal=refusal), status_of(refusal)
    return redirect(url_for("changed_numbers.show") if given else url_for("phone.show", done=1), 303)


def _spend(settings: NetworkSettings, member_id: int, phone: str) -> None:
    """Counts one more code by this member, to this number, to its range. Raises SmsLimit."""
    for name, most, who in (
        ("sms_member", settings.sms_codes_per_member, str(member_id)),
        ("sms_number", settings.sms_codes_per_number, phone),
        ("sms_range", settings.sms_codes_per_range, range_of(phone)),
    ):
        try:
            spend(Limit(name=name, most=most, seconds=A_DAY), who)
        except TooManyRequests as refusal:
            raise SmsLimit(**refusal.facts) from refusal


def _page(*, typed: str = "", refusal: Refusal | None = None) -> str:
    with reading() as db:
        return _rendered(db, typed, refusal)


def _rendered(db: Session, typed: str, refusal: Refusal | None) -> str:
    you = member(db)
    asked = code_asked(db, you, now=now())
    twilio = services().config.twilio
    return render_template(
        "people/phone.html",
        you=you,
        asked=asked,
        arrives=asked is None or code_may_arrive(db, asked),
        blocked=blocked_reason(db, you),
        sender=twilio.sender if twilio and twilio.can_receive else "",
        typed=typed or (you.phone or ""),
        problem=words_of(refusal) if refusal else "",
        wrong_code=isinstance(refusal, WrongCode),
        done="done" in request.args,
    )
