"""A new mentor's first minute: themes with a line of proof, languages, and a promise, with its hours at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from babel.dates import get_day_names, get_month_names
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from flashmeet.core.errors import BadInput
from flashmeet.core.intervals import clock_minutes
from flashmeet.core.zones import local_date
from flashmeet.http.access import access
from flashmeet.http.form_drafts import forget_fields, kept_fields
from flashmeet.http.forms import Faults
from flashmeet.http.identity import display_locale, member, network
from flashmeet.http.services import now, reading, writing
from flashmeet.identity.models import Member
from flashmeet.people.pages.profile import read_languages, read_themes, spoken_languages
from flashmeet.people.rules.facts import Value
from flashmeet.people.service.profile import save_offers, set_facts
from flashmeet.schedule.pages.slot_lists import Day, by_day
from flashmeet.schedule.rules.availability import Schedule
from flashmeet.schedule.rules.commitments import HOURS_A_MONTH, Commitment, hours_offered
from flashmeet.schedule.rules.slots import Slot
from flashmeet.schedule.service.availability import save_availability, schedule_of, take_leave
from flashmeet.schedule.wording import manner, promise
from flashmeet.themes.service import active_themes

bp = Blueprint("first_minute", __name__)

DAYS_SHOWN = 4
CLOCKS = ("08:00", "12:00", "17:00", "18:00", "19:00", "20:00", "21:00", "22:00")
START: MultiDict[str, str] = MultiDict(
    [
        ("hours_a_month", "2"),
        ("one_a_day", "yes"),
        ("weekdays", "1"),
        ("weekdays", "3"),
        ("after", "18:00"),
        ("before", "20:00"),
    ]
)


@dataclass(frozen=True, slots=True)
class FirstMinuteForm:
    """The form as it came."""

    form: MultiDict[str, str]

    def commitment(self, faults: Faults) -> Commitment | None:
        """None where something cannot be read; `faults` says what."""
        values: dict[str, Any] = {}
        readers: dict[str, Callable[[], object]] = {
            "hours_a_month": lambda: _number(self.form.get("hours_a_month", "")),
            "weekdays": lambda: frozenset(map(_number, self.form.getlist("weekdays"))),
            "months_off": lambda: frozenset(map(_number, self.form.getlist("months_off"))),
            "after": lambda: clock_minutes(self.form.get("after", ""), field="after"),
            "before": lambda: clock_minutes(self.form.get("before", ""), field="before"),
        }
        for name, read in readers.items():
            with faults.at(name):
                values[name] = read()
        if faults:
            return None
        try:
            return Commitment(one_a_day="one_a_day" in self.form, **values)
        except BadInput as refusal:
            faults.setdefault(refusal.field, refusal)
            return None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise BadInput("value", value=text)
    return int(text)


@bp.get("/welcome/mentor")
@access("mentor")
def show() -> ResponseReturnValue:
    with reading() as db:
        you = member(db)
        if schedule_of(db, you.id) is not None:
            return redirect(url_for("availability.show"), 303)
        return _page(db, you, FirstMinuteForm(kept_fields() or _started(you)), Faults())


def _started(you: Member) -> MultiDict[str, str]:
    return MultiDict([*START.items(multi=True), ("languages", spoken_languages(you, display_locale()))])


@bp.post("/welcome/mentor")
@access("mentor", keeps_draft=True)
def save() -> ResponseReturnValue:
    """With `look` the hours that result are shown and nothing is saved."""
    typed, faults = FirstMinuteForm(request.form), Faults()
    country = network().country
    commitment, proofs = typed.commitment(faults), read_themes(request.form, faults, country=country)
    languages = read_languages(request.form, faults, country=country)
    if "look" in request.form or faults or commitment is None:
        with reading() as db:
            return _page(db, member(db), typed, faults), 422 if faults else 200
    with writing() as db:
        _save(db, member(db), commitment, proofs=proofs, languages=languages)
    forget_fields()
    return redirect(url_for("availability.show", saved=1, _anchor="hours"), 303)


def _save(db: Session, you: Member, commitment: Commitment, *, proofs: dict[int, str], languages: Value) -> None:
    """Raises UnknownTheme, TermsRequired."""
    set_facts(you, {"languages": languages})
    save_offers(db, you, proofs, now=now())
    policy = commitment.policy(network().policy)
    save_availability(db, you, tzid=you.tzid, rules=commitment.rules, overrides=(), policy=policy, now=now())
    for period in commitment.leaves(local_date(now(), you.tzid)):
        take_leave(db, you, period, now=now())


def _page(db: Session, you: Member, typed: FirstMinuteForm, faults: Faults) -> str:
    locale, today = display_locale(), local_date(now(), you.tzid)
    commitment = typed.commitment(Faults())
    schedule = commitment.schedule(you.tzid, network().policy, today=today) if commitment else None
    return render_template(
        "portal/first_minute.html",
        you=you,
        form=typed.form,
        faults=faults,
        themes=active_themes(db),
        hours_a_month=HOURS_A_MONTH,
        clocks=[(each, each) for each in CLOCKS],
        weekdays=get_day_names("abbreviated", "stand-alone", locale),
        months=get_month_names("abbreviated", "stand-alone", locale),
        promise=promise(commitment, schedule.policy, schedule.leaves, locale) if commitment and schedule else "",
        manner=manner(schedule.policy, locale) if schedule else "",
        days=_days(schedule) if schedule else [],
        total=len(hours_offered(schedule, now=now())) if schedule else 0,
        shown=DAYS_SHOWN,
    )


def _days(schedule: Schedule) -> list[Day]:
    shortest = schedule.policy.shortest
    starts = (each.starts_at for each in hours_offered(schedule, now=now()))
    return by_day((Slot(0, "", at, at + shortest) for at in starts), schedule.tzid)
