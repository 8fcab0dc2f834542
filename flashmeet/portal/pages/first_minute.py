"""A new mentor's first form: themes with a line of proof, languages, and a commitment with the hours it gives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Self

from babel.dates import get_day_names, get_month_names
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import model_validator
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from flashmeet.core.errors import BadInput, Missing, UnknownTheme
from flashmeet.core.intervals import clock_minutes
from flashmeet.core.numbers import number_or_none
from flashmeet.core.zones import local_date
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.display import display_locale, network
from flashmeet.http.forms.drafts import kept_fields
from flashmeet.http.forms.reading import Faults, Form, beside, faults_of, read_form, reads, typed_texts
from flashmeet.http.services import now, reading, writing
from flashmeet.i18n.times import took
from flashmeet.identity.acts import Act
from flashmeet.identity.models import Member
from flashmeet.people.pages.profile import OffersForm, reads_fact, spoken_languages, ticked_themes
from flashmeet.people.rules.facts import Value, fact
from flashmeet.people.service.applications import usual_wait
from flashmeet.people.service.profile import save_offers, set_facts
from flashmeet.schedule.pages.slot_lists import Day, by_day
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.rules.availability import Schedule
from flashmeet.schedule.rules.commitments import HOURS_A_MONTH, Commitment, hours_offered
from flashmeet.schedule.rules.slots import Slot
from flashmeet.schedule.service.availability import save_availability
from flashmeet.schedule.service.leave import take_leave
from flashmeet.schedule.wording import commitment, manner, promise
from flashmeet.themes.queries import active_themes
from flashmeet.themes.service import KnownTheme, known_by_name, themes_by_name

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


def _number(text: str) -> int:
    number = number_or_none(text, most=999)
    if number is None:
        raise BadInput("value", value=text)
    return number


def _numbers(texts: Iterable[str]) -> frozenset[int]:
    return frozenset(map(_number, texts))


class CommitmentForm(Form):
    """What is promised; faults stand at its fields."""

    hours_a_month: Annotated[int, reads(lambda text, _: _number(text))]
    one_a_day: bool
    weekdays: Annotated[frozenset[int], reads(lambda texts, _: _numbers(texts))]
    months_off: Annotated[frozenset[int], reads(lambda texts, _: _numbers(texts))]
    after: Annotated[int, reads(lambda text, _: clock_minutes(text, field="after"))]
    before: Annotated[int, reads(lambda text, _: clock_minutes(text, field="before"))]

    @classmethod
    def gathered(cls, form: MultiDict[str, str]) -> dict[str, object]:
        lists = {name: form.getlist(name) for name in ("weekdays", "months_off")}
        return {**typed_texts(cls, form), **lists, "one_a_day": "one_a_day" in form}

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        with beside(""):
            _ = self.commitment
        return self

    @property
    def commitment(self) -> Commitment:
        return Commitment(**self.model_dump())


class SkillsForm(OffersForm):
    """What they help with, and in which languages."""

    languages: Annotated[tuple[str, ...], reads_fact(fact("languages"), "profile")]


@bp.get("/welcome/mentor")
@access("mentor")
def show() -> ResponseReturnValue:
    with reading() as db:
        you = member(db)
        if read_schedule(db, you.id) is not None:
            there = url_for("availability.show") if you.offers else url_for("profile.show", _anchor="field-themes")
            return redirect(there, 303)
        return _page(db, you, kept_fields() or _started(you), Faults())


def _started(you: Member) -> MultiDict[str, str]:
    return MultiDict([*START.items(multi=True), ("languages", spoken_languages(you, display_locale()))])


@bp.post("/welcome/mentor")
@access("mentor")
def save() -> ResponseReturnValue:
    """Saves the form, once it names a theme; with `look`, shows the resulting hours and saves nothing."""
    skills = read_form(SkillsForm, request.form, context={"country": network().country})
    promised = read_form(CommitmentForm, request.form)
    looks = "look" in request.form
    faults = faults_of(promised, skills)
    with reading() as db:
        if not looks and not ticked_themes(request.form) and active_themes(db):
            faults = faults_of(promised, skills, Faults(themes=Missing("themes")))  # nobody would find them
    if isinstance(skills, Faults) or isinstance(promised, Faults) or looks or faults:
        with reading() as db:
            return _page(db, member(db), request.form, faults), 422 if faults else 200
    try:
        with writing() as db:
            _save(db, member(db), promised.commitment, proofs=skills.proof, languages=skills.languages)
    except UnknownTheme as refusal:
        with reading() as db:
            return _page(db, member(db), request.form, Faults(themes=refusal)), 422
    return redirect(url_for("first_minute.done"), 303)


@bp.get("/welcome/mentor/done")
@access("mentor")
def done() -> ResponseReturnValue:
    """Says who reads the application and when, and what comes next."""
    with reading() as db:
        you, at = member(db), now()
        schedule = read_schedule(db, you.id)
        if schedule is None:
            return redirect(url_for("first_minute.show"), 303)
        wait = None if you.approved else usual_wait(db, Act.MEMBER_APPROVED, now=at)
        return render_template(
            "portal/first_minute_done.html",
            you=you,
            given=_given(db, you),
            commitment=commitment(schedule.policy, display_locale()),
            wait=wait and took(wait, display_locale()),
            total=len(hours_offered(schedule, now=at)),
        )


def _given(db: Session, you: Member) -> list[tuple[KnownTheme, str]]:
    """Returns the mentor's themes, each with their line."""
    proofs = {offer.theme_id: offer.proof for offer in you.offers}
    return [(theme, proofs[theme.id]) for theme in known_by_name(db, display_locale()) if theme.id in proofs]


def _save(db: Session, you: Member, commitment: Commitment, *, proofs: dict[int, str], languages: Value) -> None:
    """Saves themes, languages, hours and leaves. Raises UnknownTheme, TermsRequired."""
    set_facts(you, {"languages": languages})
    save_offers(db, you, proofs, now=now())
    policy = commitment.policy(network().policy)
    save_availability(db, you, tzid=you.tzid, rules=commitment.rules, overrides=(), policy=policy, now=now())
    for period in commitment.leaves(local_date(now(), you.tzid)):
        take_leave(db, you, period, now=now())


def _page(db: Session, you: Member, form: MultiDict[str, str], faults: Faults) -> str:
    """With the hours that a promise makes, where it can be read."""
    locale, today = display_locale(), local_date(now(), you.tzid)
    promised = read_form(CommitmentForm, form)
    commitment = None if isinstance(promised, Faults) else promised.commitment
    schedule = commitment.schedule(you.tzid, network().policy, today=today) if commitment else None
    return render_template(
        "portal/first_minute.html",
        you=you,
        form=form,
        faults=faults,
        themes=themes_by_name(db, display_locale()),
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
