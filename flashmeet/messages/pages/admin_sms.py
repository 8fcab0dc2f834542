"""The administrator's SMS settings: on or off, countries, and daily limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from flashmeet.core.errors import BadInput, ChangedMeanwhile, NotFound, OutOfRange
from flashmeet.core.numbers import number_or_none
from flashmeet.core.phone_numbers import REGIONS
from flashmeet.core.settings.service import decide, network_settings
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.http.admission.access import access
from flashmeet.http.audit import records
from flashmeet.http.display import network
from flashmeet.http.forms.versions import both_sides, require_version, version_of
from flashmeet.http.responses.problems import words_of
from flashmeet.http.services import reading, services, writing
from flashmeet.identity.acts import Act
from flashmeet.identity.models import Member
from flashmeet.identity.queries import blocked_members
from flashmeet.identity.rules import BlockReason
from flashmeet.messages.outbox.unreachable import unblock_number

bp = Blueprint("admin_sms", __name__)

MOST = 1_000_000
CAPS = {
    "sms_codes_per_member": lazy_gettext("Codes a member can request"),
    "sms_codes_per_number": lazy_gettext("Codes requested for one number"),
    "sms_codes_per_range": lazy_gettext("Codes to one range of ten thousand numbers"),
    "sms_per_number": lazy_gettext("Codes and replies to one number"),
    "sms_per_day": lazy_gettext("All SMS, including reminders"),
}
"""All per day."""


@dataclass(frozen=True, slots=True)
class SmsForm:
    """The form as it was typed."""

    on: bool
    countries: str
    caps: Mapping[str, str]

    @classmethod
    def from_form(cls, form: Mapping[str, str]) -> SmsForm:
        return cls("sms_on" in form, form.get("sms_countries", ""), {name: form.get(name, "") for name in CAPS})

    @classmethod
    def from_settings(cls, settings: NetworkSettings) -> SmsForm:
        caps = {name: str(getattr(settings, name)) for name in CAPS}
        return cls(settings.sms_on, ", ".join(settings.sms_countries), caps)

    @property
    def values(self) -> dict[str, str]:
        """All of it, by field."""
        return {"sms_on": "✓" if self.on else "", "sms_countries": self.countries, **self.caps}

    def meant(self) -> dict[str, object]:
        """Returns the settings by name. Raises BadInput."""
        numbers = {name: _number(name, text) for name, text in self.caps.items()}
        return {"sms_on": self.on, "sms_countries": _countries(self.countries), **numbers}


@bp.get("/admin/sms")
@access("administrator")
def show() -> ResponseReturnValue:
    return _page(SmsForm.from_settings(network()))


@bp.post("/admin/sms")
@access("administrator")
@records(Act.SMS_SETTINGS_CHANGED)
def save() -> ResponseReturnValue:
    typed = SmsForm.from_form(request.form)
    try:
        meant = typed.meant()
    except BadInput as refusal:
        return _page(typed, refusal), 422
    try:
        with writing() as db:
            require_version(SmsForm.from_settings(network_settings(db)).values)
            for name, value in meant.items():
                decide(db, name, value)
    except ChangedMeanwhile as changed:
        return _page(typed, stale=True), changed.status
    return redirect(url_for("admin_sms.show", saved=1), 303)


@bp.post("/admin/sms/<int:member_id>/unblock")
@access("administrator", keeps_draft=False)
@records(Act.NUMBER_UNBLOCKED)
def unblock(member_id: int) -> ResponseReturnValue:
    """Lets SMS go again to a number that could not be reached; only its owner can take back a STOP, by START."""
    with writing() as db:
        member = db.get(Member, member_id)
        if member is None:
            raise NotFound
        if member.phone:
            unblock_number(db, member.phone, only=BlockReason.BAD_NUMBER)
    return redirect(url_for("admin_sms.show", saved=1), 303)


def _page(typed: SmsForm, refusal: BadInput | None = None, *, stale: bool = False) -> str:
    twilio, stored = services().config.twilio, SmsForm.from_settings(network()).values
    seen = request.form.get("version") if refusal else None
    with reading() as db:
        blocked = blocked_members(db)
    return render_template(
        "messages/admin_sms.html",
        typed=typed,
        version=seen or version_of(stored),
        sides=both_sides(stored, typed.values) if stale else [],
        caps=CAPS,
        blocked=blocked,
        provider=twilio is not None,
        receives=twilio is not None and twilio.can_receive,
        wrong=refusal.field if refusal else "",
        problem=words_of(refusal) if refusal else "",
        saved="saved" in request.args,
    )


def _countries(text: str) -> list[str]:
    """Returns the ISO codes in `FR, be; CH`. Raises BadInput."""
    codes = text.upper().replace(";", " ").replace(",", " ").split()
    if not set(codes) <= REGIONS:
        raise BadInput("sms_countries")
    return sorted(dict.fromkeys(codes))


def _number(name: str, text: str) -> int:
    number = number_or_none("".join(text.split()), most=MOST)
    if number is None:
        raise OutOfRange(name, low=0, high=MOST)
    return number
